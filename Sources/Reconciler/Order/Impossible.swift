/// Proofs that a problem has no order, from sums alone: they take no search, and hold for any number of nodes.
struct Impossible {
    private let problem: OrderProblem
    private let start: Arrangement
    /// By node, what domains that may be moved can take of it at the end.
    private let memory: [Int64]
    private let vcpus: [Int64]

    /// Capacities are cut to this, so that no sum can overflow; no cluster has it.
    private static let most: Int64 = 1 << 50
    /// Different sets of nodes that are looked at.
    private static let setsMax = 64

    static func isProven(_ problem: OrderProblem) -> Bool {
        let proof = Impossible(problem)
        return proof.hasHomeless() || proof.isOverfull()
    }

    private init(_ problem: OrderProblem) {
        self.problem = problem
        let model = problem.model
        start = Arrangement(model)
        var moving = model.nodes.map { _ in (memory: Int64(0), vcpus: Int64(0)) }
        for domain in problem.movers {
            moving[start.position[domain]].memory += model.domains[domain].memory
            moving[start.position[domain]].vcpus += model.domains[domain].vcpus
        }
        // A node that is too full at the start may stay so.
        let occupancy = start.occupancy
        memory = model.nodes.indices.map { node in
            min(max(model.nodes[node].memory - occupancy.memory[node], 0) + moving[node].memory, Self.most)
        }
        vcpus = model.nodes.indices.map { node in
            min(max(model.nodes[node].vcpus - occupancy.vcpus[node], 0) + moving[node].vcpus, Self.most)
        }
    }

    /// Whether some domain has to end elsewhere and may not, were all others that can be moved away.
    private func hasHomeless() -> Bool {
        for (domain, node) in start.position.enumerated() where node >= 0 {
            if problem.endNodes(domain).isEmpty { return true }
            if problem.mayEnd(domain, on: node) { continue }
            guard problem.isMover[domain], problem.endNodes(domain).contains(where: { canCome(domain, to: $0) }) else {
                return true
            }
        }
        return problem.units.contains { unit in
            let nodes = unit.first.map(problem.endNodes) ?? []
            return !nodes.contains { node in
                unit.allSatisfy { start.position[$0] == node || (problem.isMover[$0] && canCome($0, to: node)) }
            }
        }
    }

    /// Whether a node takes a domain beside what never leaves it.
    private func canCome(_ domain: Int, to node: Int) -> Bool {
        let (model, spec) = (problem.model, problem.model.domains[domain])
        guard model.admits(domain, on: node), alone(spec, on: node) else { return false }
        return spec.apart.allSatisfy { group in
            !problem.members[group].contains { member in
                member != domain && !problem.isMover[member] && start.position[member] == node
                    && (model.domains[member].apart + model.domains[member].apartSoft).contains(group)
            }
        }
    }

    /// Whether there is room for a domain when all others that can have gone.
    private func alone(_ spec: ClusterModel.Domain, on node: Int) -> Bool {
        let model = problem.model
        var memoryLeft = start.occupancy.memory[node]
        var vcpusLeft = start.occupancy.vcpus[node]
        for domain in problem.movers where start.position[domain] == node {
            memoryLeft -= model.domains[domain].memory
            vcpusLeft -= model.domains[domain].vcpus
        }
        return memoryLeft + spec.memory <= model.nodes[node].memory
            && vcpusLeft + spec.vcpus <= model.nodes[node].vcpus
    }

    /// Whether those that may end on some set of nodes only need more than it has: in all, or in pieces of their size.
    private func isOverfull() -> Bool {
        var sets: [[Int]] = []
        for domain in problem.movers {
            let nodes = problem.endNodes(domain)
            if sets.count < Self.setsMax, !sets.contains(nodes) { sets.append(nodes) }
        }
        return sets.contains { nodes in
            let inside = Set(nodes)
            let domains = problem.movers.filter { problem.endNodes($0).allSatisfy(inside.contains) }
            return lacks(domains.map { problem.model.domains[$0].memory }, nodes.map { memory[$0] })
                || lacks(domains.map { problem.model.domains[$0].vcpus }, nodes.map { vcpus[$0] })
        }
    }

    private func lacks(_ needs: [Int64], _ rooms: [Int64]) -> Bool {
        if needs.reduce(0, +) > rooms.reduce(0, +) { return true }
        // A room holds at most so many of those that are no smaller than the smallest of them.
        return needs.sorted(by: >).enumerated().contains { index, size in
            size > 0 && rooms.reduce(0) { $0 + $1 / size } <= Int64(index)
        }
    }
}
