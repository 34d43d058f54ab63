/// Hard groups must be able to hold: those together need a common node, and nobody may be together and apart.
enum GroupConflicts {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        // Members of one group are together, and so are members of groups that share a member.
        var leader: [GroupName: Int] = [:]
        var classes = DisjointSets(count: set.domains.count)
        var members: [Int] = []
        for (index, domain) in set.domains.enumerated() {
            guard let draft = domain.wish?.draft, !draft.together.isEmpty else { continue }
            for item in draft.together where !item.value.isSoft {
                if members.last != index { members.append(index) }
                let first = leader[item.value.group] ?? index
                leader[item.value.group] = first
                classes.join(first, index)
            }
        }
        var common: [Int: (nodes: Set<NodeName>, first: Int)] = [:]
        var reported: Set<Int> = []
        var apart: [ApartKey: Int] = [:]
        for index in members {
            guard let draft = set.domains[index].wish?.draft else { continue }
            let root = classes.root(of: index)
            for item in draft.apart where !item.value.isSoft {
                let key = ApartKey(root: root, group: item.value.group)
                guard let first = apart[key] else {
                    apart[key] = index
                    continue
                }
                findings.append(clash(set, first, index, item))
            }
            guard let nodes = draft.wish.nodes else { continue }
            guard let before = common[root] else {
                common[root] = (Set(nodes), index)
                continue
            }
            let left = before.nodes.intersection(nodes)
            common[root] = (left, before.first)
            if left.isEmpty, reported.insert(root).inserted {
                findings.append(noCommonNode(set, before.first, index))
            }
        }
    }

    private struct ApartKey: Hashable {
        let root: Int
        let group: GroupName
    }

    private static func clash(
        _ set: SpecSet, _ first: Int, _ second: Int, _ item: (value: GroupRule, mark: YAMLMark)
    ) -> Finding {
        let (left, right) = (set.domains[first], set.domains[second])
        return Finding(
            .error, right.place(item.mark), code: "group-clash",
            "'\(right.name)' and '\(left.name)' must be both apart (group '\(item.value.group)') and together",
            hint: "the other rule stands at \(left.place(of: "together"))")
    }

    private static func noCommonNode(_ set: SpecSet, _ first: Int, _ second: Int) -> Finding {
        let (left, right) = (set.domains[first], set.domains[second])
        return Finding(
            .error, right.place(of: "nodes"), code: "together-without-node",
            "'\(right.name)' must run together with '\(left.name)', but no node is allowed to all of them",
            hint: "the other list stands at \(left.place(of: "nodes"))")
    }
}

/// Numbers that fall into classes by being joined.
struct DisjointSets {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    mutating func root(of index: Int) -> Int {
        var index = index
        while parents[index] != index {
            parents[index] = parents[parents[index]]
            index = parents[index]
        }
        return index
    }

    mutating func join(_ left: Int, _ right: Int) {
        let (left, right) = (root(of: left), root(of: right))
        // The smaller number leads, so that what is reported does not depend on the order of joining.
        parents[max(left, right)] = min(left, right)
    }
}
