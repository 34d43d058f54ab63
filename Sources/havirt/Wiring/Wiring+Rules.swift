import Reconciler
import StateSpec

extension Wiring {
    /// The commits that brought the rules which a plan blames, as far as they can be told.
    ///
    /// - Parameter commit: where the rules stand; that of the plan, if it has one.
    func commits(blamedBy plan: Plan, at commit: ObjectID? = nil) -> [Place: ObjectID] {
        commits(thatBrought: plan.rulesToBlame, in: commit ?? plan.commit)
    }

    /// The commits that brought rules as they stand in a commit; none for uncommitted files.
    func commits(thatBrought rules: [Place], in commit: ObjectID?) -> [Place: ObjectID] {
        guard let commit, !rules.isEmpty else { return [:] }
        do {
            return try commits(revision: nil).commits(thatBrought: rules, in: commit)
        } catch {
            Terminal.note("havirt: which commits brought the rules below cannot be told: \(error)")
            return [:]
        }
    }

    /// A plan in words, with the commits of the rules that it blames.
    func text(of plan: Plan, at commit: ObjectID? = nil) -> String {
        let style: PlanText.Style = Terminal.wantsColour ? .ansi : .plain
        return PlanText.render(plan, style: style, commits: commits(blamedBy: plan, at: commit))
    }
}
