extension BalanceResult {
    /// What leads from one model to another, which differs by the homes of domains alone.
    init(_ model: ClusterModel, _ other: ClusterModel, _ request: BalanceRequest) {
        let problem = BalanceProblem(model)
        let layout = BalanceLayout(BalanceProblem(other))
        before = Self.loads(BalanceLayout(problem))
        after = Self.loads(layout)
        relocations = model.domains.indices.compactMap { domain in
            guard let source = model.domains[domain].home, let target = other.domains[domain].home, source != target
            else { return nil }
            return Relocation(domain: domain, source: source, target: target)
        }
        memoryMoved = relocations.reduce(0) { $0 + model.domains[$1.domain].memory }
        isTargetReached = after.allSatisfy { $0.load <= request.target * (1 + 2 * BalanceProblem.hair) }
        let level = isTargetReached && request.goal == .target ? request.target : layout.level
        migrationsMin = relocations.isEmpty ? 0 : problem.migrationsMin(to: level)
    }

    private static func loads(_ layout: BalanceLayout) -> [NodeLoad] {
        zip(layout.problem.nodes, layout.burdens).map { node, burden in
            NodeLoad(
                node: node.index, memoryShare: BalanceProblem.share(burden.memory, of: node.memoryCapacity),
                vcpuShare: BalanceProblem.share(burden.vcpus, of: node.vcpuCapacity),
                load: layout.problem.load(of: node, memory: burden.memory, vcpus: burden.vcpus))
        }
    }
}
