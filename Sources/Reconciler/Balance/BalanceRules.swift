/// The group rules between units. Hard and soft ones are kept alike: none may be broken more than it is.
struct BalanceRules: Sendable {
    /// An `apart` group: units, and nodes where members stay.
    struct Apart: Sendable {
        var units: [Int] = []
        var fixed: [Int] = []
    }

    /// A soft `together` group that is on several nodes.
    struct Spread: Sendable {
        var units: [Int] = []
        /// Model indices of nodes where members stay.
        var fixed: Set<Int> = []
        /// On how many nodes it is.
        var nodesMax = 0
    }

    var apart: [Apart] = []
    var spread: [Spread] = []
    /// Of each unit, its groups.
    var apartOfUnit: [[Int]] = []
    var spreadOfUnit: [[Int]] = []
}

extension BalanceRules {
    /// Whether a node has nobody whom a unit must or should avoid. With whom it shares its home it may share it again.
    func isApart(_ unit: Int, on node: Int, _ place: [Int], _ units: [BalanceProblem.Unit]) -> Bool {
        let isHome = node == units[unit].home
        return apartOfUnit[unit].allSatisfy { group in
            (isHome || !apart[group].fixed.contains(node))
                && apart[group].units.allSatisfy { other in
                    other == unit || place[other] != node || isHome && units[other].home == node
                }
        }
    }

    /// Whether a unit's soft `together` groups are on no more nodes than before.
    func keepsTogether(_ unit: Int, _ place: [Int], _ nodes: [BalanceProblem.Node]) -> Bool {
        spreadOfUnit[unit].allSatisfy { group in
            let spread = spread[group]
            return spread.fixed.union(spread.units.map { nodes[place[$0]].index }).count <= spread.nodesMax
        }
    }
}
