import ArgumentParser
import Reconciler

/// Exit statuses; usage errors are 64, by ArgumentParser.
enum ExitStatus {
    /// Nothing to do, or done and seen.
    static let done = ExitCode(0)
    /// A wish is blocked, or an error.
    static let blocked = ExitCode(1)
    /// Changes are pending.
    static let pending = ExitCode(2)

    /// Something is wrong with the cluster.
    static let found = ExitCode(2)

    /// Of a plan that is only shown.
    static func of(_ plan: Plan) -> ExitCode {
        if plan.refusal != nil || !plan.blocked.isEmpty { return blocked }
        return plan.steps.isEmpty && !plan.decisions.contains { $0.status == .waiting } ? done : pending
    }
}
