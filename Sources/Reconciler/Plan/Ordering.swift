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

    /// A sequence of migrations, in the order in which they would begin.
    struct Found {
        let relocations: [Relocation]
        let movers: Set<DomainUUID>

        func moves(_ uuid: DomainUUID) -> Bool { movers.contains(uuid) }
    }

    private let reckoning: Reckoning
    private let movers: [Mover]
    /// What each node has left where all that can be moved has left it.
    private let emptied: Occupancy
    /// States that all searches for one plan look at: a loop plans every few seconds.
    private static let statesMax = 2_000
    /// How many of those that greed left behind are tried one by one: on many nodes each try takes its time, whatever it
    /// costs in states.
    private static let triesMax = 4

    init(_ reckoning: Reckoning, _ movers: [Mover]) {
        self.reckoning = reckoning
        self.movers = movers
        var emptied = Occupancy(reckoning.model)
        for (index, domain) in reckoning.model.domains.enumerated() where domain.canMove {
            if let home = domain.home { emptied.depart(index, from: home) }
        }
        self.emptied = emptied
    }

    /// All movers if they can be ordered; else those that greed can place, and of the others as many as can be added.
    func solve(placedAlready: Set<DomainUUID>) -> Found? {
        var states = Self.statesMax
        let hopeful = movers.map(\.uuid).filter { !isHopeless($0) }
        if hopeful.count > placedAlready.count, let all = order(Set(hopeful), &states) { return all }
        var best: Found?
        var chosen = placedAlready
        for uuid in hopeful.filter({ !placedAlready.contains($0) }).prefix(Self.triesMax) where states > 0 {
            guard let found = order(chosen.union([uuid]), &states) else { continue }
            chosen.insert(uuid)
            best = found
        }
        return best
    }

    /// Rules that keep one domain where it is, whatever were moved besides: each of them is needed for that. Empty where
    /// nothing is proven within a few states.
    func clashes(keeping uuid: DomainUUID) -> [Clash] {
        var options = OrderOptions()
        options.statesMax = Self.statesMax / 4
        options.clashStatesMax = Self.statesMax
        let found = Order.find(model: reckoning.model, goals: goals([uuid], mayPush: true), options: options)
        guard case .infeasible(let clashes, isIrreducible: true) = found.verdict else { return [] }
        return clashes
    }

    /// Whether no node could take it, whatever else were moved.
    private func isHopeless(_ uuid: DomainUUID) -> Bool {
        let model = reckoning.model
        guard let index = reckoning.subjects.firstIndex(where: { $0.domain.spec.uuid == uuid }) else { return true }
        return !model.nodes.indices.contains { $0 != model.domains[index].home && emptied.fits(index, on: $0) }
    }

    private func order(_ chosen: Set<DomainUUID>, _ states: inout Int) -> Found? {
        // Nothing is pushed aside for mere balance.
        let mayPush = movers.contains { $0.target == nil && chosen.contains($0.uuid) }
        let model = reckoning.model
        var options = OrderOptions()
        options.statesMax = states
        // What stands in the way is told by `WayOut`, in words.
        options.clashStatesMax = 0
        options.prefer = reckoning.subjects.map { subject in
            subject.domain.wish.prefer.flatMap { subject.domain.context.roster.index(of: $0) }
        }
        let found = Order.find(model: model, goals: goals(chosen, mayPush: mayPush), options: options)
        states -= found.statesCount
        return found.sequence.map { sequence in
            let moves = Timeline(model: model, sequence: sequence).moves
            return Found(relocations: moves.map(\.relocation), movers: chosen)
        }
    }

    private func goals(_ chosen: Set<DomainUUID>, mayPush: Bool) -> [Goal] {
        let model = reckoning.model
        let wanted = Dictionary(movers.map { ($0.uuid, $0) }) { first, _ in first }
        return reckoning.subjects.enumerated().map { index, subject -> Goal in
            guard let mover = wanted[subject.domain.spec.uuid] else {
                // One that stays where it would not be let in now is nobody's business here.
                let domain = model.domains[index]
                let mayStay = domain.home.map { model.admits(index, on: $0) } ?? false
                return mayPush && domain.canMove && mayStay ? .free : .stay
            }
            guard chosen.contains(mover.uuid) else { return .stay }
            return mover.target.map(Goal.reach) ?? .free
        }
    }
}
