extension OrderProblem {
    /// What is still to be paid at least: each domain that may not end where it is moves once, and of each unit all but
    /// those that are where the others can come.
    func remaining(_ position: [Int]) -> OrderCost {
        var cost = OrderCost()
        for (domain, node) in position.enumerated() where node >= 0 && unit[domain] < 0 {
            if !mayEnd(domain, on: node) { cost = cost + single(domain) }
        }
        for index in units.indices { cost = cost + remaining(ofUnit: index, position) }
        return cost
    }

    /// The cost of moving one domain once.
    @inline(__always) func single(_ domain: Int) -> OrderCost {
        OrderCost(moves: 1, memory: model.domains[domain].memory)
    }

    /// What is still to be paid at least for the members of a unit.
    func remaining(ofUnit index: Int, _ position: [Int]) -> OrderCost {
        guard let first = units[index].first else { return OrderCost() }
        var least: OrderCost?
        for node in endNodes(first) {
            var cost = OrderCost()
            for domain in units[index] where position[domain] != node { cost = cost + single(domain) }
            if least.map({ cost < $0 }) ?? true { least = cost }
        }
        // With nowhere to go there is no end either; `Impossible` finds that before anybody searches.
        return least ?? OrderCost(moves: 1)
    }

    /// Whether everything is where it may end.
    func isSettled(_ position: [Int]) -> Bool {
        remaining(position).moves == 0 && keepsBroken(position)
    }

    /// Whether what was torn apart at the start is not so further.
    func keepsBroken(_ position: [Int]) -> Bool {
        broken.allSatisfy { group in Set(group.members.map { position[$0] }).count <= group.spread }
    }

    /// Domains that are not where they may end.
    func unsettled(_ position: [Int]) -> [Int] {
        position.indices.filter { domain in
            guard position[domain] >= 0 else { return false }
            if !mayEnd(domain, on: position[domain]) { return true }
            return unit[domain] >= 0 && units[unit[domain]].contains { position[$0] != position[domain] }
        }
    }

    /// How many wishes a domain on a node does not meet: where it would rather be, then soft rules.
    func misses(_ domain: Int, on node: Int, _ position: [Int]) -> (prefer: Int, soft: Int) {
        let wanted = prefer[domain].map { $0 == node ? 0 : 1 } ?? 0
        let spec = model.domains[domain]
        if spec.apartSoft.isEmpty && spec.togetherSoft.isEmpty { return (wanted, 0) }
        var soft = 0
        for group in spec.apartSoft {
            soft += members[group].count { $0 != domain && position[$0] == node && isApart($0, group) }
        }
        for group in spec.togetherSoft {
            soft += members[group].count { $0 != domain && position[$0] != node && isTogether($0, group) }
        }
        return (wanted, soft)
    }

    private func isApart(_ domain: Int, _ group: Int) -> Bool {
        model.domains[domain].apart.contains(group) || model.domains[domain].apartSoft.contains(group)
    }

    private func isTogether(_ domain: Int, _ group: Int) -> Bool {
        model.domains[domain].together.contains(group) || model.domains[domain].togetherSoft.contains(group)
    }
}
