/// Which domains go where, and what that does to each node.
public struct BalanceResult: Equatable, Sendable {
    /// What one node bears.
    public struct NodeLoad: Equatable, Sendable {
        /// The node.
        public let node: Int
        /// Memory in use, as a share of what it has to give.
        public let memoryShare: Double
        /// vCPUs promised, as a share of what it has to give.
        public let vcpuShare: Double
        /// The larger of both, each over the mean of the balanced nodes; 1.0 is even.
        public let load: Double
    }

    /// The migrations, by domain; each domain at most once. In which order they fit is not said.
    public let relocations: [Relocation]
    /// Each balanced node as it is.
    public let before: [NodeLoad]
    /// Each balanced node after all migrations, in the same order.
    public let after: [NodeLoad]
    /// What the migrations move, in KiB.
    public let memoryMoved: Int64
    /// Whether no balanced node is above the target afterwards.
    public let isTargetReached: Bool
    /// So many migrations at least it takes to bring every node to what this result brings it to: to the target where that
    /// is reached, else to the largest load afterwards.
    public let migrationsMin: Int

    /// Whether no set with fewer migrations does as much.
    public var isProvenMinimal: Bool { relocations.count == migrationsMin }
    /// The largest load of a node as it is; 0 without balanced nodes.
    public var largestBefore: Double { before.map(\.load).max() ?? 0 }
    /// The largest load of a node after all migrations.
    public var largestAfter: Double { after.map(\.load).max() ?? 0 }
}
