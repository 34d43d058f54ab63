internal import Reconciler
internal import StateSpec
internal import Synchronization

/// The heartbeat's bookkeeping, apart from the lock, so that forgetting the lock ends it. Times are milliseconds of the
/// clock that never jumps.
final class Pulse: Sendable {
    private struct State {
        /// When heartbeats were sent that the node has not answered yet.
        var unanswered: [Int64] = []
        var confirmed: Int64
        var isOver = false
        /// Who waits for the answer to a question.
        var asker: CheckedContinuation<String?, Never>?
    }

    private let session: any NodeSession
    private let token: ScanToken
    private let clock: any ReconcilerClock
    private let timing: NodeTiming
    private let state: Mutex<State>

    /// `since` is a moment before the node began to wait for a heartbeat.
    init(
        session: any NodeSession, token: ScanToken, clock: any ReconcilerClock, since: Int64, timing: NodeTiming
    ) {
        state = Mutex(State(confirmed: since))
        self.session = session
        self.token = token
        self.clock = clock
        self.timing = timing
    }

    /// Less than the time after which the node gives up, by a margin.
    private var spanMilliseconds: Int64 { max(1, timing.heartbeatMax.count - 3) * 1_000 }

    var isAlive: Bool {
        state.withLock { state in
            let age = clock.monotonicMilliseconds() - state.confirmed
            return !state.isOver && (age < spanMilliseconds || !Guard.heartbeatIsAnswered.isOn)
        }
    }

    /// Sends a heartbeat every so often until the lock is released or the session is gone.
    func beat() async {
        while !Task.isCancelled {
            do {
                try await clock.sleep(timing.heartbeat.duration)
                let now = clock.monotonicMilliseconds()
                state.withLock { $0.unanswered.append(now) }
                try await session.send([UInt8(ascii: ".")])
            } catch {
                // Cancelled, or the session is gone. Either way nobody keeps the lock alive any more.
                break
            }
        }
        finish()
    }

    /// Hears the node's answers until there are no more.
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
    func ask(_ bytes: [UInt8]) async -> String? {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [clock, timing] in
                do { try await clock.sleep(timing.lock.duration) } catch { return }
                self.finish()
            }
            let answer = await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if !state.isOver { state.asker = continuation }
                    return state.isOver
                }
                if isOver { return continuation.resume(returning: nil) }
                group.addTask {
                    do { try await self.session.send(bytes) } catch { self.finish() }
                }
            }
            group.cancelAll()
            return answer
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
