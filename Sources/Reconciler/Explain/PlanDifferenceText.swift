import StateSpec

/// What a change of wishes means, in the words of `plan`.
public enum PlanDifferenceText {
    /// Everything but the changed files, beginning with an empty line unless there is nothing.
    public static func render(_ difference: PlanDifference) -> String {
        var lines: [String] = []
        steps("Steps that would come", "+", difference.stepsNew, &lines)
        steps("Steps that would go", "-", difference.stepsGone, &lines)
        changes(difference.changes, &lines)
        alerts(difference, &lines)
        if difference.refusalBefore != difference.refusalAfter {
            lines += ["", "The whole plan", "  before  \(words(difference.refusalBefore))"]
            lines.append("  after   \(words(difference.refusalAfter))")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// "2 steps come, 1 goes, 3 domains are decided otherwise."
    public static func summary(_ difference: PlanDifference) -> String {
        if difference.isEmpty { return "The plan stays the same." }
        return "\(count(difference.stepsNew.count, "step")) to come, \(difference.stepsGone.count) to go; "
            + "\(count(difference.changes.count, "decision")) changed; "
            + "\(count(difference.alertsNew.count, "alert")) to come, \(difference.alertsGone.count) to go."
    }

    private static func steps(_ title: String, _ sign: String, _ steps: [Step], _ lines: inout [String]) {
        guard !steps.isEmpty else { return }
        lines += ["", title]
        let nameWidth = steps.map { $0.subject.description.count }.max() ?? 0
        let actionWidth = steps.map { $0.action.description.count }.max() ?? 0
        for step in steps {
            let name = pad(step.subject.description, nameWidth)
            lines.append("  \(sign) \(name)  \(pad(step.action.description, actionWidth))  \(step.reason)")
        }
    }

    private static func changes(_ changes: [PlanDifference.Change], _ lines: inout [String]) {
        guard !changes.isEmpty else { return }
        lines += ["", "Decisions that change"]
        let width = changes.map { $0.domain.name.text.count }.max() ?? 0
        for change in changes {
            lines.append("  \(pad(change.domain.name.text, width))  before  \(words(change.before))")
            lines.append("  \(pad("", width))  after   \(words(change.after))")
        }
    }

    private static func alerts(_ difference: PlanDifference, _ lines: inout [String]) {
        let all = difference.alertsNew.map { ("+", $0) } + difference.alertsGone.map { ("-", $0) }
        guard !all.isEmpty else { return }
        lines += ["", "Seen on the nodes"]
        for (sign, alert) in all {
            let severity = pad(alert.severity.rawValue, 7)
            lines.append("  \(sign) \(severity)  \(alert.subject) \(alert.message) [\(alert.code)]")
        }
    }

    private static func words(_ decision: Decision?) -> String {
        guard let decision else { return "not in git" }
        let status =
            switch decision.status {
            case .inSync: "in sync"
            case .changing: "to change"
            case .held: "held"
            case .waiting: "waiting"
            case .blocked: "blocked"
            }
        return "\(status): \(decision.reason)"
    }

    private static func words(_ refusal: String?) -> String { refusal.map { "refused: \($0)" } ?? "may be carried out" }

    private static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
