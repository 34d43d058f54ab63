import Reconciler
import StateSpec

/// What `maintenanceon` and `maintenanceoff` share: commits, and then a reconcile of just what they are about.
extension NodeVerb {
    /// Shows the commits, and the plan and commands for these domains; or makes the former and carries the latter out.
    ///
    /// - Parameter domains: those that are acted on, as they were found before; nothing is where there are none.
    /// - Returns: what was seen last, and whether all was done; throws the exit status where it is only shown.
    func reconcile(
        _ changes: [Change], _ domains: Set<DomainName>, _ planOptions: PlanOptions, activity: String
    ) async throws -> (last: ObservedCluster, isComplete: Bool) {
        var planOptions = planOptions
        planOptions.only = domains
        let desired = try show(changes)
        guard options.acts(wiring.settings) else { throw try showOnly(changes, desired, planOptions) }
        try await make(changes)
        if domains.isEmpty { return (planned.observed, true) }
        do {
            let applied = try await Acting.carryOut(wiring, planOptions, activity: activity)
            return ((applied.remaining ?? applied.planned).observed, applied.isComplete)
        } catch let failure as Failure where !changes.isEmpty {
            throw Failure("\(failure); the commit stands, and the next round acts on it: havirt apply --yes")
        }
    }

    /// The exit status of what is only shown.
    private func showOnly(
        _ changes: [Change], _ desired: DesiredState, _ planOptions: PlanOptions
    ) throws -> any Error {
        var status = ExitStatus.done
        if planOptions.only?.isEmpty == false {
            let plan = try showFollowing(desired, planOptions)
            try Report.commands(plan, desired, by: try wiring.hypervisor())
            status = ExitStatus.of(plan)
        }
        if changes.isEmpty && status == ExitStatus.done { return status }
        let what = changes.isEmpty ? "carries it out" : "commits it and carries it out"
        Terminal.out("Nothing is changed yet; --yes \(what).\n")
        return status == ExitStatus.done ? ExitStatus.pending : status
    }

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
