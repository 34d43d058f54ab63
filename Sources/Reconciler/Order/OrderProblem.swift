/// A model with what is wanted of it, made ready for searching.
struct OrderProblem: Sendable {
    /// Where a domain may end.
    enum End: Hashable {
        case node(Int)
        /// An index into `sets`.
        case among(Int)
    }

    /// A `together` group that was broken at the start and need not be mended; it must not be torn apart further.
    struct Broken: Sendable {
        let members: [Int]
        /// On how many nodes its members are.
        let spread: Int
    }

    let model: ClusterModel
    let prefer: [Int?]
    /// Domains that may be moved, in order.
    let movers: [Int]
    /// By domain, whether it is one of them.
    let isMover: [Bool]
    private(set) var ends: [End]
    private(set) var sets: [NodeSet]
    /// The nodes of each of `sets`, in order.
    private(set) var setNodes: [[Int]]
    /// Domains that must end on one node, two or more each.
    let units: [[Int]]
    /// By domain, its unit; -1 for none.
    let unit: [Int]
    let broken: [Broken]
    /// By group, its members that are there, soft and hard.
    let members: [[Int]]

    /// - Parameter loose: `together` groups that need not be mended.
    init(_ model: ClusterModel, _ goals: [Goal], prefer: [Int?] = [], loose: Set<Int> = []) {
        precondition(goals.count == model.domains.count, "each domain has one goal")
        precondition(prefer.isEmpty || prefer.count == goals.count, "each domain prefers one node or none")
        self.model = model
        self.prefer = prefer.isEmpty ? Array(repeating: nil, count: goals.count) : prefer
        let isMover = zip(model.domains, goals).map { $0.home != nil && $0.canMove && $1 != .stay }
        self.isMover = isMover
        movers = isMover.indices.filter { isMover[$0] }
        sets = model.admissions
        setNodes = sets.map(\.nodes)
        ends = zip(model.domains, goals).map { domain, goal in
            switch goal {
            case .free: .among(domain.admission)
            case .reach(let node): .node(node)
            case .stay: domain.home.map(End.node) ?? .among(domain.admission)
            }
        }
        let members = model.groupMembers
        self.members = members
        let wholes = model.domains.map { $0.home == nil ? [] : $0.together.filter { !loose.contains($0) } }
        (unit, units) = Self.units(wholes, members)
        broken = loose.sorted().map { group in
            let inside = members[group].filter { model.domains[$0].together.contains(group) }
            return Broken(members: inside, spread: Set(inside.compactMap { model.domains[$0].home }).count)
        }
        for unit in units { narrow(unit) }
    }

    /// Whether a domain may end on a node.
    @inline(__always) func mayEnd(_ domain: Int, on node: Int) -> Bool {
        switch ends[domain] {
        case .node(let end): end == node
        case .among(let index): sets[index].contains(node)
        }
    }

    /// Nodes on which a domain may end, in order.
    func endNodes(_ domain: Int) -> [Int] {
        switch ends[domain] {
        case .node(let node): [node]
        case .among(let index): setNodes[index]
        }
    }

    /// Members of a unit may end only where all of them may, and where those are that do not move.
    private mutating func narrow(_ unit: [Int]) {
        var common = NodeSet(count: model.nodes.count)
        for node in model.nodes.indices where unit.allSatisfy({ mayEnd($0, on: node) }) {
            let isInReach = unit.allSatisfy { isMover[$0] || model.domains[$0].home == node }
            if isInReach { common.insert(node) }
        }
        sets.append(common)
        setNodes.append(common.nodes)
        for domain in unit { ends[domain] = .among(sets.count - 1) }
    }

    /// What hangs together by one group or by several.
    private static func units(_ wholes: [[Int]], _ members: [[Int]]) -> (unit: [Int], units: [[Int]]) {
        var unit = Array(repeating: -1, count: wholes.count)
        var units: [[Int]] = []
        for first in wholes.indices where unit[first] < 0 && !wholes[first].isEmpty {
            var found = [first]
            var next = 0
            unit[first] = units.count
            while next < found.count {
                for group in wholes[found[next]] {
                    for other in members[group] where unit[other] < 0 && wholes[other].contains(group) {
                        unit[other] = units.count
                        found.append(other)
                    }
                }
                next += 1
            }
            if found.count > 1 { units.append(found.sorted()) } else { unit[first] = -1 }
        }
        return (unit, units)
    }
}
