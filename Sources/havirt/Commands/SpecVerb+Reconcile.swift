import Reconciler
import StateSpec

extension SpecVerb {
    /// Shows the commits, and the plan and commands for these domains; or makes the former and carries the latter out.
    ///
    /// - Parameter domains: those that are acted on, as they were found before; nothing is where there are none.
    /// - Returns: what was seen last, and whether all was done; throws the exit status where it is only shown.
    func reconcile(
        _ changes: [SpecChange], _ domains: Set<DomainName>, _ planOptions: PlanOptions, activity: String
    ) async throws -> (last: ObservedCluster, isComplete: Bool) {
        var planOptions = planOptions
        planOptions.only = domains
        let desired = try show(changes)
        guard options.acts(wiring.settings) else { throw try showOnly(changes, desired, planOptions) }
        if !domains.isEmpty { try wiring.settings.ssh.keys.demandActing() }
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
        _ changes: [SpecChange], _ desired: DesiredState, _ planOptions: PlanOptions
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
}
