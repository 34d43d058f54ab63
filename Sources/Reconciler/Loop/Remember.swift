import StateSpec

extension Round {
    /// Writes the applied commit and the member list on every locked node, before anything is done, so that what must
    /// be common knowledge does not hang on this controller's disk. A refused plan applies nothing, but what was heard
    /// voids words for every havirt all the same: then each node keeps its commit, and learns the members.
    func remember(_ commit: ObjectID, _ planned: Planned, _ locks: LockSet) async throws(RoundError) {
        guard Guard.commonKnowledgeComesFirst.isOn else { return try note(commit, planned) }
        let held = await locks.held()
        let isApplied = planned.plan.refusal == nil
        let roster = Roster(request(planned.loaded, planned.observed))
        let members = members(planned, roster)
        let targets = Self.targets(planned, isApplied: isApplied)
        let stale = planned.loaded.desired.nodes.filter { node in
            // A host that is not the one recorded for the name is none of ours to write on.
            guard held.contains(node.name), let index = roster.index(of: node.name),
                let seen = roster.entries[index].node
            else { return false }
            return (isApplied && seen.memo.applied?.commit != commit)
                || !Self.isCurrent(seen.memo.members, members, planned) || Set(seen.memo.targets) != targets
        }
        if !stale.isEmpty {
            let what = isApplied ? "commit \(commit.short)" : "who was heard"
            let action = "remember \(what) on \(stale.map(\.name.text).joined(separator: ", "))"
            let failure = try await book(action, commit) { () async throws(RoundError) in
                for node in stale {
                    guard let permit = permit(node.name, planned, locks) else { continue }
                    let applied =
                        isApplied
                        ? AppliedCommit(commit: commit, at: planned.observed.takenAt)
                        : planned.observed.nodes[node.name]?.node?.memo.applied
                    do throws(NodeError) {
                        try await hypervisor.remember(
                            NodeMemo(applied: applied, members: members, targets: targets.sorted()), on: node,
                            guard: permit)
                    } catch {
                        throw RoundError("\(node.name) cannot be made to remember \(what): \(error)")
                    }
                }
            }
            if let failure { throw failure }
        }
        if isApplied { try note(commit, planned) }
    }

    /// All targets that an applied commit ever named: what any node remembers, and what this commit names once it is
    /// applied. Never fewer, so that what havirt logged in to is known as such after git has forgotten it (rule S7).
    private static func targets(_ planned: Planned, isApplied: Bool) -> Set<ISCSITargetName> {
        var targets = Set(planned.observed.nodes.values.compactMap(\.node).flatMap(\.memo.targets))
        if isApplied {
            let specs = planned.loaded.desired.iscsi + (planned.loaded.previous?.iscsi ?? [])
            targets.formUnion(specs.flatMap(\.targets).map(\.name))
        }
        return targets
    }

    /// Writes down what is about to be written on nodes, and then what came of it, which is also given back.
    func book(
        _ action: String, _ commit: ObjectID, domain: DomainName? = nil,
        _ write: () async throws(RoundError) -> Void
    ) async throws(RoundError) -> RoundError? {
        var entry = JournalEntry(at: clock.now(), run: run, kind: .books)
        entry.commit = commit
        entry.domain = domain
        entry.action = action
        try append(entry)
        var failure: RoundError?
        do throws(RoundError) {
            try await write()
        } catch {
            failure = error
        }
        entry.at = clock.now()
        entry.result = failure?.description ?? "done"
        try append(entry)
        return failure
    }

    /// Our own records know it at once, and not from the next scan: should the next tip be of no use, there must be a
    /// commit to go on from before any node is asked (rule S8).
    private func note(_ commit: ObjectID, _ planned: Planned) throws(RoundError) {
        guard planned.observed.recalled.applied?.commit != commit else { return }
        do {
            try records.record(applied: AppliedCommit(commit: commit, at: planned.observed.takenAt))
        } catch {
            throw RoundError("the applied commit cannot be recorded, so nothing is done: \(error)")
        }
    }

    /// Whether a node need not be told. Times of answers are passed on only where a decision may hang on them, so that
    /// a round in which nothing happens writes nothing.
    private static func isCurrent(_ known: [Member], _ members: [Member], _ planned: Planned) -> Bool {
        let desired = planned.loaded.desired
        let fenced = Set(desired.nodes.filter { $0.fenced != nil }.map(\.name))
        guard known.map(\.name) == members.map(\.name) else { return false }
        return zip(known, members).allSatisfy { old, new in
            let isTimed = desired.cluster.unreachable == .lastKnown || fenced.contains(new.name)
            return old.ssh == new.ssh && old.hostUUID == new.hostUUID && old.bootID == new.bootID
                && old.isRetired == new.isRetired
                && (!isTimed || (old.lastAnswer == new.lastAnswer && old.heardAt == new.heardAt))
        }
    }

    /// A node as it is to be remembered; nil for one that never answered.
    private static func member(
        _ node: NodeSpec, _ known: Member?, _ roster: Roster, _ index: Int, lookedAt: Timestamp
    ) -> Member? {
        let entry = roster.entries[index]
        // Later than the word that it voids, whatever the clocks of those say who gave it and who heard the node.
        let afterTheWord = node.fenced?.since.map { $0 + Seconds(1) }
        switch entry.reading {
        case .answered(let seen, let moment):
            let isEmpty =
                !seen.domains.contains { $0.activity.holdsDisks } && seen.processes.isEmpty && seen.inFlight.isEmpty
            // Once seen empty, it takes no domain any more: what moves elsewhere then does not bring it back.
            let staysEmpty = known?.isRetired == true || !roster.mayReceive
            return Member(
                name: node.name, ssh: "\(node.ssh)", hostUUID: seen.hostUUID, bootID: seen.bootID, lastAnswer: moment,
                isRetired: node.retired && isEmpty && staysEmpty,
                heardAt: [moment, seen.clock, known?.heardAt, afterTheWord].compactMap(\.self).max())
        case .silent(let silence) where silence.isSignOfLife && Guard.signOfLifeIsRemembered.isOn:
            return known?.heard(at: max(lookedAt, afterTheWord ?? lookedAt))
        case .silent:
            // Retired, and fenced by a word that counts: it is gone for good, and its file may go, too.
            guard let known, node.retired, node.fenced != nil, !entry.mustAnswer else { return known }
            return Member(
                name: known.name, ssh: known.ssh, hostUUID: known.hostUUID, bootID: known.bootID,
                lastAnswer: known.lastAnswer, isRetired: true, heardAt: known.heardAt)
        }
    }

    /// All members after this round, in name order. Only answers that the roster trusts count: a host that answers under
    /// another's name must not become that node's recorded host.
    private func members(_ planned: Planned, _ roster: Roster) -> [Member] {
        var members = planned.observed.members
        for node in planned.loaded.desired.nodes {
            guard let index = roster.index(of: node.name) else { continue }
            members[node.name] = Self.member(
                node, members[node.name], roster, index, lookedAt: planned.observed.takenAt)
        }
        return members.values.sorted { $0.name < $1.name }
    }
}
