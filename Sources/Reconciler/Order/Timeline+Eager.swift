extension Timeline {
    /// The same migrations in the order in which they begin if each begins as soon as it can, the longest first; nil where
    /// that leads nowhere, as where a domain takes the room that another was to pass through.
    ///
    /// Each domain makes its own migrations in their order.
    static func eager(_ sequence: [Relocation], _ model: ClusterModel, _ durations: [Int64]) -> [Relocation]? {
        var occupancy = Occupancy(model)
        var position = model.domains.map { $0.home ?? -1 }
        var left = sequence.indices.sorted { (durations[$1], $0) < (durations[$0], $1) }
        let chains = Self.chains(sequence, model)
        var next = chains.first
        var running: [(end: Int64, index: Int)] = []
        var load = Array(repeating: 0, count: model.nodes.count)
        var order: [Relocation] = []
        var now: Int64 = 0
        while !left.isEmpty {
            left.removeAll { index in
                let step = sequence[index]
                guard next[step.domain] == index, position[step.domain] == step.source,
                    load[step.source] < max(model.nodes[step.source].migrationsMax, 1),
                    load[step.target] < max(model.nodes[step.target].migrationsMax, 1),
                    occupancy.fits(step.domain, on: step.target)
                else { return false }
                occupancy.arrive(step.domain, on: step.target)
                position[step.domain] = -1
                load[step.source] += 1
                load[step.target] += 1
                running.append((now + durations[index], index))
                order.append(step)
                return true
            }
            guard let soonest = running.map(\.end).min() else { return nil }
            now = soonest
            for (_, index) in running.filter({ $0.end == now }) {
                let step = sequence[index]
                occupancy.depart(step.domain, from: step.source)
                position[step.domain] = step.target
                load[step.source] -= 1
                load[step.target] -= 1
                next[step.domain] = chains.following[index]
            }
            running.removeAll { $0.end == now }
        }
        return order
    }

    /// By domain, its first migration; by migration, the next of the same domain; -1 for none.
    private static func chains(_ sequence: [Relocation], _ model: ClusterModel) -> (first: [Int], following: [Int]) {
        var first = model.domains.map { _ in -1 }
        var following = sequence.map { _ in -1 }
        for index in sequence.indices.reversed() {
            following[index] = first[sequence[index].domain]
            first[sequence[index].domain] = index
        }
        return (first, following)
    }
}
