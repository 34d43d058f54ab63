import StateSpec

/// An order for moves that greed could not place: others may make room, go by way of a third node, or trade places.
struct Ordering {
    /// A domain that must leave its node.
    struct Mover {
        let uuid: DomainUUID
        /// The only node that will do; any where nil.
        let target: Int?

        init(_ uuid: DomainUUID, target: Int?) {
            self.uuid = uuid
            self.target = target
        }
    }

    /// A sequence of migrations.
    struct Found {
        let relocations: [Relocation]
        let movers: Set<DomainUUID>

        func moves(_ uuid: DomainUUID) -> Bool { movers.contains(uuid) }
    }

    private let reckoning: Reckoning
    private let movers: [Mover]
    /// How many of those that greed left behind are tried one by one: each try is a search of its own.
    private static let triesMax = 16

    init(_ reckoning: Reckoning, _ movers: [Mover]) {
        self.reckoning = reckoning
        self.movers = movers
    }

    /// All movers if they can be ordered; else those that greed can place, and of the others as many as can be added.
    func solve(placedAlready: Set<DomainUUID>) -> Found? {
        if let all = order(Set(movers.map(\.uuid))) { return all }
        var best: Found?
        var chosen = placedAlready
        let left = movers.map(\.uuid).filter { !placedAlready.contains($0) }
        guard left.count > 1 || !placedAlready.isEmpty else { return nil }
        for uuid in left.prefix(Self.triesMax) {
            guard let found = order(chosen.union([uuid])) else { continue }
            chosen.insert(uuid)
            best = found
        }
        return best
    }

    private func order(_ chosen: Set<DomainUUID>) -> Found? {
        let wanted = Dictionary(movers.map { ($0.uuid, $0) }) { first, _ in first }
        // Nothing is pushed aside for mere balance.
        let mayPush = movers.contains { $0.target == nil && chosen.contains($0.uuid) }
        let goals = reckoning.subjects.map { subject -> Goal in
            guard let mover = wanted[subject.domain.spec.uuid] else { return mayPush ? .free : .stay }
            guard chosen.contains(mover.uuid) else { return .stay }
            return mover.target.map(Goal.reach) ?? .free
        }
        var options = OrderOptions()
        options.prefer = reckoning.subjects.map { subject in
            subject.domain.wish.prefer.flatMap { subject.domain.context.roster.index(of: $0) }
        }
        let found = Order.find(model: reckoning.model, goals: goals, options: options)
        // In the order in which they would begin, because steps begin in the order of the plan.
        return found.sequence.map { sequence in
            let moves = Timeline(model: reckoning.model, sequence: sequence).moves
            return Found(relocations: moves.map(\.relocation), movers: chosen)
        }
    }
}
