extension BalanceSearch {
    /// Where each unit should be; at home, if that is good enough or nothing better is found.
    mutating func places(_ request: BalanceRequest) -> [Int] {
        let home = layout.problem.home
        let before = layout.level
        let migrationsMax = request.migrationsMax ?? .max
        guard layout.problem.nodes.count > 1, !layout.problem.units.isEmpty, migrationsMax > 0 else { return home }
        let isEven = before <= request.target * (1 + 2 * BalanceProblem.hair)
        var places = isEven ? home : fewest(level: request.target)
        let count = places.map(migrations) ?? layout.problem.migrationsMin(to: request.target)
        if request.goal == .best || places == nil || count > migrationsMax {
            let first = min(max(1, count), migrationsMax)
            places = lowest(from: first, to: migrationsMax, minGain: request.minGain)
        }
        layout.restore(places ?? home)
        let gain = before - layout.level
        return gain > 0 && gain >= request.minGain ? layout.place : home
    }

    /// As low as it goes, but for `minGain`, by few migrations: half as many more each time, until that is reached.
    private mutating func lowest(from first: Int, to last: Int, minGain: Double) -> [Int] {
        let precision = max(0.001, minGain / 8)
        var best = lowest(migrationsMax: last, enough: 1, precision: precision)
        layout.restore(best)
        let enough = layout.level + minGain
        var count = first
        while count < migrations(best) {
            let places = lowest(migrationsMax: count, enough: enough, precision: precision)
            layout.restore(places)
            if layout.level <= enough { best = places }
            count = min(last, count + max(1, count / 2))
        }
        layout.restore(best)
        return fewest(level: layout.level, from: best) ?? best
    }

    private func migrations(_ places: [Int]) -> Int {
        zip(places, layout.problem.units).reduce(0) { $0 + ($1.0 == $1.1.home ? 0 : $1.1.migrations) }
    }

    /// A layout below a level by as few migrations as are found, and as little memory; nil if none is found.
    mutating func fewest(level: Double, from start: [Int]? = nil) -> [Int]? {
        let least = layout.problem.migrationsMin(to: level)
        layout.restore(start ?? layout.problem.home)
        layout.setLevel(level)
        var best = start
        var count = start == nil ? Int.max : layout.migrations
        layout.restore(layout.problem.home)
        shed(migrationsMax: .max)
        if layout.over.isEmpty, layout.migrations < count { (best, count) = (layout.place, layout.migrations) }
        let steps = min(stepsMax, max(12_000, 200 * layout.problem.units.count))
        var penalty = 1.0
        for round in 0..<max(1, stepsMax / steps) where count > least {
            // From the best one, after one that started afresh; a hot one forgets where it started.
            if round > 0, let best { layout.restore(best) }
            guard let places = anneal(steps: steps, heat: [0.7, 0.4, 4][round % 3], penalty: penalty) else {
                penalty *= 4
                continue
            }
            layout.restore(places)
            returnNeedless()
            if layout.migrations < count { (best, count) = (layout.place, layout.migrations) }
        }
        guard let best else { return nil }
        layout.restore(best)
        lighten()
        return layout.place
    }

    /// Sends home whatever can go there without harm.
    private mutating func returnNeedless() {
        for unit in layout.moved.items.sorted() {
            _ = layout.move(unit, to: layout.problem.units[unit].home, migrationsMax: .max, tolerance: 0)
        }
    }

    /// Lets smaller units go in place of larger ones, where that does no harm.
    private mutating func lighten() {
        for unit in layout.moved.items.sorted() {
            let target = layout.place[unit]
            let home = layout.problem.units[unit].home
            let memory = layout.problem.units[unit].memory
            let others = layout.units[home].map { (layout.problem.units[$0].memory, $0) }.sorted { $0 < $1 }
            for (less, other) in others where less < memory && layout.problem.units[other].home == home {
                let isLighter = layout.move(
                    unit, to: home, other, to: target, migrationsMax: layout.migrations, tolerance: 0)
                if isLighter { break }
            }
        }
    }

    /// The lowest layout that is found with at most so many migrations, to a precision, or one that is low enough.
    private mutating func lowest(migrationsMax: Int, enough: Double, precision: Double) -> [Int] {
        var (best, level) = greedyLowest(migrationsMax)
        var step = (level - 1) / 2
        var heat = 1.0
        let rounds = 20
        for _ in 0..<rounds where step > precision && level > enough {
            layout.restore(best)
            layout.setLevel(level - step)
            if repair(migrationsMax: migrationsMax, steps: min(stepsMax, 3_000_000) / rounds, heat: heat) {
                (best, level) = (layout.place, layout.level)
                step = min(step, (level - 1) / 2)
            } else if heat == 1 {
                heat = 3
            } else {
                heat = 1
                step /= 2
            }
        }
        return best
    }

    /// The lowest level to which greed alone comes.
    private mutating func greedyLowest(_ migrationsMax: Int) -> ([Int], Double) {
        var best = layout.problem.home
        layout.restore(best)
        // Nodes without capacity are above any level.
        var level = min(layout.level, 1e6)
        var floor = 1.0
        while level - floor > 0.01 {
            let middle = (level + floor) / 2
            layout.restore(layout.problem.home)
            layout.setLevel(middle)
            shed(migrationsMax: migrationsMax)
            if layout.over.isEmpty { (best, level) = (layout.place, layout.level) } else { floor = middle }
        }
        return (best, level)
    }
}
