extension BalanceSearch {
    /// Brings all nodes below their limits with at most so many migrations from home. Tries so many changes that concern
    /// a node above its limit; at first the excess may grow by up to `heat` mean units, at last it only shrinks.
    mutating func repair(migrationsMax: Int, steps: Int, heat: Double) -> Bool {
        // Of two that are as good, the one nearer to home.
        layout.migrationCost = 0.15
        defer { layout.migrationCost = 0 }
        for step in 0..<steps {
            guard let node = anyOver() else { return true }
            if let unit = anyUnit(on: node) {
                let tolerance = upTo(heat * Double(steps - step) / Double(steps))
                change(unit, on: node, migrationsMax, tolerance)
            }
        }
        return layout.over.isEmpty
    }

    private mutating func change(_ unit: Int, on node: Int, _ migrationsMax: Int, _ tolerance: Double) {
        let home = layout.problem.units[unit].home
        let isFull = home == node && layout.migrations + layout.problem.units[unit].migrations > migrationsMax
        if oneIn(2) {
            exchange(unit, on: node, isFull, migrationsMax, tolerance)
        } else if home != node, oneIn(2) {
            // Home, and another from there instead.
            guard let other = anyUnit(on: home) else { return }
            let target = receiver(of: other, but: home)
            _ = layout.move(unit, to: home, other, to: target, migrationsMax: migrationsMax, tolerance: tolerance)
        } else if isFull {
            // Another goes home for it.
            guard let other = anyMoved() else { return }
            let target = receiver(of: unit, but: node)
            _ = layout.move(
                unit, to: target, other, to: layout.problem.units[other].home, migrationsMax: migrationsMax,
                tolerance: tolerance)
        } else {
            let target = receiver(of: unit, but: node)
            _ = layout.move(unit, to: target, migrationsMax: migrationsMax, tolerance: tolerance)
        }
    }

    /// Two change places, or one takes the place of another that goes home.
    private mutating func exchange(
        _ unit: Int, on node: Int, _ isFull: Bool, _ migrationsMax: Int, _ tolerance: Double
    ) {
        if isFull || oneIn(2) {
            guard let other = anyMoved() else { return }
            let target = oneIn(2) ? layout.problem.units[other].home : node
            _ = layout.move(
                unit, to: layout.place[other], other, to: target, migrationsMax: migrationsMax, tolerance: tolerance)
        } else {
            let place = anyNode(but: node)
            guard let other = anyUnit(on: place) else { return }
            _ = layout.move(unit, to: place, other, to: node, migrationsMax: migrationsMax, tolerance: tolerance)
        }
    }
}
