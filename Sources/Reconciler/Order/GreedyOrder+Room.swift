extension GreedyOrder {
    /// A domain that could be moved out of the way, and what that costs beyond the migrations that are needed anyhow.
    private struct Way {
        let domain: Int
        let node: Int
        let cost: OrderCost
    }

    /// Moves something out of the way of the first of these for which that is possible; the cheapest it finds.
    mutating func makeRoom(for stuck: [Int]) -> Bool {
        var best: Way?
        for domain in stuck {
            let nodes = end[domain] >= 0 ? [end[domain]] : problem.endNodes(domain)
            for node in nodes where node != arrangement.position[domain] {
                guard let way = cheapestWay(for: domain, on: node) else { continue }
                if best.map({ way.cost < $0.cost }) ?? true { best = way }
            }
            // One migration more is the least that it can cost.
            if let best, best.cost.moves <= 1, problem.movers.count > 200 { break }
        }
        if let best {
            park(best.domain, on: best.node)
            return true
        }
        return clear(for: stuck)
    }

    /// The cheapest single domain whose leaving lets another come to a node.
    private func cheapestWay(for domain: Int, on node: Int) -> Way? {
        guard problem.model.admits(domain, on: node) else { return nil }
        var best: Way?
        for other in inhabitants[node] where other != domain {
            let cost = costOfParking(other)
            if let best, best.cost <= cost { continue }
            guard makesWay(other, for: domain, on: node), let target = parking(for: other, from: node, for: domain)
            else { continue }
            best = Way(domain: other, node: target, cost: cost)
        }
        return best
    }

    /// One that is under way, or that may stay anywhere, costs a migration; one that has to come back costs two.
    private func costOfParking(_ domain: Int) -> OrderCost {
        let memory = problem.model.domains[domain].memory
        let hasToReturn = end[domain] >= 0 && !isPending[domain]
        return hasToReturn ? OrderCost(moves: 2, memory: 2 * memory) : OrderCost(moves: 1, memory: memory)
    }

    /// Whether a domain would fit on a node that another had left.
    private func makesWay(_ other: Int, for domain: Int, on node: Int) -> Bool {
        let model = problem.model
        let (spec, leaving) = (model.domains[domain], model.domains[other])
        let occupancy = arrangement.occupancy
        guard occupancy.memory[node] - leaving.memory + spec.memory <= model.nodes[node].memory,
            occupancy.vcpus[node] - leaving.vcpus + spec.vcpus <= model.nodes[node].vcpus
        else { return false }
        if occupancy.isApart(domain, on: node) { return true }
        return spec.apart.allSatisfy { group in
            problem.members[group].allSatisfy { $0 == other || $0 == domain || arrangement.position[$0] != node }
        }
    }

    /// Where to put a domain: where it may stay if it may, else where most memory is free, and not on a node from which
    /// it would be in the way of the very domain that it makes room for.
    private func parking(for domain: Int, from node: Int, for awaited: Int) -> Int? {
        if end[domain] < 0, let place = place(for: domain, but: node) { return place }
        if end[domain] < 0, isPending[domain] { return nil }
        var best: (free: Int64, node: Int)?
        for target in problem.model.nodes.indices where target != node {
            guard end[domain] >= 0 || problem.mayEnd(domain, on: target) else { continue }
            guard arrangement.canMove(domain, to: target) else { continue }
            let free = problem.model.nodes[target].memory - arrangement.occupancy.memory[target]
            if best.map({ free > $0.free }) ?? true { best = (free, target) }
        }
        return best?.node
    }

    /// Where no single one makes room: moves several from a node where that is enough, one that lacks little.
    private mutating func clear(for stuck: [Int]) -> Bool {
        for domain in stuck {
            for node in promising(end[domain] >= 0 ? [end[domain]] : problem.endNodes(domain), for: domain) {
                guard let batch = batch(for: domain, on: node) else { continue }
                for way in batch { park(way.domain, on: way.node) }
                return true
            }
        }
        return false
    }

    /// The nodes with most memory left, as many as are worth a trial.
    private func promising(_ nodes: [Int], for domain: Int) -> ArraySlice<Int> {
        let model = problem.model
        let left = model.nodes.indices.map { model.nodes[$0].memory - arrangement.occupancy.memory[$0] }
        return nodes.filter { $0 != arrangement.position[domain] && model.admits(domain, on: $0) }
            .sorted { (left[$0], $1) > (left[$1], $0) }.prefix(Self.clearedMax)
    }

    /// Nodes that are looked at for one domain where several others would have to be moved.
    private static let clearedMax = 32

    /// Several domains that, moved one after the other, let one come to a node; nil if they are not found.
    private func batch(for domain: Int, on node: Int) -> [Way]? {
        var trial = self
        var ways: [Way] = []
        let others = sorted(inhabitants[node].filter { $0 != domain })
        let candidates = others.filter { costOfParking($0).moves < 2 } + others.filter { costOfParking($0).moves >= 2 }
        for other in candidates {
            guard let target = trial.parking(for: other, from: node, for: domain) else { continue }
            ways.append(Way(domain: other, node: target, cost: costOfParking(other)))
            trial.park(other, on: target)
            if trial.arrangement.canMove(domain, to: node) { return ways }
        }
        return nil
    }
}
