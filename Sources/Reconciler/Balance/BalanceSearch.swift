/// Looks for layouts with few migrations and low loads, by moves, swaps and chains of them.
///
/// Work is bounded by counted steps, each of which tries one change.
struct BalanceSearch {
    var layout: BalanceLayout
    /// Steps that each search for one level or number of migrations may take.
    let stepsMax: Int
    private var draw: Draw

    init(_ problem: BalanceProblem, seed: UInt64, stepsMax: Int) {
        layout = BalanceLayout(problem)
        draw = Draw(seed: seed)
        self.stepsMax = stepsMax
    }

    // MARK: - Draws

    /// True in one of so many cases.
    mutating func oneIn(_ count: Int) -> Bool { draw.below(count) == 0 }

    /// A number from 0 to below `most`.
    mutating func upTo(_ most: Double) -> Double { most * Double(draw.below(1024)) / 1024 }

    mutating func anyOver() -> Int? {
        layout.over.isEmpty ? nil : layout.over[draw.below(layout.over.count)]
    }

    mutating func anyMoved() -> Int? {
        layout.moved.isEmpty ? nil : layout.moved[draw.below(layout.moved.count)]
    }

    mutating func anyUnit(on node: Int) -> Int? {
        let count = layout.units[node].count
        return count > 0 ? layout.units[node][draw.below(count)] : nil
    }

    mutating func anyNode(but node: Int) -> Int {
        let other = draw.below(layout.problem.nodes.count - 1)
        return other < node ? other : other + 1
    }

    /// Of three nodes that are drawn the one where a unit does the least harm.
    mutating func receiver(of unit: Int, but node: Int) -> Int {
        var best = anyNode(but: node)
        var least = layout.excess(best, with: unit)
        for _ in 0..<2 where least > 0 {
            let other = anyNode(but: node)
            let excess = layout.excess(other, with: unit)
            if excess < least { (best, least) = (other, excess) }
        }
        return best
    }

    // MARK: - Greed

    /// Sheds from each node above its limit, the fullest first, what lowers its excess most, to the emptiest node that takes
    /// it and stays below its own.
    mutating func shed(migrationsMax: Int) {
        var receivers = layout.problem.nodes.indices.map { (load: layout.load(of: $0), node: $0) }.sorted { $0 < $1 }
        let nodes = layout.over.items.sorted { (-layout.excess($0), $0) < (-layout.excess($1), $1) }
        for node in nodes {
            while layout.over.contains(node), shedOne(from: node, &receivers, migrationsMax) {}
        }
    }

    /// How many of the emptiest nodes greed looks at for one unit.
    private static let receiversMax = 64

    private mutating func shedOne(
        from node: Int, _ receivers: inout [(load: Double, node: Int)], _ migrationsMax: Int
    ) -> Bool {
        let units = layout.units[node].map { (excess: layout.excess(node, without: $0), unit: $0) }.sorted { $0 < $1 }
        for (_, unit) in units {
            for index in receivers.indices.prefix(Self.receiversMax) {
                let target = receivers[index].node
                guard target != node, layout.excess(target, with: unit) <= 0,
                    layout.move(unit, to: target, migrationsMax: migrationsMax, tolerance: 0)
                else { continue }
                receivers[index].load = layout.load(of: target)
                var index = index
                while index + 1 < receivers.count, receivers[index + 1] < receivers[index] {
                    receivers.swapAt(index, index + 1)
                    index += 1
                }
                return true
            }
        }
        return false
    }
}
