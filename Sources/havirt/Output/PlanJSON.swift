import Reconciler
import StateSpec

/// A plan as `--format json` shows it.
struct PlanJSON: Encodable {
    struct Summary: Encodable {
        let steps: Int
        let blocked: Int
        let waiting: Int
        let held: Int
        let inSync: Int
    }

    let commit: ObjectID?
    let now: Timestamp
    let steps: [Step]
    /// Decisions other than "in sync", which are counted only.
    let decisions: [Decision]
    let alerts: [Alert]
    let refusal: String?
    let balance: BalanceReport?
    let summary: Summary

    init(_ plan: Plan) {
        commit = plan.commit
        now = plan.now
        steps = plan.steps
        decisions = plan.decisions.filter { $0.status != .inSync }
        alerts = plan.alerts
        refusal = plan.refusal
        balance = plan.balance
        let tally = plan.decisions.reduce(into: [Decision.Status: Int]()) { $0[$1.status, default: 0] += 1 }
        summary = Summary(
            steps: plan.steps.count, blocked: tally[.blocked] ?? 0, waiting: tally[.waiting] ?? 0,
            held: tally[.held] ?? 0, inSync: tally[.inSync] ?? 0)
    }
}
