public import StateSpec

extension ObservedCluster {
    /// The newest word of any havirt on each node that ever joined: ours, and what the nodes remember that answer as themselves.
    public var members: [NodeName: Member] {
        let recorded = Self.joined(recalled.members, to: [:])
        return Self.joined(memos(recorded).flatMap(\.members), to: recorded)
    }

    /// What the nodes remember; a host that is not the one recorded for its name may be another cluster's of the same
    /// name, and what it remembers is not about us.
    func memos(_ members: [NodeName: Member]) -> [NodeMemo] {
        Roster.identified(nodes.keys.sorted(), self, members).values.compactMap { $0.node?.memo }
    }

    private static func joined(_ words: [Member], to known: [NodeName: Member]) -> [NodeName: Member] {
        var members = known
        for member in words { members[member.name] = members[member.name].map { $0.joined(with: member) } ?? member }
        return members
    }
}

extension Member {
    /// The newer of two words on one node, with the later sign of life of both.
    func joined(with other: Member) -> Member {
        let newer = other.isNewer(than: self) ? other : self
        return newer.heard(at: max(lastHeard, other.lastHeard))
    }

    /// The same word with a sign of life that came later.
    func heard(at moment: Timestamp) -> Member {
        Member(
            name: name, ssh: ssh, hostUUID: hostUUID, bootID: bootID, lastAnswer: lastAnswer, isRetired: isRetired,
            heardAt: max(moment, lastHeard))
    }

    // Ties are broken by content, because the order in which nodes are looked through must not matter.
    private func isNewer(than known: Member) -> Bool {
        if lastAnswer != known.lastAnswer { return lastAnswer > known.lastAnswer }
        if isRetired != known.isRetired { return isRetired }
        return (hostUUID, bootID) > (known.hostUUID, known.bootID)
    }
}
