import Reconciler
import StateSpec

/// What maintenance is about.
extension NodeVerb {
    /// Domains of git that are active on any of the nodes, in motion or not.
    var domainsOnNodes: Set<DomainName> {
        let uuids = active(on: nodes)
        return Set(planned.loaded.desired.domains.filter { uuids.contains($0.uuid) }.map(\.name))
    }

    /// Domains that prefer one of the nodes, should run, and are active on another.
    var domainsAwayFromNodes: Set<DomainName> {
        let away = planned.loaded.desired.domains.filter { domain in
            guard let node = domain.wish.prefer, nodes.contains(node), domain.wish.run != .stopped else { return false }
            return active(on: planned.observed.nodes.keys.filter { $0 != node }).contains(domain.uuid)
        }
        return Set(away.map(\.name))
    }

    private func active(on nodes: [NodeName]) -> Set<DomainUUID> {
        let domains = nodes.flatMap { planned.observed.nodes[$0]?.node?.domains ?? [] }
        return Set(domains.filter(\.activity.holdsDisks).map(\.uuid))
    }
}

extension ObservedCluster {
    /// Why a node must not be switched off yet: what runs there, whether git names it or not; nil if it was seen empty.
    func inhabitants(of node: NodeName) -> String? {
        guard case .answered(let seen, _) = nodes[node] else {
            return "is silent: what runs there is not known, and is moved once it answers"
        }
        let active = seen.domains.filter(\.activity.holdsDisks)
        let listed = Set(active.map(\.uuid))
        let names = active.map { Escaped($0.name).bare }
        let others = seen.processes.filter { !listed.contains($0) }.map { "a QEMU process of \($0)" }
        let all = names + others
        return all.isEmpty ? nil : "still runs \(all.joined(separator: ", "))"
    }
}
