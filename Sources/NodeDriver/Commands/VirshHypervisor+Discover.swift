public import Reconciler
public import StateSpec

extension VirshHypervisor {
    /// Has a node ask a portal which targets it offers. It leaves no trace on the node.
    public func discover(_ portal: ISCSIPortal, on node: NodeSpec) async -> ISCSIDiscovery {
        .failed("discovery is not there yet")
    }
}
