import FoundationEssentials
import Reconciler
import StateSpec

extension FuzzTarget {
    /// What people hand in as files: scans, saved plans, rounds.
    static let observations: [FuzzTarget] = [
        FuzzTarget("observed", corpus: ["Tests/ReconcilerTests/Scenarios", "Tests/CLITests/Scans"], endings: [".json"])
        {
            guard let observed = try? JSONDecoder().decode(ObservedCluster.self, from: Data($0)) else { return }
            Planned.check(observed, now: observed.takenAt)
        },
        FuzzTarget("saved-plan", corpus: ["fuzz/corpus"], endings: [".plan"]) { bytes in
            guard let saved = try? JSONDecoder().decode(SavedPlan.self, from: Data(bytes)) else { return }
            for step in saved.steps {
                demand(isPrintable("\(step.subject) \(step.action)"), "a step that cannot be shown")
            }
            let again = try? JSONDecoder().decode(SavedPlan.self, from: JSONEncoder().encode(saved))
            demand(again == saved, "a saved plan changes when it is written and read")
        },
        FuzzTarget("round", corpus: ["fuzz/corpus"], endings: [".round"]) { bytes in
            _ = try? JSONDecoder().decode(RoundRecord.self, from: Data(bytes))
        },
    ]
}
