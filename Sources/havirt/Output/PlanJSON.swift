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

    /// A line of git that is to blame, and the commit that brought it.
    struct Rule: Encodable {
        let place: Place
        let commit: ObjectID
    }

    let commit: ObjectID?
    /// Nil where no signature is asked for.
    let signer: CommitSigner?
    let now: Timestamp
    let steps: [Step]
    /// Decisions other than "in sync", which are counted only.
    let decisions: [Decision]
    let alerts: [Alert]
    let refusal: String?
    let balance: BalanceReport?
    let summary: Summary
    /// Nil for none.
    let rules: [Rule]?

    init(_ plan: Plan, commits: [Place: ObjectID]) {
        rules = commits.isEmpty ? nil : commits.sorted { $0.key < $1.key }.map { Rule(place: $0.key, commit: $0.value) }
        commit = plan.commit
        signer = plan.signer
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
