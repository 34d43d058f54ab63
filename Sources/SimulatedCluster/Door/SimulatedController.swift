public import Reconciler
public import StateSpec

/// A machine on which havirt runs: its clock, and whether it lives. A process that was killed may have code left to run,
/// but nothing of it reaches anything any more.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
public final class SimulatedController: @unchecked Sendable {
    /// Its name.
    public let name: String
    /// How far its wall clock is ahead, in seconds.
    public var clockOffset: Int64 = 0
    /// Called each time that a process of it is about to use a port.
    public var onUse: @Sendable () -> Void = {}
    /// Counts the process that runs now; one that was killed has an older number.
    public private(set) var process = 0
    private(set) var isFrozen = false
    private let cluster: SimulatedCluster
    private var thawed: [Mailbox<Void>] = []
    private var open: [Int: @Sendable () -> Void] = [:]

    /// A machine of a name.
    public init(_ name: String, _ cluster: SimulatedCluster) {
        self.name = name
        self.cluster = cluster
    }

    /// Starts another process; the one before must have ended.
    public func begin() -> Int {
        process += 1
        return process
    }

    /// Kills the process (`kill -9`): its connections close.
    public func kill() {
        process += 1
        setFrozen(false)
        let closing = open
        open = [:]
        for (_, close) in closing.sorted(by: { $0.key < $1.key }) { close() }
    }

    /// Stops the process, or lets it go on (SIGSTOP, SIGCONT, a machine asleep).
    public func setFrozen(_ isFrozen: Bool) {
        self.isFrozen = isFrozen
        if isFrozen { return }
        let waiting = thawed
        thawed = []
        for box in waiting { box.put(()) }
    }

    /// Waits while the process is stopped; throws if it was killed.
    func pass(_ process: Int) async throws {
        if process == self.process { onUse() }
        while isFrozen, process == self.process {
            let box = Mailbox<Void>()
            thawed.append(box)
            cluster.time.after(86_400_000) { box.put(()) }
            await box.take()
        }
        guard process == self.process, !cluster.time.isOver else { throw CancellationError() }
    }

    /// Whether the process lives.
    public func isAlive(_ process: Int) -> Bool {
        if process == self.process { onUse() }
        return process == self.process && !cluster.time.isOver
    }

    func keep(_ number: Int, _ close: @escaping @Sendable () -> Void) { open[number] = close }
    func forget(_ number: Int) { open[number] = nil }
}

/// The clock of one process on a controller.
public struct SimulatedClock: ReconcilerClock {
    private let controller: SimulatedController
    private let cluster: SimulatedCluster
    private let process: Int

    /// The clock of a process.
    public init(_ controller: SimulatedController, _ cluster: SimulatedCluster, process: Int) {
        self.controller = controller
        self.cluster = cluster
        self.process = process
    }

    /// The controller's wall clock.
    public func now() -> Timestamp { cluster.now + Seconds(controller.clockOffset) }

    /// Virtual milliseconds.
    public func monotonicMilliseconds() -> Int64 { cluster.time.milliseconds }

    /// Waits; and on, while the process is stopped.
    public func sleep(_ span: Duration) async throws {
        let (seconds, attoseconds) = span.components
        try await cluster.time.pause(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
        try await controller.pass(process)
    }
}
