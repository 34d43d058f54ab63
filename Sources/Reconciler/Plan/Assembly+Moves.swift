import StateSpec

extension Assembly {
    /// Moves each to the best node as long as one has room, which is nearly always; where that strands some, all in the
    /// order that `Ordering` finds, in which others may have to make room.
    mutating func move(_ candidates: [Candidate], _ reckoning: Reckoning) {
        let before = self
        let stranded = place(candidates)
        let movers = candidates.filter { $0.domain.wish.migrate != .offline }
        guard stranded.contains(where: { $0.0.domain.wish.migrate != .offline }) else {
            for (candidate, refusals) in stranded { refuse(candidate, refusals) }
            return settle(candidates)
        }
        let greedy = self
        let ordering = Ordering(reckoning, movers.map { Ordering.Mover($0.domain.spec.uuid, target: $0.target) })
        let found = ordering.solve(
            placedAlready: Set(movers.map(\.domain.spec.uuid)).subtracting(
                stranded.map(\.0.domain.spec.uuid)))
        self = before
        if let found, carry(found.relocations, reckoning, movers) {
            let left = place(candidates.filter { $0.domain.wish.migrate == .offline })
            for (candidate, refusals) in left { refuse(candidate, refusals) }
            for (candidate, refusals) in stranded where !found.moves(candidate.domain.spec.uuid) {
                refuse(candidate, refusals)
            }
        } else {
            self = greedy
            for (candidate, refusals) in stranded { refuse(candidate, refusals) }
        }
        settle(candidates)
    }

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
