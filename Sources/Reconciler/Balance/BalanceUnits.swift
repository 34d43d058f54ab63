/// Which domains of a model move, and which of them only as one.
struct BalanceUnits {
    /// The members of each unit, by index; units by their first member.
    private(set) var members: [[Int]] = []
    /// Of each domain, its unit; nil for one that stays.
    private(set) var unit: [Int?]

    init(_ model: ClusterModel) {
        var leader = Array(model.domains.indices)
        var stays = model.domains.map { domain in
            guard let home = domain.home else { return true }
            return !domain.canMove || !model.nodes[home].isBalanced
        }
        for group in Self.together(model, \.together) + Self.together(model, \.togetherSoft) {
            if group.homes.count == 1 {
                for member in group.members { Self.join(member, group.members[0], &leader) }
            } else if group.isHard {
                // Broken already: whichever of them moved might leave them further apart.
                for member in group.members { stays[member] = true }
            }
        }
        unit = Array(repeating: nil, count: model.domains.count)
        var whole: [Int: [Int]] = [:]
        for index in model.domains.indices where model.domains[index].home != nil {
            whole[Self.find(index, &leader), default: []].append(index)
        }
        for index in model.domains.indices {
            guard let all = whole[index], !all.contains(where: { stays[$0] }), !Self.isAtOdds(all, model) else {
                continue
            }
            for member in all { unit[member] = members.count }
            members.append(all)
        }
    }

    private struct Together {
        var members: [Int] = []
        var homes: Set<Int> = []
        var isHard: Bool
    }

    /// Each group of one kind: its members that are on, and where they are.
    private static func together(
        _ model: ClusterModel, _ groups: KeyPath<ClusterModel.Domain, [Int]>
    ) -> [Together] {
        let isHard = groups == \ClusterModel.Domain.together
        var all = Array(repeating: Together(isHard: isHard), count: model.groupCount)
        for (index, domain) in model.domains.enumerated() {
            // A soft member follows the hard ones, but does not bind them.
            for group in isHard ? domain.together : domain.together + domain.togetherSoft {
                guard let home = domain.home else { continue }
                all[group].members.append(index)
                all[group].homes.insert(home)
            }
        }
        return all
    }

    /// Two that must be apart and share a node: together they would break the rule anew wherever they went.
    private static func isAtOdds(_ all: [Int], _ model: ClusterModel) -> Bool {
        var seen: Set<Int> = []
        guard all.count > 1 else { return false }
        for member in all {
            let groups = Set(model.domains[member].apart + model.domains[member].apartSoft)
            if !seen.isDisjoint(with: groups) { return true }
            seen.formUnion(groups)
        }
        return false
    }

    private static func find(_ index: Int, _ leader: inout [Int]) -> Int {
        var index = index
        while leader[index] != index {
            leader[index] = leader[leader[index]]
            index = leader[index]
        }
        return index
    }

    /// The lower index leads, so that a unit is met at its first member.
    private static func join(_ one: Int, _ other: Int, _ leader: inout [Int]) {
        let (left, right) = (find(one, &leader), find(other, &leader))
        leader[max(left, right)] = min(left, right)
    }
}
