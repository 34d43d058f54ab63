import Dispatch
import Synchronization

/// Waits for what is asynchronous: libFuzzer's call is not. All of it runs in the thread that waits, because a change of
/// threads would cost more than most inputs.
enum Blocking {
    static func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
        let here = Here()
        let box = Box<Value>()
        Task(executorPreference: here) {
            let result = await body()
            box.value.withLock { $0 = result }
        }
        while true {
            here.runNext()
            if let value = box.value.withLock({ $0 }) { return value }
        }
    }

    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }

    /// Keeps what is to be run until the thread that waits takes it.
    private final class Here: TaskExecutor {
        private let jobs = Mutex<[UnownedJob]>([])
        private let count = DispatchSemaphore(value: 0)

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            jobs.withLock { $0.append(job) }
            count.signal()
        }

        func runNext() {
            count.wait()
            jobs.withLock { $0.removeFirst() }.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
