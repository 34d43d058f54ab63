extension BalanceSearch {
    /// What is in the way of few migrations: a node above its limit costs as many as it will take to repair it, roughly
    /// at first, prohibitively at last.
    private struct Penalty {
        static let (overFirst, excessFirst) = (0.8, 0.3)
        static let last = 3.0
    }

    /// The layout with the fewest migrations that is met with all nodes below their limits. Migrations come and go; the
    /// cost may grow by up to `heat` migrations at first.
    mutating func anneal(steps: Int, heat: Double, penalty: Double) -> [Int]? {
        var best: [Int]?
        var least = Int.max
        layout.migrationCost = 1
        for step in 0..<steps {
            let rest = Double(steps - step) / Double(steps)
            layout.overCost = Penalty.last * penalty + (Penalty.overFirst - Penalty.last * penalty) * rest
            layout.excessCost = Penalty.last * penalty + (Penalty.excessFirst - Penalty.last * penalty) * rest
            change(tolerance: upTo(heat * rest))
            if layout.over.isEmpty, layout.migrations < least { (best, least) = (layout.place, layout.migrations) }
        }
        (layout.migrationCost, layout.overCost, layout.excessCost) = (0, 0, 1)
        return best
    }

    private mutating func change(tolerance: Double) {
        if let unit = anyMoved(), layout.over.isEmpty || oneIn(2) {
            reconsider(unit, tolerance)
        } else if let node = anyOver(), let unit = anyUnit(on: node) {
            if oneIn(2) {
                let target = receiver(of: unit, but: node)
                _ = layout.move(unit, to: target, migrationsMax: .max, tolerance: tolerance)
            } else {
                let place = anyNode(but: node)
                guard let other = anyUnit(on: place) else { return }
                _ = layout.move(unit, to: place, other, to: node, migrationsMax: .max, tolerance: tolerance)
            }
        }
    }

    /// Sends a unit that is not at home there or elsewhere, alone or in exchange.
    private mutating func reconsider(_ unit: Int, _ tolerance: Double) {
        let node = layout.place[unit]
        let home = layout.problem.units[unit].home
        if oneIn(4) {
            _ = layout.move(unit, to: home, migrationsMax: .max, tolerance: tolerance)
        } else if oneIn(3) {
            let target = receiver(of: unit, but: node)
            _ = layout.move(unit, to: target, migrationsMax: .max, tolerance: tolerance)
        } else if oneIn(2) {
            guard let other = anyUnit(on: home) else { return }
            let target = oneIn(2) ? node : receiver(of: other, but: home)
            _ = layout.move(unit, to: home, other, to: target, migrationsMax: .max, tolerance: tolerance)
        } else if let other = anyMoved() {
            _ = layout.move(
                unit, to: layout.place[other], other, to: node, migrationsMax: .max, tolerance: tolerance)
        }
    }
}
