import Glibc
import Synchronization
import UnixSignals

/// A wish to end a run that acts: after the first SIGINT or SIGTERM it begins nothing more, the second ends it at once.
///
/// Ended at once, it leaves what it had in flight to the nodes' markers; the next run waits for it.
final class StopRequest: Sendable {
    private let asked = Atomic(false)

    /// Whether somebody has asked.
    var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// Runs the body with both signals caught.
    func whileListening<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let listener = Task {
            for await _ in signals {
                if asked.exchange(true, ordering: .relaxed) { exit(130) }
                Terminal.progressDone()
                Terminal.note("havirt: no more steps begin; what is under way is seen to its end (again: ends at once)")
            }
        }
        defer { listener.cancel() }
        return try await body()
    }
}
