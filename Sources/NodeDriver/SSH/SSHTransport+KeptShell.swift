internal import ChildProcess
internal import Reconciler
internal import StateSpec

extension SSHTransport {
    /// Runs a script that changes nothing: in the shell that an earlier one left open, or else in a new one.
    ///
    /// A kept shell that has ended, or is not understood, says nothing about the node but that its connection is gone.
    /// One that does not answer in time is the node's silence, as in `run`.
    func runInKeptShell(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply {
        let end = ContinuousClock.now + request.deadline
        let opening = NodeRequest(script: KeptShell.script, deadline: request.deadline)
        let key = try key(for: opening.script)
        let session: ChildSession
        do throws(ChildError) {
            if let shell = shells.take(node), let reply = try await shell.run(request, deadline: request.deadline) {
                shells.keep(shell, for: node)
                return reply
            }
            session = try await ChildSession.start(
                childRequest(for: opening, on: node, key, socket: controlPath(to: node, key)))
            let shell = KeptShell(session: session)
            if let reply = try await shell.run(request, deadline: end - .now, after: opening.script.bytes) {
                shells.keep(shell, for: node)
                return reply
            }
        } catch {
            // The shell itself ends with its last reference, which nobody keeps.
            if case .deadlinePassed = error, let socket = controlPath(to: node, key) { ControlFolder.remove(socket) }
            throw .transport(SSHFailure.silence(error, deadline: request.deadline))
        }
        let result = await session.close()
        guard case .code(let status) = result.exit, status != SSHFailure.status else {
            throw .transport(SSHFailure.silence(result.exit, result.errorOutput))
        }
        if let refusal = GateRefusal(result.exit, output: []) { throw .transport(refusal.silence) }
        return NodeReply(status: status, output: [], errorOutput: result.errorOutput)
    }
}
