internal import Reconciler
internal import StateSpec

extension RecordSet {
    /// Takes in a scan. Newer sightings win, a silent node keeps what was last seen of it.
    mutating func merge(_ observed: ObservedCluster, run: RunID) {
        // Twice, because what trusted nodes remember may show that another answer comes from the wrong machine.
        learn(from: trusted(observed))
        let answers = trusted(observed)
        for name in observed.nodes.keys.sorted() {
            guard let reading = observed.nodes[name] else { continue }
            if let answer = answers.first(where: { $0.name == name }) {
                note(answer, run)
            } else {
                note(silence(reading), of: name, at: observed.takenAt)
            }
        }
        noteDefinitions(answers)
        noteSightings(answers)
        forget(before: observed.takenAt + Seconds(-Self.keptSeconds))
    }

    /// An answer from the machine that is recorded for the name.
    struct Answer {
        let name: NodeName
        let node: ObservedNode
        let at: Timestamp
    }

    /// Domains that no node has shown for so long are forgotten; at worst their home is unknown, which blocks.
    static let keptSeconds: Int64 = 180 * 86_400

    /// Answers by name, without those of a host that answers under two names, or for a member that is another host.
    private func trusted(_ observed: ObservedCluster) -> [Answer] {
        let answers = observed.nodes.sorted { $0.key < $1.key }.compactMap { name, reading -> Answer? in
            guard case .answered(let node, let moment) = reading else { return nil }
            return Answer(name: name, node: node, at: moment)
        }
        let hosts = Dictionary(grouping: answers, by: \.node.hostUUID)
        return answers.filter { answer in
            if let member = nodes[answer.name]?.member(answer.name), member.hostUUID != answer.node.hostUUID {
                return false
            }
            return hosts[answer.node.hostUUID]?.count == 1
        }
    }

    private func silence(_ reading: Reading) -> Silence {
        switch reading {
        case .silent(let silence): silence
        case .answered(let node, _):
            Silence(.wrongHost, "host \(node.hostUUID) answers, which is not the host of this name alone")
        }
    }

    /// Takes over members and the applied commit from what the nodes remember.
    private mutating func learn(from answers: [Answer]) {
        for member in answers.flatMap(\.node.memo.members) { learn(member) }
        for applied in answers.compactMap(\.node.memo.applied) { note(applied) }
    }

    /// Keeps the newest applied commit.
    mutating func note(_ applied: AppliedCommit) {
        if let known = common.applied, (known.at, known.commit) >= (applied.at, applied.commit) { return }
        common.applied = applied
    }

    private mutating func learn(_ member: Member) {
        var record = nodes[member.name] ?? NodeRecord()
        let identity = NodeRecord.Identity(
            hostUUID: member.hostUUID, bootID: member.bootID, lastAnswer: member.lastAnswer)
        let isOtherHost = record.identity.map { $0.hostUUID != member.hostUUID } ?? true
        // Who joined the cluster is decided by an apply; before that, what we saw ourselves is worth nothing.
        if (record.membership == nil && isOtherHost) || record.identity.map(identity.isNewer) ?? true {
            record.identity = identity
        }
        // Dated apart from the answers: we may have heard from a node after somebody else retired it.
        let membership = NodeRecord.Membership(ssh: member.ssh, isRetired: member.isRetired, since: member.lastAnswer)
        if record.membership.map(membership.isNewer) ?? true { record.membership = membership }
        if let quiet = record.quiet { record.quiet = quiet.after(answerAt: member.lastAnswer) }
        if let heard = member.heardAt { record.hear(at: heard) }
        nodes[member.name] = record
    }

    private mutating func note(_ answer: Answer, _ run: RunID) {
        var record = nodes[answer.name] ?? NodeRecord()
        if record.identity.map({ $0.lastAnswer <= answer.at }) ?? true {
            record.identity = NodeRecord.Identity(
                hostUUID: answer.node.hostUUID, bootID: answer.node.bootID, lastAnswer: answer.at)
        }
        if record.resources.map({ $0.seen <= answer.at }) ?? true {
            record.resources = NodeRecord.Resources(answer.node, at: answer.at, run: run)
        }
        if let quiet = record.quiet { record.quiet = quiet.after(answerAt: answer.at) }
        if answer.node.clock > answer.at { record.hear(at: answer.node.clock) }
        nodes[answer.name] = record
        if population[answer.name].map({ $0.seen <= answer.at }) ?? true {
            population[answer.name] = PopulationRecord(answer.node, at: answer.at, run: run)
        }
    }

    private mutating func note(_ silence: Silence, of name: NodeName, at moment: Timestamp) {
        if silence.isSignOfLife { nodes[name, default: NodeRecord()].hear(at: moment) }
        // Not asked is no silence: it may have answered somebody else, or us without its lock.
        guard silence.cause != .notAsked, silence.cause != .notLocked else { return }
        var record = nodes[name] ?? NodeRecord()
        if let identity = record.identity, identity.lastAnswer > moment { return }
        if let quiet = record.quiet {
            if quiet.last <= moment {
                record.quiet = NodeRecord.Quiet(since: quiet.since, last: moment, silence: silence)
            } else if moment < quiet.since {
                record.quiet?.since = moment
            }
        } else {
            record.quiet = NodeRecord.Quiet(since: moment, last: moment, silence: silence)
        }
        nodes[name] = record
    }

    private mutating func forget(before limit: Timestamp) {
        domains = domains.filter { _, record in
            record.definition.map { $0.seen >= limit } ?? false || record.lastActive.map { $0.at >= limit } ?? false
        }
    }
}

extension NodeRecord.Identity {
    // Ties are broken by content, because the order in which nodes are looked through must not matter.
    fileprivate func isNewer(than known: Self) -> Bool {
        lastAnswer != known.lastAnswer
            ? lastAnswer > known.lastAnswer : (hostUUID, bootID) > (known.hostUUID, known.bootID)
    }
}

extension NodeRecord.Membership {
    fileprivate func isNewer(than known: Self) -> Bool {
        if since != known.since { return since > known.since }
        return isRetired != known.isRetired ? isRetired : ssh.utf8.lexicographicallyPrecedes(known.ssh.utf8)
    }
}

extension NodeRecord.Quiet {
    /// What is left of the silence when the node turns out to have answered.
    fileprivate func after(answerAt moment: Timestamp) -> NodeRecord.Quiet? {
        if moment >= last { return nil }
        return moment < since ? self : NodeRecord.Quiet(since: last, last: last, silence: silence)
    }
}
