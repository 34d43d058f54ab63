/// Migrations with what each has to wait for, and when each would run if nothing but memory and links decided.
///
/// Whatever of it has begun and ended at any moment, in whatever order `after` allows, no node holds more than it may and
/// no `apart` group meets; the times are an estimate, and nothing depends on them.
public struct Timeline: Equatable, Sendable {
    /// One migration.
    public struct Move: Equatable, Sendable {
        /// What moves, and where.
        public let relocation: Relocation
        /// When it begins, in milliseconds from the first.
        public let start: Int64
        /// When it has ended, in milliseconds from the first.
        public let end: Int64
        /// The migrations that must have succeeded before it begins, as indices into `moves`, ascending.
        public let after: [Int]
    }

    /// In the order in which they begin; what one waits for stands before it.
    public let moves: [Move]

    /// When the last has ended, in milliseconds.
    public var makespan: Int64 { moves.map(\.end).max() ?? 0 }

    /// As many at once as capacity, groups and the limits per node allow, those first on which most hangs: the longest
    /// chain of migrations, each taking its memory over the slower of its two nodes' bandwidths.
    ///
    /// - Parameter sequence: one that `Order.find` gives, or any other in which each migration can be made in its turn.
    public init(model: ClusterModel, sequence: [Relocation]) {
        let durations = sequence.map { Self.duration($0, model) }
        self.init(model, sequence, durations)
        guard let eager = Self.eager(sequence, model, durations) else { return }
        let other = Timeline(model, eager, eager.map { Self.duration($0, model) })
        if other.makespan < makespan { self = other }
    }

    /// With the sequence's own order deciding who comes to a node first.
    private init(_ model: ClusterModel, _ sequence: [Relocation], _ durations: [Int64]) {
        let after = Waits.of(sequence, model, durations)
        let starts = Self.starts(sequence, model, durations, after)
        let order = sequence.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }
        var rank = Array(repeating: 0, count: order.count)
        for (place, index) in order.enumerated() { rank[index] = place }
        moves = order.map { index in
            Move(
                relocation: sequence[index], start: starts[index], end: starts[index] + durations[index],
                after: after[index].map { rank[$0] }.sorted())
        }
    }

    init(moves: [Move]) { self.moves = moves }

    private static func duration(_ step: Relocation, _ model: ClusterModel) -> Int64 {
        let bandwidth = max(min(model.nodes[step.source].bandwidth, model.nodes[step.target].bandwidth), 1)
        let (seconds, rest) = model.domains[step.domain].memory.quotientAndRemainder(dividingBy: bandwidth)
        return seconds * 1_000 + rest * 1_000 / bandwidth
    }

    /// Begins whatever may, at once and then whenever something has ended.
    private static func starts(
        _ sequence: [Relocation], _ model: ClusterModel, _ durations: [Int64], _ after: [[Int]]
    ) -> [Int64] {
        let tails = tails(durations, after)
        var starts: [Int64] = Array(repeating: -1, count: sequence.count)
        var left = sequence.indices.sorted { (tails[$1], durations[$1], $0) < (tails[$0], durations[$0], $1) }
        var running: [Int] = []
        var load = Array(repeating: 0, count: model.nodes.count)
        var isDone = Array(repeating: false, count: sequence.count)
        var now: Int64 = 0
        while !left.isEmpty {
            left.removeAll { index in
                let (source, target) = (sequence[index].source, sequence[index].target)
                guard load[source] < max(model.nodes[source].migrationsMax, 1),
                    load[target] < max(model.nodes[target].migrationsMax, 1), after[index].allSatisfy({ isDone[$0] })
                else { return false }
                starts[index] = now
                load[source] += 1
                load[target] += 1
                running.append(index)
                return true
            }
            now = running.map { starts[$0] + durations[$0] }.min() ?? now
            running.removeAll { index in
                guard starts[index] + durations[index] == now else { return false }
                isDone[index] = true
                load[sequence[index].source] -= 1
                load[sequence[index].target] -= 1
                return true
            }
        }
        return starts
    }

    /// For each, the longest chain of migrations that begins with it.
    private static func tails(_ durations: [Int64], _ after: [[Int]]) -> [Int64] {
        var tails = durations
        for index in durations.indices.reversed() {
            for before in after[index] { tails[before] = max(tails[before], durations[before] + tails[index]) }
        }
        return tails
    }
}
