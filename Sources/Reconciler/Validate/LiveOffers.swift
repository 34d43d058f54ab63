public import StateSpec

/// What libvirt can change of running domains to make them like git, without a restart. Offered to a person, and never
/// a step of a plan: a guest may not take well to what is done to it, and git may be what is wrong.
public struct LiveOffer: Hashable, Sendable {
    /// The domain.
    public let domain: DomainName
    /// Where it runs.
    public let node: NodeName
    /// What differs, in few words, escaped.
    public let what: String
    /// Commands to paste, in order.
    public let commands: [Remedy]

    /// All of them, by domain, as far as the scan brought the XML.
    public static func all(_ request: PlanRequest) -> [LiveOffer] {
        // Nobody has the XML in a round, and a cluster has many domains.
        let hasDocuments = request.observed.nodes.values.contains { reading in
            reading.node?.domains.contains { $0.documents != nil } ?? false
        }
        guard hasDocuments else { return [] }
        return SeenDefinitions.all(PlanContext(request)).compactMap { seen in
            let differences = seen.drift.pending + seen.drift.live
            let commands = seen.remedies(of: differences)
            guard !commands.isEmpty else { return nil }
            let offered = differences.filter { !seen.remedies(of: [$0]).isEmpty }
            return LiveOffer(
                domain: seen.spec.name, node: seen.node, what: DriftWords.list(offered), commands: commands)
        }
    }
}
