/// Everything that one commit wishes. It exists only if the commit had no error.
public struct DesiredState: Equatable, Sendable {
    /// What holds for the whole cluster.
    public let cluster: ClusterSpec
    /// The nodes, by name.
    public let nodes: [NodeSpec]
    /// The domains, by name.
    public let domains: [DomainSpec]
    /// The iSCSI portals, by name.
    public let iscsi: [ISCSISpec]

    /// A state; lists are put in order of names.
    public init(cluster: ClusterSpec, nodes: [NodeSpec], domains: [DomainSpec], iscsi: [ISCSISpec] = []) {
        self.cluster = cluster
        self.nodes = Self.sorted(nodes, by: { $0.name })
        self.domains = Self.sorted(domains, by: { $0.name })
        self.iscsi = Self.sorted(iscsi, by: { $0.name })
    }

    /// In order of names. What is in order already, which is the rule, is not copied.
    private static func sorted<Spec, Kind>(_ specs: [Spec], by name: (Spec) -> Name<Kind>) -> [Spec] {
        let isSorted = specs.indices.dropFirst().allSatisfy { !(name(specs[$0]) < name(specs[$0 - 1])) }
        return isSorted ? specs : specs.sorted { name($0) < name($1) }
    }
}

/// What reading a tree brought: all findings, and the state unless one of them is an error.
public struct SpecLoad: Sendable {
    /// The state; nil when any finding is an error.
    public let state: DesiredState?
    /// The state of a commit in which nothing is wrong but what the controller's `xmlPolicy` forbids: of one that was
    /// applied before the policy was tightened, for which `outlawed` are to be left alone.
    public let stateBesidesPolicy: DesiredState?
    /// Domains whose XML asks for what the policy forbids.
    public let outlawed: Set<DomainName>
    /// All findings, in order of their places.
    public let findings: [Finding]

    /// A load.
    ///
    /// - Parameter state: nil where anything else is wrong than that the policy is not obeyed.
    init(state: DesiredState?, outlawed: Set<DomainName> = [], findings: [Finding]) {
        let hasErrors = findings.contains { $0.severity == .error }
        self.state = hasErrors ? nil : state
        stateBesidesPolicy = hasErrors && outlawed.isEmpty ? nil : state
        self.outlawed = outlawed
        self.findings = findings.sorted()
    }

    /// Findings that stop the commit from being used.
    public var errors: [Finding] { findings.filter { $0.severity == .error } }
}
