import Reconciler
import StateSpec

@testable import NodeDriver

/// The machine's time, for what really runs here.
struct RealClock: ReconcilerClock {
    private static let begin = ContinuousClock.now

    func now() -> Timestamp { Timestamp(secondsSinceEpoch: 1_800_000_000 + monotonicMilliseconds() / 1_000) }

    func monotonicMilliseconds() -> Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - Self.begin).components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }

    func sleep(_ span: Duration) async throws { try await Task.sleep(for: span) }
}

extension VirshHypervisor {
    /// A hypervisor in the machine's time.
    init(transport: any Transport, timing: NodeTiming = NodeTiming()) {
        self.init(transport: transport, clock: RealClock(), timing: timing)
    }
}
