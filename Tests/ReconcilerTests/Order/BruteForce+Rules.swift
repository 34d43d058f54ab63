@testable import Reconciler

extension BruteForce {
    /// With none but some of the rules.
    func keeping(_ rules: [Clash]) -> BruteForce {
        var checker = checker
        let old = checker.model
        for node in old.nodes.indices {
            if !rules.contains(.memory(node: node)) { checker.model.nodes[node].memory = 1 << 40 }
            if !rules.contains(.vcpus(node: node)) { checker.model.nodes[node].vcpus = 1 << 40 }
        }
        checker.model.admissions = []
        for domain in old.domains.indices {
            let home = old.domains[domain].home
            checker.model.domains[domain].apart = old.domains[domain].apart.filter { rules.contains(.apart(group: $0)) }
            checker.model.domains[domain].together = old.domains[domain].together.filter {
                rules.contains(.together(group: $0))
            }
            if !rules.contains(.immovable(domain: domain)) { checker.model.domains[domain].canMove = true }
            let isWished = checker.goals[domain] == .free || rules.contains(.goal(domain: domain))
            if !isWished { checker.goals[domain] = .free }
            let nodes = old.nodes.indices.filter { node in
                if node == home, !isWished { return true }
                if node != home, rules.contains(.closed(node: node)) { return false }
                return !rules.contains { rule in
                    if case .admission(domain, let nodes) = rule { nodes.contains(node) } else { false }
                }
            }
            checker.model.admissions.append(NodeSet(nodes: nodes, count: old.nodes.count))
            checker.model.domains[domain].admission = domain
        }
        return BruteForce(checker: checker)
    }
}
