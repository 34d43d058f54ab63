internal import Glibc
public import Reconciler
public import StateSpec

/// The machine's clocks.
public struct SystemClock: ReconcilerClock {
    /// The machine's clocks.
    public init() {}

    /// The wall clock in UTC.
    public func now() -> Timestamp { Timestamp(secondsSinceEpoch: Int64(Self.read(CLOCK_REALTIME).tv_sec)) }

    /// Milliseconds since boot, time asleep included: a lock's age must grow while a laptop sleeps.
    public func monotonicMilliseconds() -> Int64 {
        let time = Self.read(CLOCK_BOOTTIME)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Waits without holding a thread.
    public func sleep(_ span: Duration) async throws { try await Task.sleep(for: span) }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        // Neither clock can fail on Linux; a time of 1970 would be worse than an end.
        precondition(clock_gettime(clock, &time) == 0, "clock \(clock) cannot be read")
        return time
    }
}
