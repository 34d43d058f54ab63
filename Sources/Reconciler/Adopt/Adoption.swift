public import StateSpec

/// Files that git lacks of a cluster that is there already, for one commit; and what is left out of it.
public struct Adoption: Equatable, Sendable {
    /// A new file.
    public struct File: Equatable, Sendable {
        /// Below `cluster.d`.
        public let path: String
        /// All of it.
        public let bytes: [UInt8]
    }

    /// A domain that git gets.
    public struct Domain: Equatable, Sendable {
        /// Its name.
        public let name: DomainName
        /// Its identity.
        public let uuid: DomainUUID
        /// What its YAML says.
        public let wish: DomainWish
        /// Where it is, in words: "runs on alpha".
        public let place: String
    }

    /// What `cluster.yaml` says.
    public let cluster: ClusterSpec
    /// Whether git gets a `cluster.yaml`.
    public let isNewCluster: Bool
    /// The nodes that git gets, by name.
    public let nodes: [NodeSpec]
    /// The files of `iscsi/` that git gets, by name.
    public let iscsi: [ISCSISpec]
    /// The domains that git gets, by name.
    public let domains: [Domain]
    /// All new files, by path.
    public let files: [File]
    /// What is left out, and what was decided; the worst first.
    public let findings: [AdoptionFinding]
    /// What the first plan would warn of, of what git gets; nothing where no node was asked.
    public let alerts: [Alert]
}

/// What git has, and what a cluster that is to be adopted should be called.
public struct AdoptionBase: Sendable {
    /// The files of the tip; none where nothing was committed yet.
    public var tree: SpecTree
    /// The cluster's name, where git has no `cluster.yaml`.
    public var name: ClusterName
    /// Folders that are the same storage on every node, where git has no `cluster.yaml`.
    public var sharedPaths: [String]

    /// A base.
    public init(tree: SpecTree, name: ClusterName, sharedPaths: [String] = []) {
        self.tree = tree
        self.name = name
        self.sharedPaths = sharedPaths
    }

    /// Whether git has a `cluster.yaml`.
    public var hasClusterFile: Bool { tree.files.contains { $0.path == "cluster.yaml" } }

    /// What git wishes already, however little that is; nil, with findings, where its files are broken.
    public func existing() -> SpecLoad {
        var loader = SpecLoader()
        return loader.load(tree, isComplete: false)
    }

    /// The same, where it can be built upon.
    func usable() throws(AdoptionRefusal) -> DesiredState {
        let load = existing()
        guard let existing = load.state else {
            throw AdoptionRefusal("what git has cannot be used: repair it first", findings: load.findings)
        }
        if hasClusterFile, let path = sharedPaths.first(where: { !existing.cluster.sharedPaths.contains($0) }) {
            throw AdoptionRefusal("git has a cluster.yaml: add \(Escaped(path)) to its `sharedPaths` there")
        }
        return existing
    }

    /// What `cluster.yaml` says, or will say but for its networks.
    func cluster(_ existing: DesiredState) -> ClusterSpec {
        if hasClusterFile { return existing.cluster }
        var cluster = ClusterSpec(name: name)
        cluster.sharedPaths = sharedPaths
        return cluster
    }
}
