public import StateSpec

/// A plan as `plan --out` writes it for review (rule S6).
///
/// It is never trusted: `apply PLAN` scans and plans again, and carries out only those steps that come out the same.
/// Editing the file can therefore take steps away, and never add one.
public struct SavedPlan: Codable, Equatable, Sendable {
    /// The format's version.
    public var format = 1
    /// Which plan this is; one is carried out once.
    public let id: RunID
    /// The commit, which must still be the branch's tip.
    public let commit: ObjectID
    /// When it was made; it expires after an hour.
    public let madeAt: Timestamp
    /// The steps.
    public let steps: [Step]

    /// How long a saved plan may be applied.
    public static let lifetime = Seconds(3600)

    /// Saves a plan; nil for one of uncommitted files.
    public init?(_ plan: Plan, id: RunID) {
        guard let commit = plan.commit else { return nil }
        self.id = id
        self.commit = commit
        madeAt = plan.now
        steps = plan.steps
    }

    /// The fresh plan without the steps that this one does not have, and an outcome for each step of this one that
    /// did not come out again.
    func restrict(_ fresh: Round.Planned, now: Timestamp) throws(RoundError) -> (Round.Planned, stale: [Outcome]) {
        guard fresh.loaded.commit == commit else {
            let tip = fresh.loaded.commit.map(\.short) ?? "uncommitted"
            throw RoundError("the saved plan is for commit \(commit.short), the branch is at \(tip): plan again")
        }
        guard now - madeAt <= Self.lifetime, madeAt <= now else {
            throw RoundError("the saved plan was made at \(madeAt) and has expired: plan again")
        }
        var kept: [Step] = []
        for step in fresh.plan.steps where steps.contains(where: { Self.isSame($0, step) }) {
            // A step whose predecessor is not in the saved plan would run without it.
            if step.after.allSatisfy({ id in kept.contains { $0.id == id } }) { kept.append(step) }
        }
        let stale = steps.filter { saved in !kept.contains { Self.isSame(saved, $0) } }.map { step in
            Outcome(step: step, result: .refused("the saved plan is stale: this step no longer follows; plan again"))
        }
        let plan = Plan(
            commit: fresh.plan.commit, now: fresh.plan.now, steps: kept, decisions: fresh.plan.decisions,
            alerts: fresh.plan.alerts, refusal: fresh.plan.refusal)
        return (Round.Planned(loaded: fresh.loaded, observed: fresh.observed, plan: plan), stale)
    }

    private static func isSame(_ saved: Step, _ fresh: Step) -> Bool {
        saved.domain == fresh.domain && saved.action == fresh.action && saved.precondition == fresh.precondition
    }
}
