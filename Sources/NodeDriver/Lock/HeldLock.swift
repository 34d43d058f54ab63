internal import Reconciler
internal import StateSpec
internal import Synchronization

/// A lock that is held on a node, and the heartbeat that keeps it.
///
/// The node answers each heartbeat. The lock counts as held only while the last heartbeat that was answered is younger
/// than the time after which the node would give up, counted from when it was sent and less a margin: a network that
/// swallows everything, or a machine that was asleep, must not leave both sides in the belief that they hold it.
final class HeldLock: NodeLock {
    private let pulse: Pulse
    private let tasks: [Task<Void, Never>]

    /// `since` is a moment before the node began to wait for a heartbeat.
    init(
        session: any NodeSession, token: ScanToken, since: ContinuousClock.Instant, heartbeat: Seconds,
        heartbeatMax: Seconds
    ) {
        let span = Duration.seconds(max(1, heartbeatMax.count - 3))
        let pulse = Pulse(session: session, token: token, since: since, span: span)
        self.pulse = pulse
        tasks = [Task { await pulse.beat(every: heartbeat.duration) }, Task { await pulse.listen() }]
    }

    deinit { for task in tasks { task.cancel() } }

    var isHeld: Bool { pulse.isAlive }

    func release() async {
        for task in tasks { task.cancel() }
        await pulse.end()
    }
}

/// The heartbeat's bookkeeping, apart from the lock, so that forgetting the lock ends it.
private final class Pulse: Sendable {
    private struct State {
        var unanswered: [ContinuousClock.Instant] = []
        var confirmed: ContinuousClock.Instant
        var isOver = false
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
        state.withLock { $0.isOver = true }
    }

    func listen() async {
        let beat = token.bytes + Array(" beat".utf8)
        while !Task.isCancelled {
            do {
                guard let line = try await session.readLine(deadline: .seconds(3_600)) else { break }
                guard line == beat else { break }
                state.withLock {
                    if !$0.unanswered.isEmpty { $0.confirmed = $0.unanswered.removeFirst() }
                }
            } catch {
                break
            }
        }
        state.withLock { $0.isOver = true }
    }

    func end() async {
        state.withLock { $0.isOver = true }
        await session.close()
    }
}
