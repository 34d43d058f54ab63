public import StateSpec

/// Time, from outside.
public protocol ReconcilerClock: Sendable {
    /// The moment, in UTC.
    func now() -> Timestamp
    /// Milliseconds of a clock that never jumps, for ages and deadlines.
    func monotonicMilliseconds() -> Int64
    /// Waits.
    func sleep(_ span: Duration) async throws
}
