public import StateSpec

/// A plan as `plan --out` writes it for review (rule S6).
///
/// It is never trusted: `apply PLAN` scans and plans again, and carries out only those steps that come out the same.
/// Editing the file can therefore take steps away, and never add one.
public struct SavedPlan: Codable, Equatable, Sendable {
    /// The format's version.
    public let format: Int
    /// Which plan this is; one is carried out once.
    public let id: RunID
    /// The commit, which must still be the branch's tip.
    public let commit: ObjectID
    /// Who signed it, for whoever reviews the plan; nil where no signature was asked for. Applying looks again.
    public let signer: CommitSigner?
    /// When it was made; it expires after an hour.
    public let madeAt: Timestamp
    /// The steps.
    public let steps: [Step]

    /// The only format that is understood.
    static let formatKnown = 1

    /// How long a saved plan may be applied.
    public static let lifetime = Seconds(3600)

    /// Saves a plan; nil for one of uncommitted files.
    public init?(_ plan: Plan, id: RunID) {
        guard let commit = plan.commit else { return nil }
        format = Self.formatKnown
        self.id = id
        self.commit = commit
        signer = plan.signer
        madeAt = plan.now
        steps = plan.steps
    }

    /// Why the plan must not be applied at all; nil if it may be. Needs no node, so it is asked first of all.
    func objection(tip: ObjectID?, now: Timestamp) -> String? {
        guard format == Self.formatKnown else {
            return "the saved plan has format \(format), which another version of havirt wrote: plan again"
        }
        guard tip == commit else {
            let at = tip.map(\.short) ?? "uncommitted files"
            return "the saved plan is for commit \(commit.short), the branch is at \(at): plan again"
        }
        guard now - madeAt <= Self.lifetime else {
            return "the saved plan was made at \(madeAt) and has expired after \(Self.lifetime): plan again"
        }
        guard madeAt <= now else {
            return "the saved plan was made at \(madeAt), which is in the future of this clock: plan again"
        }
        return nil
    }

    /// The fresh plan without the steps that this one does not have, and an outcome for each step of this one that
    /// did not come out again.
    func restrict(_ fresh: Round.Planned, now: Timestamp) throws(RoundError) -> (Round.Planned, stale: [Outcome]) {
        if let objection = objection(tip: fresh.loaded.commit, now: now) { throw RoundError(objection) }
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
            alerts: fresh.plan.alerts, refusal: fresh.plan.refusal, signer: fresh.plan.signer)
        return (Round.Planned(loaded: fresh.loaded, observed: fresh.observed, plan: plan), stale)
    }

    private static func isSame(_ saved: Step, _ fresh: Step) -> Bool {
        saved.subject == fresh.subject && saved.action == fresh.action && saved.precondition == fresh.precondition
    }
}
