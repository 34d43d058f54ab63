public import StateSpec

/// A look at nodes that git may not name yet. Nothing is recorded: no node joins a cluster by being looked at.
public struct FirstLook: Sendable {
    private let hypervisor: any Hypervisor
    private let clock: any ReconcilerClock

    /// A look through a door to the nodes.
    public init(hypervisor: any Hypervisor, clock: any ReconcilerClock) {
        self.hypervisor = hypervisor
        self.clock = clock
    }

    /// Asks each node for all there is, as the cluster's rules say how.
    public func look(
        at nodes: [NodeSpec], of cluster: ClusterSpec, recalled: Recollection
    ) async -> ObservedCluster {
        let scan = ClusterScan(hypervisor: hypervisor, clock: clock, cluster: cluster, depth: .whole)
        let readings = await scan.read(nodes)
        return ObservedCluster(takenAt: clock.now(), nodes: readings, recalled: recalled)
    }
}
