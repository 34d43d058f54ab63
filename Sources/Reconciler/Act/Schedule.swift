import StateSpec

/// Which steps of a plan may begin now: those whose predecessors succeeded, within the limits per node.
struct Schedule {
    private let steps: [Step]
    private let stepByID: [Int: Step]
    private let concurrency: Concurrency
    private var results: [Int: Outcome] = [:]
    private var running: Set<Int> = []

    init(_ steps: [Step], _ concurrency: Concurrency) {
        self.steps = steps
        stepByID = Dictionary(steps.map { ($0.id, $0) }) { first, _ in first }
        self.concurrency = concurrency
    }

    var isFinished: Bool { results.count == steps.count }
    var outcomes: [Outcome] { steps.compactMap { results[$0.id] } }
    var underWay: [Step] { steps.filter { running.contains($0.id) } }
    /// Steps under way, and those whose connection was lost: they may still take effect.
    var mayTakeEffect: [Step] { steps.filter { running.contains($0.id) || results[$0.id]?.isUnknown == true } }

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
            case .shutdown, .removeLeftover, .iscsi: break
            }
        }
        let underWay = underWay
        // What was lost sight of may still be at it.
        mayTakeEffect.forEach(count)
        var busy = Set(underWay.map(\.turn))
        return steps.filter { step in
            guard results[step.id] == nil, !running.contains(step.id),
                step.after.allSatisfy({ results[$0]?.isDone == true }),
                !busy.contains(step.turn) || !Guard.oneActionPerDomain.isOn
            else { return false }
            let fits =
                switch step.action {
                case .start(let node): starts[node, default: 0] < concurrency.startsPerNode
                case .migrate(let source, let target):
                    migrations[source, default: 0] < concurrency.migrationsPerNode
                        && migrations[target, default: 0] < concurrency.migrationsPerNode
                case .shutdown, .removeLeftover, .iscsi: true
                }
            if fits {
                count(step)
                busy.insert(step.turn)
            }
            return fits
        }
    }

    /// Whether an earlier step has changed the same domain, or the same target on the same node.
    func isSecondHalf(_ step: Step) -> Bool {
        step.after.contains { id in stepByID[id]?.turn == step.turn }
    }

    /// The start of the same domain that waits for a shutdown: the other half of an offline move.
    func next(after step: Step) -> Step? {
        guard case .shutdown = step.action else { return nil }
        return steps.first { $0.subject == step.subject && $0.after.contains(step.id) }
    }

    /// Steps about domains that wait for a step.
    func dependents(of step: Step) -> [Step] { steps.filter { $0.after.contains(step.id) && $0.domain != nil } }

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

extension Step {
    /// What only one step at a time may be at work on: a domain wherever it is, a target on one node.
    fileprivate struct Turn: Hashable {
        let subject: Subject
        let node: NodeName?
    }

    fileprivate var turn: Turn {
        switch subject {
        case .domain: Turn(subject: subject, node: nil)
        case .target: Turn(subject: subject, node: action.node)
        }
    }
}
