public import StateSpec

extension Step {
    /// The commands with which the step begins, for a dry run; none if a name in it is not in `desired`.
    ///
    /// A start's XML is git's own here: what is piped in when the line is pasted comes from `domain xml --rendered`.
    public func commands(in desired: DesiredState) -> [NodeCommand] {
        switch (action, subject) {
        case (.iscsi(let session, _), .target(let target)):
            return SessionCommands(session, target, desired, precondition.sessions).all.map(NodeCommand.iscsi)
        case (_, .domain(let domain)): return command(for: domain, in: desired).map { [$0] } ?? []
        case (_, .target): return []
        }
    }

    private func command(for domain: DomainRef, in desired: DesiredState) -> NodeCommand? {
        switch action {
        case .start:
            return desired.domains.first { $0.uuid == domain.uuid }.map { .create($0.uuid, xml: $0.xml) }
        case .shutdown: return .shutdown(domain.uuid)
        case .removeLeftover: return .destroy(domain.uuid)
        case .migrate(let source, let target):
            guard let node = desired.nodes.first(where: { $0.name == target }) else { return nil }
            let isPersistent = precondition.sights.first { $0.node == source }?.isPersistent ?? false
            return .migrate(
                domain.uuid, to: node, isPersistent: isPersistent, timeout: desired.cluster.timeouts.migrate)
        case .iscsi: return nil
        }
    }
}
