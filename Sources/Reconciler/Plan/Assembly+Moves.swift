import StateSpec

extension Assembly {
    /// Moves each to the best node as long as one has room, which is nearly always; where that strands some, all in the
    /// order that `Ordering` finds, in which others may have to make room.
    ///
    /// - Parameter migrationsMax: how many it may take where they are for balance, detours included.
    mutating func move(_ candidates: [Candidate], _ reckoning: Reckoning, migrationsMax: Int?) {
        let before = self
        let all = place(candidates)
        let movers = candidates.filter(\.isLive)
        let stranded = all.filter(\.0.isLive)
        guard !stranded.isEmpty else {
            for (candidate, refusals) in all { refuse(candidate, refusals) }
            return settle(candidates)
        }
        let greedy = self
        let ordering = Ordering(reckoning, movers.map { Ordering.Mover($0.domain.spec.uuid, target: $0.target) })
        let found = ordering.solve(
            placedAlready: Set(movers.map(\.domain.spec.uuid)).subtracting(
                stranded.map(\.0.domain.spec.uuid)))
        self = before
        let overBudget = found.flatMap { Self.overBudget($0, movers, reckoning) }
        if let found, overBudget == nil, found.relocations.count <= migrationsMax ?? .max,
            carry(found.relocations, reckoning, movers)
        {
            for (candidate, refusals) in place(candidates.filter { !$0.isLive }) { refuse(candidate, refusals) }
            refuse(stranded.filter { !found.moves($0.0.domain.spec.uuid) }, ordering, reckoning)
        } else {
            self = greedy
            for (candidate, refusals) in all where !candidate.isLive { refuse(candidate, refusals) }
            if let overBudget {
                for (candidate, refusals) in stranded { refuse(candidate, refusals, overBudget) }
            } else {
                refuse(stranded, ordering, reckoning)
            }
        }
        settle(candidates)
    }

    /// Why an order must not be used that moves more domains of which nobody asked it than one round may: the drain would
    /// take the whole plan beyond its budget, and with it all else that is to be done. Nil if it may.
    private static func overBudget(_ found: Ordering.Found, _ movers: [Candidate], _ reckoning: Reckoning) -> RuleText?
    {
        guard let request = movers.first?.domain.context.request else { return nil }
        let asked = Set(movers.map(\.domain.spec.uuid))
        let pushes = found.relocations.count { !asked.contains(reckoning.subjects[$0.domain].domain.spec.uuid) }
        let counted = movers.count { !$0.isDrained }
        let most = request.options.movesMax ?? request.allowance(request.desired.cluster.budgets.moves)
        guard pushes > 0, pushes + counted > most else { return nil }
        let all = pushes + counted
        let hint = "(raise with --max-moves \(all))"
        return "; others could make room for it, but that takes \(all) moves, and a round may make \(most) \(hint)"
    }

    /// Refuses with what stands in the way of moving others, for the first few: each is a search of its own.
    private mutating func refuse(
        _ stranded: [(Candidate, [Refusal])], _ ordering: Ordering, _ reckoning: Reckoning
    ) {
        for (index, (candidate, refusals)) in stranded.enumerated() {
            let uuid = candidate.domain.spec.uuid
            let isTold = index < Self.clashesMax && candidate.target == nil
            let clashes = isTold ? ordering.clashes(keeping: uuid) : []
            refuse(candidate, refusals, ClashText(reckoning, candidate.domain.context).words(clashes, of: uuid))
        }
    }

    /// Of how many domains one plan tells what clashes.
    private static let clashesMax = 3

    /// Notes those that are moved though they might stay.
    private mutating func settle(_ candidates: [Candidate]) {
        for candidate in candidates where candidate.target != nil && unplaced[candidate.domain.spec.uuid] == nil {
            moved[candidate.domain.spec.uuid] = candidate.reason
        }
    }

    /// Plans a sequence of migrations; false if the ledger, which knows of more than the model, has an objection.
    private mutating func carry(
        _ relocations: [Relocation], _ reckoning: Reckoning, _ movers: [Candidate]
    ) -> Bool {
        let candidates = Dictionary(movers.map { ($0.domain.spec.uuid, $0) }) { first, _ in first }
        let names = movers.map(\.domain.spec.name.text).sorted()
        var last: [Int: Int] = [:]
        for relocation in relocations {
            let domain = reckoning.subjects[relocation.domain].domain
            let candidate =
                candidates[domain.spec.uuid]
                ?? Candidate(
                    domain: domain, reason: .makesRoom(for: names), from: domain.active.first?.node,
                    need: Ledger.Need(domain.spec, running: domain.active.first?.domain))
            guard
                migrate(
                    candidate, from: relocation.source, to: relocation.target, behind: last[relocation.domain])
            else { return false }
            last[relocation.domain] = steps.count
            if candidates[domain.spec.uuid] == nil { moved[domain.spec.uuid] = candidate.reason }
        }
        return true
    }
}

extension Assembly.Candidate {
    /// Whether it moves by live migration.
    fileprivate var isLive: Bool { domain.wish.migrate != .offline }
}
