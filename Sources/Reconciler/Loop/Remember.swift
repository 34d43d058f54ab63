import StateSpec

extension Round {
    /// Writes the applied commit and the member list on every locked node, before anything is done, so that what must
    /// be common knowledge does not hang on this controller's disk.
    func remember(_ commit: ObjectID, _ planned: Planned, _ locks: LockSet) async throws(RoundError) {
        let held = await locks.held()
        let memo = memo(commit, planned)
        for node in planned.loaded.desired.nodes where held.contains(node.name) {
            guard let seen = planned.observed.nodes[node.name]?.node else { continue }
            if seen.memo.applied?.commit == commit, Self.isCurrent(seen.memo.members, memo.members, planned) {
                continue
            }
            guard let commandGuard = permit(node.name, planned, locks) else { continue }
            do throws(NodeError) {
                try await hypervisor.remember(memo, on: node, guard: commandGuard)
            } catch {
                throw RoundError("\(node.name) cannot be made to remember commit \(commit.short): \(error)")
            }
        }
        try note(commit, planned)
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
                && old.isRetired == new.isRetired && (!isTimed || old.lastAnswer == new.lastAnswer)
        }
    }

    /// The memo after this round. Only answers that the roster trusts count: a host that answers under another's name
    /// must not become that node's recorded host.
    private func memo(_ commit: ObjectID, _ planned: Planned) -> NodeMemo {
        let roster = Roster(request(planned.loaded, planned.observed))
        var members: [NodeName: Member] = [:]
        let remembered = planned.observed.nodes.values.compactMap(\.node).flatMap(\.memo.members)
        for member in planned.observed.recalled.members + remembered {
            if let known = members[member.name], known.lastAnswer >= member.lastAnswer { continue }
            members[member.name] = member
        }
        let retired = Set(planned.loaded.desired.nodes.filter(\.retired).map(\.name))
        for node in planned.loaded.desired.nodes {
            guard let index = roster.index(of: node.name),
                case .answered(let seen, let moment) = roster.entries[index].reading
            else { continue }
            let isEmpty =
                !seen.domains.contains { $0.activity.holdsDisks } && seen.processes.isEmpty && seen.inFlight.isEmpty
            members[node.name] = Member(
                name: node.name, ssh: "\(node.ssh)", hostUUID: seen.hostUUID, bootID: seen.bootID, lastAnswer: moment,
                isRetired: retired.contains(node.name) && isEmpty)
        }
        let applied = AppliedCommit(commit: commit, at: planned.observed.takenAt)
        return NodeMemo(applied: applied, members: members.values.sorted { $0.name < $1.name })
    }
}
