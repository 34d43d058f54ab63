internal import ChildProcess
internal import Reconciler

/// A script at the far end of an ssh that stays connected.
final class SSHSession: NodeSession {
    private let session: ChildSession

    init(_ session: ChildSession) { self.session = session }

    func send(_ bytes: [UInt8]) async throws(NodeError) {
        do throws(ChildError) {
            try await session.send(bytes)
        } catch {
            throw await failure(error, deadline: .zero)
        }
    }

    func readLine(deadline: Duration) async throws(NodeError) -> [UInt8]? {
        do throws(ChildError) {
            if let line = try await session.readLine(deadline: deadline, bytesMax: 1 << 16) { return line }
        } catch {
            throw await failure(error, deadline: deadline)
        }
        // The end of a script's output is an answer, the end of the connection is none, and nor is a gate that is shut.
        let exit = await session.close().exit
        if case .code(SSHFailure.status) = exit { throw await failure(.ended, deadline: deadline) }
        if let refusal = GateRefusal(exit, output: []) { throw .transport(refusal.silence) }
        return nil
    }

    func close() async { _ = await session.close() }

    /// Once ssh has ended, what it had to say is better than that it has ended; it may be about to say it.
    private func failure(_ error: ChildError, deadline: Duration) async -> NodeError {
        guard error == .ended else { return .transport(SSHFailure.silence(error, deadline: deadline)) }
        let result = await session.close()
        return .transport(SSHFailure.silence(result.exit, result.errorOutput))
    }
}
