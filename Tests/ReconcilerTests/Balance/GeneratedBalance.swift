import Testing

@testable import Reconciler

/// A cluster in numbers made from a seed, with every kind of rule.
struct GeneratedBalance {
    /// Nodes and domains in any order, each with what it is sorted by.
    var nodes: [(name: Int, node: ClusterModel.Node)] = []
    var domains: [(name: Int, domain: ClusterModel.Domain)] = []
    var admissions: [NodeSet]

    private static let groups = 8

    init(seed: Int) {
        var random = SplitMix(seed: seed)
        let nodeCount = Int.random(in: 2...7, using: &random)
        for name in 0..<nodeCount {
            let size = random.pick([1, 1, 2, 4]) as Int64
            var node = ClusterModel.Node(memory: 64 * size, vcpus: 40 * size)
            node.isBalanced = !random.chance(10)
            if random.chance(20) { (node.memoryHeld, node.vcpusHeld) = (6, 2) }
            nodes.append((name, node))
        }
        admissions = [.all(of: nodeCount)]
        for _ in 0..<2 {
            var set = NodeSet(count: nodeCount)
            for node in 0..<nodeCount where random.chance(60) { set.insert(node) }
            admissions.append(set)
        }
        for name in 0..<Int.random(in: 1...50, using: &random) { domains.append((name, domain(&random))) }
    }

    /// Most are on one half of the nodes.
    private func domain(_ random: inout SplitMix) -> ClusterModel.Domain {
        let last = random.chance(60) ? max(0, nodes.count / 2 - 1) : nodes.count - 1
        var domain = ClusterModel.Domain(
            memory: random.pick([1, 2, 2, 4, 8, 16]), vcpus: random.pick([1, 1, 2, 4]),
            home: random.chance(5) ? nil : Int.random(in: 0...last, using: &random), canMove: !random.chance(10),
            admission: random.pick([0, 0, 0, 1, 2]))
        let group = [Int.random(in: 0..<Self.groups / 2, using: &random)]
        let other = [Int.random(in: Self.groups / 2..<Self.groups, using: &random)]
        if random.chance(15) { domain.apart = group }
        if random.chance(10) { domain.apartSoft = group }
        if random.chance(8) { domain.together = other }
        if random.chance(8) { domain.togetherSoft = other }
        return domain
    }

    var model: ClusterModel {
        ClusterModel(
            nodes: nodes.sorted { $0.name < $1.name }.map(\.node),
            domains: domains.sorted { $0.name < $1.name }.map(\.domain), admissions: admissions,
            groupCount: Self.groups)
    }
}

extension ClusterModel {
    /// With domains where a result puts them.
    func after(_ result: BalanceResult) -> ClusterModel {
        var model = self
        for relocation in result.relocations { model.domains[relocation.domain].home = relocation.target }
        return model
    }

    /// Pairs that share a node and must not, or should not.
    func pairs(_ rule: (Domain) -> [Int], with other: (Domain) -> [Int]) -> Set<[Int]> {
        var pairs: Set<[Int]> = []
        for (left, one) in domains.enumerated() where one.home != nil {
            for (right, another) in domains.enumerated() where left != right && one.home == another.home {
                if !Set(rule(one)).isDisjoint(with: other(another)) { pairs.insert([left, right].sorted()) }
            }
        }
        return pairs
    }

    /// On how many nodes each group is.
    func spread(_ rule: (Domain) -> [Int]) -> [Int] {
        (0..<groupCount).map { group in
            Set(domains.filter { rule($0).contains(group) }.compactMap(\.home)).count
        }
    }
}
