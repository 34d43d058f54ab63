/// Looks for a set of rules that cannot be kept together, and of which each is needed for that.
///
/// Rules are left out, many at a time and then fewer, as long as it remains proven that there is no order without them.
struct ClashSearch {
    private let model: ClusterModel
    private let goals: [Goal]
    private let loose: Set<Int>
    private let statesMax: Int
    private var statesLeft: Int
    /// Whether each rule that was kept is known to be needed.
    private var isIrreducible = true

    /// - Parameter loose: broken `together` groups that need not be mended.
    init(_ model: ClusterModel, _ goals: [Goal], loose: Set<Int>, options: OrderOptions) {
        self.model = model
        self.goals = goals
        self.loose = loose
        statesMax = options.statesMax / 8
        statesLeft = options.clashStatesMax
    }

    /// Of a problem that is proven to have no order, such a set.
    mutating func run() -> (clashes: [Clash], isIrreducible: Bool) {
        let needed = reduce(candidates, beside: [])
        return (Self.merged(needed), isIrreducible)
    }

    /// All rules, first those that explain least.
    private var candidates: [Clash] {
        let closed = closed
        let present = model.domains.indices.filter { model.domains[$0].home != nil }
        let immovable = present.filter { !model.domains[$0].canMove }.map { Clash.immovable(domain: $0) }
        var kept: [Clash] = []
        var wished: [Clash] = []
        var barred: [Clash] = []
        var ousted: [Clash] = []
        for domain in present {
            let home = model.domains[domain].home
            switch goals[domain] {
            case .free: break
            case .stay: kept.append(.goal(domain: domain))
            case .reach(let node) where node == home: kept.append(.goal(domain: domain))
            case .reach: wished.append(.goal(domain: domain))
            }
            for node in model.nodes.indices where !model.admits(domain, on: node) {
                let clash = Clash.admission(domain: domain, nodes: [node])
                if node == home { ousted.append(clash) } else if !closed.contains(node) { barred.append(clash) }
            }
        }
        let groups = 0..<model.groupCount
        return model.nodes.indices.map { .vcpus(node: $0) } + model.nodes.indices.map { .memory(node: $0) } + immovable
            + kept + barred + closed.map { .closed(node: $0) } + groups.map { .apart(group: $0) }
            + groups.map { .together(group: $0) } + wished + ousted
    }

    /// Nodes that take nobody.
    private var closed: [Int] {
        model.nodes.indices.filter { node in !model.admissions.contains { $0.contains(node) } }
    }

    /// What of a block is needed beside others.
    private mutating func reduce(_ block: [Clash], beside others: [Clash]) -> [Clash] {
        guard !block.isEmpty else { return [] }
        let verdict = isImpossible(others)
        if verdict == true { return [] }
        if block.count == 1 {
            if verdict == nil { isIrreducible = false }
            return block
        }
        let half = block.count / 2
        let left = reduce(Array(block[..<half]), beside: others + block[half...])
        return left + reduce(Array(block[half...]), beside: others + left)
    }

    /// Whether there is no order if only these rules count; nil where the bound is too small to know.
    private mutating func isImpossible(_ rules: [Clash]) -> Bool? {
        guard statesLeft > 0 else { return nil }
        let relaxed = Relaxation(model, goals, keeping: rules)
        let problem = OrderProblem(relaxed.model, relaxed.goals, loose: loose)
        if Impossible.isProven(problem) { return true }
        var greedy = GreedyOrder(problem)
        if greedy.run() != nil { return false }
        var exact = ExactOrder(problem, statesMax: min(statesMax, statesLeft), aim: .any(below: nil))
        let outcome = exact.run()
        statesLeft -= exact.statesCount
        switch outcome {
        case .found: return false
        case .exhausted: return true
        case .gaveUp: return nil
        }
    }

    /// The nodes that do not take one domain, as one rule.
    private static func merged(_ rules: [Clash]) -> [Clash] {
        var merged: [Clash] = []
        var place: [Int: Int] = [:]
        for rule in rules {
            guard case .admission(let domain, let nodes) = rule else {
                merged.append(rule)
                continue
            }
            if let index = place[domain], case .admission(_, let known) = merged[index] {
                merged[index] = .admission(domain: domain, nodes: (known + nodes).sorted())
            } else {
                place[domain] = merged.count
                merged.append(rule)
            }
        }
        return merged
    }
}
