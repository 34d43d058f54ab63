extension BalanceProblem {
    /// Reads a model. Domains on nodes that are not balanced, and those that are off, take no part.
    init(_ model: ClusterModel) {
        let moving = BalanceUnits(model)
        var position = [Int](repeating: -1, count: model.nodes.count)
        for (index, node) in model.nodes.enumerated() where node.isBalanced {
            position[index] = nodes.count
            nodes.append(
                Node(
                    index: index, memoryCapacity: node.memory, vcpuCapacity: node.vcpus, memoryFixed: node.memoryHeld,
                    vcpusFixed: node.vcpusHeld))
        }
        var memoryUsed = nodes.reduce(0) { $0 + $1.memoryFixed }
        var vcpusUsed = nodes.reduce(0) { $0 + $1.vcpusFixed }
        for (index, domain) in model.domains.enumerated() {
            guard let home = domain.home, position[home] >= 0 else { continue }
            memoryUsed += domain.memory
            vcpusUsed += domain.vcpus
            if moving.unit[index] == nil {
                nodes[position[home]].memoryFixed += domain.memory
                nodes[position[home]].vcpusFixed += domain.vcpus
            }
        }
        memoryMean = Self.mean(memoryUsed, of: nodes.map(\.memoryCapacity))
        vcpuMean = Self.mean(vcpusUsed, of: nodes.map(\.vcpuCapacity))
        members = moving.members
        rules = BalanceRules(model, moving, position)
        wordsPerSet = (nodes.count + 63) / 64
        for set in model.admissions { append(nodes.map { set.contains($0.index) }) }
        for (index, members) in members.enumerated() {
            var unit = Unit(home: -1, migrations: members.count)
            for domain in members.map({ model.domains[$0] }) {
                unit.memory += domain.memory
                unit.vcpus += domain.vcpus
                unit.home = domain.home.map { position[$0] } ?? unit.home
            }
            unit.admission = admission(of: members, model)
            unit.hasRules = !rules.apartOfUnit[index].isEmpty || !rules.spreadOfUnit[index].isEmpty
            units.append(unit)
        }
    }

    private static func mean(_ used: Int64, of capacities: [Int64]) -> Double {
        let capacity = capacities.reduce(0, +)
        return capacity > 0 ? Double(used) / Double(capacity) : 0
    }

    /// The model's set, or one more where members differ.
    private mutating func admission(of members: [Int], _ model: ClusterModel) -> Int {
        let sets = Set(members.map { model.domains[$0].admission })
        if sets.count == 1 { return model.domains[members[0]].admission * wordsPerSet }
        append(nodes.map { node in sets.allSatisfy { model.admissions[$0].contains(node.index) } })
        return admitted.count - wordsPerSet
    }

    /// A set over the balanced nodes alone.
    private mutating func append(_ isIn: [Bool]) {
        let start = admitted.count
        admitted += Array(repeating: 0, count: wordsPerSet)
        for (index, isIn) in isIn.enumerated() where isIn { admitted[start + index >> 6] |= 1 << UInt64(index & 63) }
    }
}
