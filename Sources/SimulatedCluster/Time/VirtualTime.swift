internal import Synchronization

/// Runs tasks one after the other on the thread that calls `run`, and jumps from one thing that is due to the next.
///
/// With one seed everything happens in one order, in any process: which of several ready tasks goes on is drawn from the
/// seed, and no other thread has a part in it.
public final class VirtualTime: TaskExecutor {
    private struct State {
        var ready: [UnownedJob] = []
        var alarms = AlarmQueue()
        var milliseconds: Int64 = 0
        var random: SplitMix
        var isOver = false
    }

    private let state: Mutex<State>

    /// Time that begins at 0.
    public init(seed: UInt64) { state = Mutex(State(random: SplitMix(seed: seed))) }

    /// Milliseconds since the beginning.
    public var milliseconds: Int64 { state.withLock { $0.milliseconds } }

    /// Whether the run has ended: what still waits is woken, and may do nothing any more.
    public var isOver: Bool { state.withLock { $0.isOver } }

    /// Takes a job in.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// Calls something when so many milliseconds have passed.
    public func after(_ span: Int64, _ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.alarms.add(at: $0.milliseconds + max(0, span), body) }
    }

    /// Waits; throws when the run is over, or the task is cancelled, which ends the waiting at once.
    public func pause(_ span: Int64) async throws {
        let box = Mailbox<Void>()
        await withTaskCancellationHandler {
            after(span) { box.put(()) }
            await box.take()
        } onCancel: {
            box.put(())
        }
        if isOver { throw CancellationError() }
        try Task.checkCancellation()
    }

    /// Runs a body to its end, and everything that it has begun as far as it goes meanwhile; then wakes what still
    /// waits.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
        let result = Mutex<Value?>(nil)
        Task(executorPreference: self) {
            let value = await body()
            result.withLock { $0 = value }
        }
        while true {
            runReady()
            if let value = result.withLock({ $0 }) {
                finish()
                return value
            }
            guard let alarm = nextAlarm() else { preconditionFailure("nothing is due, and yet somebody waits") }
            alarm()
        }
    }

    private func runReady() {
        let executor = asUnownedTaskExecutor()
        while let job = nextJob() { job.runSynchronously(on: executor) }
    }

    private func nextJob() -> UnownedJob? {
        state.withLock { state in
            guard let last = state.ready.indices.last else { return nil }
            if last == 0 { return state.ready.removeLast() }
            state.ready.swapAt(Int(state.random.number(in: 0...Int64(last))), last)
            return state.ready.removeLast()
        }
    }

    private func nextAlarm() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard let alarm = state.alarms.next() else { return nil }
            state.milliseconds = max(state.milliseconds, alarm.at)
            return alarm.body
        }
    }

    private func finish() {
        state.withLock { $0.isOver = true }
        while let alarm = nextAlarm() {
            alarm()
            runReady()
        }
    }
}

/// What is due when: the earliest first, and of equal ones the one that was added first.
private struct AlarmQueue {
    struct Alarm {
        let at: Int64
        let number: Int64
        let body: @Sendable () -> Void

        func precedes(_ other: Self) -> Bool { at != other.at ? at < other.at : number < other.number }
    }

    /// A binary heap.
    private var heap: [Alarm] = []
    private var count: Int64 = 0

    mutating func add(at moment: Int64, _ body: @escaping @Sendable () -> Void) {
        count += 1
        heap.append(Alarm(at: moment, number: count, body: body))
        var child = heap.count - 1
        while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> Alarm? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].precedes(heap[least]) {
                least = child
            }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
