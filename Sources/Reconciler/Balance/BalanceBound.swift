extension BalanceProblem {
    /// At least so many migrations bring every node from what is at home to a level: each node above it has to lose enough,
    /// and loses it fastest by its largest units. What comes in does not help.
    func migrationsMin(to level: Double) -> Int {
        var atHome = Array(repeating: [Int](), count: nodes.count)
        for (index, unit) in units.enumerated() { atHome[unit.home].append(index) }
        return zip(nodes, atHome).reduce(0) { $0 + migrationsMin($1.0, $1.1.map { units[$0] }, level) }
    }

    private func migrationsMin(_ node: Node, _ units: [Unit], _ level: Double) -> Int {
        let limits = limits(of: node, at: level)
        let memory = units.reduce(node.memoryFixed) { $0 + $1.memory } - limits.memory
        let vcpus = units.reduce(node.vcpusFixed) { $0 + $1.vcpus } - limits.vcpus
        guard memory > 0 || vcpus > 0 else { return 0 }
        // What covers both excesses covers each mixture of them; the best of some mixtures bounds it closely.
        var most = 0
        for part in 0...4 {
            let share = Double(part) / 4
            if share > 0 && memory <= 0 || share < 1 && vcpus <= 0 { continue }
            let values = units.map { unit in
                (share > 0 ? share * Double(unit.memory) / Double(memory) : 0)
                    + (share < 1 ? (1 - share) * Double(unit.vcpus) / Double(vcpus) : 0)
            }
            most = max(most, Self.fewest(values, units.map(\.migrations)))
        }
        return most
    }

    /// How many migrations at least of units with these values add up to 1; those that count several may be split.
    private static func fewest(_ values: [Double], _ migrations: [Int]) -> Int {
        let order = values.indices.sorted {
            (-values[$0] / Double(migrations[$0]), $0) < (-values[$1] / Double(migrations[$1]), $1)
        }
        var missing = 1 - BalanceProblem.hair
        var count = 0.0
        for index in order where missing > 0 && values[index] > 0 {
            count += Double(migrations[index]) * min(1, missing / values[index])
            missing -= values[index]
        }
        // A unit of one counts whole.
        return Int((count - BalanceProblem.hair).rounded(.up))
    }
}
