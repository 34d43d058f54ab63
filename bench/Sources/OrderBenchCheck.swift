import Reconciler

/// Replays an order, and says what is wrong with it. It knows capacity, both nodes charged while a domain is between
/// them, limits per node, admissions and goals, and shares no code with what made the order.
struct OrderBenchCheck {
    private let known: OrderBenchCase
    private var memory: [Int64]
    private var vcpus: [Int64]
    private var migrations: [Int]
    private var place: [Int]
    private var underWay: Set<Int> = []
    private var violations: [String] = []

    private init(_ known: OrderBenchCase) {
        self.known = known
        memory = known.model.nodes.map(\.memory)
        vcpus = known.model.nodes.map(\.vcpus)
        migrations = known.model.nodes.map { _ in 0 }
        place = known.model.domains.map { $0.home ?? -1 }
        for (domain, node) in place.enumerated() { take(domain, node, 1) }
    }

    /// What is wrong if one migration is made after the other.
    static func violations(of sequence: [Relocation], in known: OrderBenchCase) -> [String] {
        var check = OrderBenchCheck(known)
        for step in sequence {
            check.begin(step)
            check.end(step)
        }
        return check.finish()
    }

    /// What is wrong if each takes as long as it says; what ends at an instant does so before anything begins then.
    static func violations(of timeline: Timeline, in known: OrderBenchCase) -> [String] {
        var check = OrderBenchCheck(known)
        var events = timeline.moves.map { (time: $0.start, isEnd: false, step: $0.relocation) }
        events += timeline.moves.map { (time: $0.end, isEnd: true, step: $0.relocation) }
        events.sort { ($0.time, $0.isEnd ? 0 : 1) < ($1.time, $1.isEnd ? 0 : 1) }
        for event in events {
            if event.isEnd { check.end(event.step) } else { check.begin(event.step) }
        }
        return check.finish()
    }

    private mutating func begin(_ step: Relocation) {
        if !underWay.insert(step.domain).inserted { violations.append("\(step) while it is under way") }
        if place[step.domain] != step.source { violations.append("\(step) from where it is not") }
        if !known.model.admits(step.domain, on: step.target) { violations.append("\(step) where nobody may go") }
        take(step.domain, step.target, 1)
        if memory[step.target] < 0 || vcpus[step.target] < 0 { violations.append("\(step) has no room") }
        for node in [step.source, step.target] {
            migrations[node] += 1
            if migrations[node] > known.model.nodes[node].migrationsMax { violations.append("\(step) is one too many") }
        }
    }

    private mutating func end(_ step: Relocation) {
        underWay.remove(step.domain)
        place[step.domain] = step.target
        take(step.domain, step.source, -1)
        migrations[step.source] -= 1
        migrations[step.target] -= 1
    }

    private mutating func finish() -> [String] {
        for (domain, goal) in known.goals.enumerated() {
            let isMet =
                switch goal {
                case .reach(let node): place[domain] == node
                case .free: known.model.admits(domain, on: place[domain])
                case .stay: place[domain] == known.model.domains[domain].home
                }
            if !isMet { violations.append("domain \(domain) ends on \(place[domain])") }
        }
        return violations
    }

    private mutating func take(_ domain: Int, _ node: Int, _ sign: Int64) {
        memory[node] -= sign * known.model.domains[domain].memory
        vcpus[node] -= sign * known.model.domains[domain].vcpus
    }
}
