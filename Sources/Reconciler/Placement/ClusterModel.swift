/// The cluster in numbers: all that order, balance and "what if a node is lost" reckon with.
///
/// Nodes, domains and groups are indices. Who may be where was decided before, by `Admission`, and stands in
/// `admissions`; what is left are capacity and groups. Made in one order whatever the order of files and answers, so that
/// whatever is reckoned from it is the same every time.
public struct ClusterModel: Equatable, Sendable {
    /// What one node has to give.
    public struct Node: Equatable, Sendable {
        /// Memory that domains may use at most, in KiB.
        public var memory: Int64
        /// vCPUs that may be promised at most, overcommit included.
        public var vcpus: Int64
        /// What takes part of it and is no domain of the model, in KiB.
        public var memoryHeld: Int64 = 0
        /// What takes part of it and is no domain of the model, in vCPUs.
        public var vcpusHeld: Int64 = 0
        /// Whether it counts when loads are evened out: it answers, and is neither in maintenance nor about to leave.
        public var isBalanced = true
        /// Migrations in which it may take part at once.
        public var migrationsMax = 2
        /// What one migration moves, in KiB a second.
        public var bandwidth: Int64 = 102_400

        /// A node.
        public init(memory: Int64, vcpus: Int64) {
            self.memory = memory
            self.vcpus = vcpus
        }
    }

    /// One domain, or what a node holds of one that is between two nodes.
    public struct Domain: Equatable, Sendable {
        /// Memory, in KiB: the more of what it takes now and what git wishes.
        public var memory: Int64
        /// vCPUs, likewise.
        public var vcpus: Int64
        /// Where it is; nil for one that is off and is to be started.
        public var home: Int?
        /// Whether it may be moved by live migration. One that may not is counted where it is.
        public var canMove: Bool
        /// The nodes that may take it, as an index into `admissions`. Its home need not be among them.
        public var admission: Int
        /// Groups of which no two members may share a node, ever.
        public var apart: [Int] = []
        /// Groups whose members share one node, but while they move.
        public var together: [Int] = []
        /// Groups of which no two members should share a node.
        public var apartSoft: [Int] = []
        /// Groups whose members should share one node.
        public var togetherSoft: [Int] = []

        /// A domain without groups.
        public init(memory: Int64, vcpus: Int64, home: Int?, canMove: Bool, admission: Int) {
            self.memory = memory
            self.vcpus = vcpus
            self.home = home
            self.canMove = canMove
            self.admission = admission
        }
    }

    /// The nodes, by name.
    public var nodes: [Node]
    /// The domains, by name.
    public var domains: [Domain]
    /// The different sets of nodes that may take a domain.
    public var admissions: [NodeSet]
    /// How many groups there are, `apart` and `together`, hard and soft.
    public var groupCount: Int

    /// A model.
    public init(nodes: [Node], domains: [Domain], admissions: [NodeSet], groupCount: Int = 0) {
        self.nodes = nodes
        self.domains = domains
        self.admissions = admissions
        self.groupCount = groupCount
    }

    /// Whether standing rules let a node take a domain: its state, the allowed set, labels, networks, storage, CPU.
    @inlinable public func admits(_ domain: Int, on node: Int) -> Bool {
        admissions[domains[domain].admission].contains(node)
    }
}
