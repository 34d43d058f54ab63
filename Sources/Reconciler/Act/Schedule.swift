import StateSpec

/// Which steps of a plan may begin now: those whose predecessors succeeded, within the limits per node.
struct Schedule {
    private let steps: [Step]
    private let concurrency: Concurrency
    private var results: [Int: Outcome] = [:]
    private var running: Set<Int> = []

    init(_ steps: [Step], _ concurrency: Concurrency) {
        self.steps = steps
        self.concurrency = concurrency
    }

    var isFinished: Bool { results.count == steps.count }
    var outcomes: [Outcome] { steps.compactMap { results[$0.id] } }
    var underWay: [Step] { steps.filter { running.contains($0.id) } }

    /// Steps that may begin now, in order; the limits per node hold with all of them begun.
    var ready: [Step] {
        var starts: [NodeName: Int] = [:]
        var migrations: [NodeName: Int] = [:]
        func count(_ step: Step) {
            switch step.action {
            case .start(let node): starts[node, default: 0] += 1
            case .migrate(let source, let target):
                migrations[source, default: 0] += 1
                migrations[target, default: 0] += 1
            case .shutdown: break
            }
        }
        underWay.forEach(count)
        return steps.filter { step in
            guard results[step.id] == nil, !running.contains(step.id),
                step.after.allSatisfy({ results[$0]?.isDone == true }), isFree(step.domain)
            else { return false }
            let fits =
                switch step.action {
                case .start(let node): starts[node, default: 0] < concurrency.startsPerNode
                case .migrate(let source, let target):
                    migrations[source, default: 0] < concurrency.migrationsPerNode
                        && migrations[target, default: 0] < concurrency.migrationsPerNode
                case .shutdown: true
                }
            if fits { count(step) }
            return fits
        }
    }

    /// One action in flight for each domain.
    private func isFree(_ domain: DomainRef) -> Bool { !underWay.contains { $0.domain == domain } }

    mutating func begin(_ step: Step) { running.insert(step.id) }

    mutating func finish(_ outcome: Outcome) {
        running.remove(outcome.step.id)
        results[outcome.step.id] = outcome
    }

    /// Gives up on steps behind one that did not succeed; steps are in order, so one pass reaches all of them.
    mutating func skipWhatCannotRun() {
        for step in steps where results[step.id] == nil && !running.contains(step.id) {
            let failed = step.after.first { id in results[id].map { !$0.isDone } ?? false }
            if let failed { results[step.id] = Outcome(step: step, result: .skipped(after: failed)) }
        }
    }

    /// Gives up on everything that has not begun.
    mutating func abandon(_ why: String) {
        for step in steps where results[step.id] == nil && !running.contains(step.id) {
            results[step.id] = Outcome(step: step, result: .refused(why))
        }
    }
}
