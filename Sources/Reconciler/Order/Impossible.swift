/// Proofs that a problem has no order, from sums alone: they take no search, and hold for any number of nodes.
struct Impossible {
    /// Memory and vCPUs of a node.
    private struct Room {
        var memory: Int64
        var vcpus: Int64
    }

    private let problem: OrderProblem
    private let start: Arrangement
    /// By node, what is left beside what never leaves it; less than nothing on one that is too full for good.
    private let empty: [Room]
    /// By node, what domains that may be moved can take of it at the end.
    private let end: [Room]

    /// Capacities are cut to this, so that no sum can overflow; no cluster has it.
    private static let most: Int64 = 1 << 50
    /// Different sets of nodes, and different sizes of domains, that are looked at.
    private static let setsMax = 64
    private static let sizesMax = 64

    static func isProven(_ problem: OrderProblem) -> Bool {
        let proof = Impossible(problem)
        return proof.hasHomeless() || proof.isOverfull()
    }

    private init(_ problem: OrderProblem) {
        self.problem = problem
        let model = problem.model
        start = Arrangement(model)
        var moving = model.nodes.map { _ in Room(memory: 0, vcpus: 0) }
        for domain in problem.movers {
            moving[start.position[domain]].memory += model.domains[domain].memory
            moving[start.position[domain]].vcpus += model.domains[domain].vcpus
        }
        let occupancy = start.occupancy
        let free = model.nodes.indices.map { node in
            Room(
                memory: min(model.nodes[node].memory - occupancy.memory[node], Self.most),
                vcpus: min(model.nodes[node].vcpus - occupancy.vcpus[node], Self.most))
        }
        empty = zip(free, moving).map { Room(memory: $0.memory + $1.memory, vcpus: $0.vcpus + $1.vcpus) }
        // A node that is too full at the start may stay so.
        end = zip(free, moving).map {
            Room(memory: max($0.memory, 0) + $1.memory, vcpus: max($0.vcpus, 0) + $1.vcpus)
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
        guard model.admits(domain, on: node), spec.memory <= empty[node].memory, spec.vcpus <= empty[node].vcpus else {
            return false
        }
        return spec.apart.allSatisfy { group in
            !problem.members[group].contains { member in
                member != domain && !problem.isMover[member] && start.position[member] == node
                    && (model.domains[member].apart + model.domains[member].apartSoft).contains(group)
            }
        }
    }

    /// Whether those that may end on some set of nodes only need more than it has: in all, or in pieces of their size.
    private func isOverfull() -> Bool {
        var domains: [OrderProblem.End: [Int]] = [:]
        var ends: [OrderProblem.End] = []
        for domain in problem.movers {
            if domains[problem.ends[domain], default: []].isEmpty { ends.append(problem.ends[domain]) }
            domains[problem.ends[domain], default: []].append(domain)
        }
        var setsLeft = Self.setsMax
        return ends.contains { outer in
            var inside = domains[outer] ?? []
            if case .among = outer {
                setsLeft -= 1
                guard setsLeft >= 0 else { return false }
                inside = ends.filter { isSubset($0, of: outer) }.flatMap { domains[$0] ?? [] }
            }
            let nodes = inside.first == nil ? [] : nodes(of: outer)
            return lacks(inside.map { problem.model.domains[$0].memory }, nodes.map { end[$0].memory })
                || lacks(inside.map { problem.model.domains[$0].vcpus }, nodes.map { end[$0].vcpus })
        }
    }

    private func nodes(of end: OrderProblem.End) -> [Int] {
        switch end {
        case .node(let node): [node]
        case .among(let index): problem.setNodes[index]
        }
    }

    private func isSubset(_ inner: OrderProblem.End, of outer: OrderProblem.End) -> Bool {
        guard case .among(let set) = outer, inner != outer else { return inner == outer }
        return nodes(of: inner).allSatisfy { problem.sets[set].contains($0) }
    }

    private func lacks(_ needs: [Int64], _ rooms: [Int64]) -> Bool {
        if needs.reduce(0, +) > rooms.reduce(0, +) { return true }
        // A room holds at most so many of those that are no smaller than the smallest of them.
        var sizesLeft = Self.sizesMax
        let sorted = needs.sorted(by: >)
        for (index, size) in sorted.enumerated() where size > 0 {
            if index + 1 < sorted.count, sorted[index + 1] == size { continue }
            if rooms.reduce(0, { $0 + $1 / size }) <= Int64(index) { return true }
            sizesLeft -= 1
            if sizesLeft == 0 { return false }
        }
        return false
    }
}
