import StateSpec

extension CommitChooser {
    /// How many commits may have to be read for one domain: those that cannot be used, or had another uuid there.
    private static let readsMax = 8

    /// Looks for the last commit that had each domain; see `DesiredSource`.
    public func departed(
        _ traces: [DomainTrace], from commit: ReadableCommit
    ) throws(DesiredSourceError) -> [DepartedDomain] {
        var departed: [DepartedDomain] = []
        for trace in traces {
            // A mark is a node's word: one that names no commit of this branch is not of this repository.
            guard try repository.isDescendant(commit.id, of: trace.startedFrom) else { continue }
            if let found = try lastWord(on: trace, before: commit) { departed.append(found) }
        }
        return departed
    }

    private func lastWord(
        on trace: DomainTrace, before commit: ReadableCommit
    ) throws(DesiredSourceError) -> DepartedDomain? {
        var newer = commit.id
        for _ in 0..<Self.readsMax {
            let older = try repository.newestCommit(with: "domains/\(trace.name).xml", before: newer)
            guard let older else { return nil }
            let load = try repository.load(commit.vouching(forAncestor: older))
            if let spec = load.stateBesidesPolicy?.domains.first(where: { $0.uuid == trace.uuid }) {
                return DepartedDomain(spec: spec, commit: older)
            }
            newer = older
        }
        return nil
    }
}

extension DesiredSource {
    /// What there is to wish where a scan was saved: all that a round would load that had just seen it.
    ///
    /// Unlike a round it asks no further nodes, when a commit that the nodes remember names some.
    public func load(for saved: ObservedCluster) async throws(DesiredSourceError) -> LoadedCommit {
        var loaded = try await load(applied: Round.applied(saved))
        loaded.departed = try departed(loaded, saved)
        return loaded
    }

    /// The last word of git on each active domain that it does not name any more and that bears havirt's mark.
    ///
    /// Asked of git each time, and not of what was applied last: so whether something is still to be pruned hangs on
    /// nothing that a round could forget.
    func departed(
        _ loaded: LoadedCommit, _ observed: ObservedCluster
    ) throws(DesiredSourceError) -> [DepartedDomain] {
        guard let commit = loaded.readable else { return [] }
        let named = Set(loaded.desired.domains.map(\.uuid))
        var traces: [DomainUUID: DomainTrace] = [:]
        for domain in observed.nodes.values.flatMap({ $0.node?.domains ?? [] }) {
            guard domain.activity.holdsDisks, !named.contains(domain.uuid), let mark = domain.definition?.mark,
                let name = try? DomainName(domain.name)
            else { continue }
            let trace = DomainTrace(name: name, uuid: domain.uuid, startedFrom: mark.commit)
            traces[domain.uuid] = traces[domain.uuid].map { min($0, trace) } ?? trace
        }
        return try departed(traces.values.sorted(), from: commit)
    }
}
