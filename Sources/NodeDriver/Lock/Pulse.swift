internal import Reconciler
internal import Synchronization

/// The heartbeat's bookkeeping, apart from the lock, so that forgetting the lock ends it.
final class Pulse: Sendable {
    private struct State {
        var unanswered: [ContinuousClock.Instant] = []
        var confirmed: ContinuousClock.Instant
        var isOver = false
        /// Who waits for the answer to a question.
        var asker: CheckedContinuation<String?, Never>?
    }

    private let session: any NodeSession
    private let token: ScanToken
    private let span: Duration
    private let state: Mutex<State>

    init(session: any NodeSession, token: ScanToken, since: ContinuousClock.Instant, span: Duration) {
        state = Mutex(State(confirmed: since))
        self.session = session
        self.token = token
        self.span = span
    }

    var isAlive: Bool {
        state.withLock { !$0.isOver && ContinuousClock.now - $0.confirmed < span }
    }

    func beat(every interval: Duration) async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: interval)
                let now = ContinuousClock.now
                state.withLock { $0.unanswered.append(now) }
                try await session.send([UInt8(ascii: ".")])
            } catch {
                // Cancelled, or the session is gone. Either way nobody keeps the lock alive any more.
                break
            }
        }
        finish()
    }

    func listen() async {
        let prefix = token.bytes + [UInt8(ascii: " ")]
        while !Task.isCancelled {
            do {
                guard let line = try await session.readLine(deadline: .seconds(3_600)), line.starts(with: prefix)
                else { break }
                hear(ByteText.string(line.dropFirst(prefix.count)))
            } catch {
                break
            }
        }
        finish()
    }

    /// Sends a question and gives back the node's one word; nil if there is none in time, and then the pulse is over:
    /// an answer that came later would be taken for that to another question.
    func ask(_ bytes: [UInt8], deadline: Duration) async -> String? {
        let alarm = Task {
            do { try await Task.sleep(for: deadline) } catch { return }
            finish()
        }
        defer { alarm.cancel() }
        return await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.asker = continuation }
                return state.isOver
            }
            if isOver { return continuation.resume(returning: nil) }
            Task {
                do { try await session.send(bytes) } catch { finish() }
            }
        }
    }

    func end() async {
        finish()
        await session.close()
    }

    private func hear(_ word: String) {
        let asker = state.withLock { state -> CheckedContinuation<String?, Never>? in
            if word == "beat" {
                if !state.unanswered.isEmpty { state.confirmed = state.unanswered.removeFirst() }
                return nil
            }
            defer { state.asker = nil }
            return state.asker
        }
        asker?.resume(returning: word)
    }

    private func finish() {
        let asker = state.withLock { state in
            state.isOver = true
            defer { state.asker = nil }
            return state.asker
        }
        asker?.resume(returning: nil)
    }
}
