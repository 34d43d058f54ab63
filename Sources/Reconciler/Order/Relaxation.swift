/// A model and its goals with only some of their rules.
struct Relaxation {
    private(set) var model: ClusterModel
    private(set) var goals: [Goal]

    /// More than any node has, and little enough to be added up.
    private static let unlimited: Int64 = 1 << 50

    /// - Parameter rules: those that count; all others do not.
    init(_ model: ClusterModel, _ goals: [Goal], keeping rules: [Clash]) {
        self.model = model
        self.goals = goals
        let kept = Set(rules)
        for node in model.nodes.indices {
            if !kept.contains(.memory(node: node)) { self.model.nodes[node].memory = Self.unlimited }
            if !kept.contains(.vcpus(node: node)) { self.model.nodes[node].vcpus = Self.unlimited }
        }
        var barred: [Int: [Int]] = [:]
        for case .admission(let domain, let nodes) in rules { barred[domain, default: []] += nodes }
        let closed = model.nodes.indices.filter { kept.contains(.closed(node: $0)) }
        self.model.admissions = []
        var known: [NodeSet: Int] = [:]
        for domain in model.domains.indices {
            self.model.domains[domain].apart.removeAll { !kept.contains(.apart(group: $0)) }
            self.model.domains[domain].together.removeAll { !kept.contains(.together(group: $0)) }
            if !kept.contains(.immovable(domain: domain)) { self.model.domains[domain].canMove = true }
            var admission = NodeSet.all(of: model.nodes.count)
            for node in barred[domain] ?? [] { admission.remove(node) }
            for node in closed where node != model.domains[domain].home { admission.remove(node) }
            if goals[domain] != .free, !kept.contains(.goal(domain: domain)) {
                // Nothing is wanted of it any more, so it is well where it is.
                self.goals[domain] = .free
                if let home = model.domains[domain].home { admission.insert(home) }
            }
            let index = known[admission] ?? known.count
            if known[admission] == nil { self.model.admissions.append(admission) }
            known[admission] = index
            self.model.domains[domain].admission = index
        }
    }
}
