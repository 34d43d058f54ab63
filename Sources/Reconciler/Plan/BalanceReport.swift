public import StateSpec

/// How the nodes stand before and after what a plan does to even them out.
public struct BalanceReport: Equatable, Codable, Sendable {
    /// How full a node is.
    public struct Share: Equatable, Codable, Sendable {
        /// Memory in use over what domains may use.
        public let memory: Double
        /// vCPUs promised over those that may be.
        public let vcpus: Double
        /// The larger of the two, each over the cluster's mean: 1.0 is even.
        public let load: Double
    }

    /// One node.
    public struct Row: Equatable, Codable, Sendable {
        /// The node.
        public let node: NodeName
        /// As it is.
        public let before: Share
        /// As it would be.
        public let after: Share
    }

    /// One migration.
    public struct Move: Equatable, Codable, Sendable {
        /// The domain.
        public let domain: DomainRef
        /// Where it runs.
        public let from: NodeName
        /// Where it goes.
        public let to: NodeName
        /// What has to be copied at least.
        public let memory: MemorySize
    }

    /// The load that no node should exceed; nil where the lowest is sought.
    public let target: Double?
    /// The nodes among which loads are evened out, by name.
    public let rows: [Row]
    /// The migrations, in the order of the plan.
    public let moves: [Move]
    /// Why there are none, or not more, where that is not plain.
    public let note: String?
    /// How long the migrations take, as many at once as the limits allow, at the bandwidth of `cluster.yaml`.
    public let estimate: Seconds

    /// The largest load as it is.
    public var loadBefore: Double { rows.map(\.before.load).max() ?? 0 }
    /// The largest load as it would be.
    public var loadAfter: Double { rows.map(\.after.load).max() ?? 0 }
    /// What has to be copied at least.
    public var memory: MemorySize {
        MemorySize(kibibytes: moves.reduce(0) { $0 + $1.memory.kibibytes })
    }
    /// How far loads stray from their mean: the standard deviation, as it is and as it would be.
    public var spread: (before: Double, after: Double) {
        (Self.deviation(rows.map(\.before.load)), Self.deviation(rows.map(\.after.load)))
    }

    private static func deviation(_ loads: [Double]) -> Double {
        guard !loads.isEmpty else { return 0 }
        let mean = loads.reduce(0, +) / Double(loads.count)
        return (loads.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(loads.count)).squareRoot()
    }
}
