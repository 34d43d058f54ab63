import Reconciler
import StateSpec

/// The one node where a domain was seen active.
enum DomainHome {
    /// Throws, with what to do, where that is not one node that is known for certain. Silent nodes are told of.
    static func find(_ spec: DomainSpec, in observed: ObservedCluster) throws(Failure) -> NodeName {
        let homes = observed.homes(of: spec.uuid)
        let silent = observed.nodes.filter { $0.value.node == nil }.keys.sorted().map(\.text).joined(separator: ", ")
        guard let home = homes.first else {
            if silent.isEmpty {
                throw Failure("\(spec.name) is off; havirt domain start \(spec.name) starts it")
            }
            throw Failure(
                "\(spec.name) runs on no node that answers, and may be running on one that is silent (\(silent));"
                    + " havirt domain show \(spec.name) says what is known")
        }
        guard homes.count == 1 else {
            let list = homes.map(\.text).joined(separator: ", ")
            throw Failure(
                "\(spec.name) is active on several nodes (\(list)): it is on its way, or runs twice;"
                    + " havirt domain show \(spec.name) says which")
        }
        guard observed.domain(spec.uuid, on: home) != nil else {
            throw Failure("libvirt on \(home) does not list \(spec.name), though a QEMU process of it runs there")
        }
        if !silent.isEmpty { Terminal.note("havirt: silent: \(silent)") }
        return home
    }
}

extension ObservedCluster {
    /// A domain as libvirt on a node lists it; nil where it does not, or the node is silent.
    func domain(_ uuid: DomainUUID, on node: NodeName) -> ObservedDomain? {
        nodes[node]?.node?.domains.first { $0.uuid == uuid }
    }
}
