@testable import Reconciler

/// Says what is wrong with an order. It shares no code with what makes orders, and reckons everything anew each time.
struct OrderChecker {
    var model: ClusterModel
    var goals: [Goal]
    /// `together` groups that may stay as broken as they were.
    var brokenGroups: [Int] = []

    /// Where everything is, and what is under way, at one moment.
    struct Moment {
        /// By domain; nil for one that is not there.
        var node: [Int?]
        /// By domain, where it is being migrated to.
        var heading: [Int: Int] = [:]
        /// By node, what is on it, comes to it or leaves it.
        var inhabitants: [[Int]]
    }

    /// All at home.
    var start: Moment {
        Moment(
            node: model.domains.map(\.home),
            inhabitants: model.nodes.indices.map { node in
                model.domains.indices.filter { model.domains[$0].home == node }
            })
    }

    /// What is wrong with carrying out a sequence, one migration after the other.
    func violations(of sequence: [Relocation]) -> [String] {
        var moment = start
        var found: [String] = []
        for (index, step) in sequence.enumerated() {
            found += begin(step, &moment).map { "step \(index): \($0)" }
            finish(step, &moment)
        }
        return found + ending(moment)
    }

    /// What is wrong with beginning a migration now. It is begun all the same.
    func begin(_ step: Relocation, _ moment: inout Moment) -> [String] {
        var found: [String] = []
        let domain = model.domains[step.domain]
        if moment.heading[step.domain] != nil { found.append("domain \(step.domain) is under way already") }
        if moment.node[step.domain] != step.source { found.append("domain \(step.domain) is not on \(step.source)") }
        if step.source == step.target { found.append("domain \(step.domain) moves to its own node") }
        if !domain.canMove || domain.home == nil { found.append("domain \(step.domain) cannot move") }
        if case .stay = goals[step.domain] { found.append("domain \(step.domain) is to stay") }
        if !model.admissions[domain.admission].contains(step.target) {
            found.append("node \(step.target) does not take domain \(step.domain)")
        }
        for other in moment.inhabitants[step.target] where other != step.domain {
            let groups = model.domains[other].apart + model.domains[other].apartSoft
            if domain.apart.contains(where: groups.contains) {
                found.append("domains \(step.domain) and \(other) meet on \(step.target)")
            }
        }
        moment.heading[step.domain] = step.target
        moment.inhabitants[step.target].append(step.domain)
        let use = use(of: step.target, moment)
        let node = model.nodes[step.target]
        if use.memory > node.memory { found.append("node \(step.target) lacks \(use.memory - node.memory) KiB") }
        if use.vcpus > node.vcpus { found.append("node \(step.target) lacks \(use.vcpus - node.vcpus) vCPUs") }
        return found
    }

    /// The migration has succeeded.
    func finish(_ step: Relocation, _ moment: inout Moment) {
        moment.heading[step.domain] = nil
        moment.node[step.domain] = step.target
        moment.inhabitants[step.source].removeAll { $0 == step.domain }
    }

    /// The migration has failed, and the domain is where it was.
    func fail(_ step: Relocation, _ moment: inout Moment) {
        moment.heading[step.domain] = nil
        moment.inhabitants[step.target].removeAll { $0 == step.domain }
    }

    private func use(of node: Int, _ moment: Moment) -> (memory: Int64, vcpus: Int64) {
        var use = (memory: model.nodes[node].memoryHeld, vcpus: model.nodes[node].vcpusHeld)
        for domain in moment.inhabitants[node] {
            use.memory += model.domains[domain].memory
            use.vcpus += model.domains[domain].vcpus
        }
        return use
    }

    /// What is not as it should be in the end.
    func ending(_ moment: Moment) -> [String] {
        var found: [String] = []
        for (index, domain) in model.domains.enumerated() {
            guard let node = moment.node[index] else { continue }
            switch goals[index] {
            case .free:
                if !model.admissions[domain.admission].contains(node) {
                    found.append("domain \(index) ends on \(node), which does not take it")
                }
            case .reach(let wanted):
                if node != wanted { found.append("domain \(index) ends on \(node), not on \(wanted)") }
            case .stay:
                if node != domain.home { found.append("domain \(index) has not stayed") }
            }
        }
        for group in 0..<model.groupCount {
            let inside = model.domains.indices.filter { model.domains[$0].together.contains(group) }
            let nodes = Set(inside.compactMap { moment.node[$0] }).count
            let most = brokenGroups.contains(group) ? Set(inside.compactMap { model.domains[$0].home }).count : 1
            if nodes > most { found.append("group \(group) ends on \(nodes) nodes") }
        }
        return found
    }
}
