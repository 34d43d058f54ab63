public import StateSpec

/// A plan in words: the format of `havirt plan`, of the goldens, and of pull request comments.
public struct PlanText: Sendable {
    /// How words are set off.
    public enum Style: Sendable {
        /// No escape sequences.
        case plain
        /// Colours for a terminal.
        case ansi
    }

    private let plan: Plan
    private let style: Style
    private let commits: [Place: ObjectID]
    private var lines: [String] = []

    /// The text of a plan, ending in a newline.
    ///
    /// - Parameter commits: the commits that brought rules which are to blame, as far as known; see `RuleHistory`.
    public static func render(_ plan: Plan, style: Style = .plain, commits: [Place: ObjectID] = [:]) -> String {
        var text = PlanText(plan: plan, style: style, commits: commits)
        text.header()
        text.balance()
        text.steps()
        text.decisions("Blocked", .blocked, colour: 31)
        text.decisions("Waiting", .waiting, colour: 33)
        text.decisions("Held", .held, colour: 36)
        text.alerts()
        text.summary()
        return text.lines.joined(separator: "\n") + "\n"
    }

    private init(plan: Plan, style: Style, commits: [Place: ObjectID]) {
        self.plan = plan
        self.style = style
        self.commits = commits
    }

    private func paint(_ text: String, _ code: Int) -> String {
        style == .ansi ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    private mutating func header() {
        lines.append(
            paint("Plan for \(plan.commit.map { "commit \($0.short)" } ?? "uncommitted files")", 1)
                + ", seen at \(plan.now)")
        if let signer = plan.signer { lines.append("Signed by \(signer)") }
    }

    private mutating func balance() {
        guard let report = plan.balance else { return }
        lines.append("")
        lines += BalanceText.render(report).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map(String.init)
    }

    private mutating func steps() {
        guard !plan.steps.isEmpty else { return }
        lines += ["", paint("Steps", 1)]
        let numberWidth = "\(plan.steps.count)".count
        let nameWidth = plan.steps.map { $0.subject.description.count }.max() ?? 0
        let actionWidth = plan.steps.map { $0.action.description.count }.max() ?? 0
        for step in plan.steps {
            let (sign, colour) =
                switch step.action {
                case .start: ("+", 32)
                case .shutdown, .removeLeftover: ("-", 31)
                case .migrate: ("~", 33)
                case .iscsi(.login, _), .iscsi(.rescan, _): (".", 36)
                case .iscsi: (".", 35)
                }
            let number = String(repeating: " ", count: numberWidth - "\(step.id)".count) + "\(step.id)"
            let action = Self.pad(step.action.description, actionWidth)
            let after = step.after.isEmpty ? "" : "  [after \(step.after.map(String.init).joined(separator: ", "))]"
            let name = Self.pad(step.subject.description, nameWidth)
            let reason = step.reason.text(commits)
            lines.append("  \(number) \(paint(sign, colour)) \(name)  \(paint(action, colour))  \(reason)\(after)")
        }
    }

    private mutating func decisions(_ title: String, _ status: Decision.Status, colour: Int) {
        let chosen = plan.decisions.filter { $0.status == status && $0.reason.code != "not-selected" }
        guard !chosen.isEmpty else { return }
        lines += ["", paint(title, 1)]
        let width = chosen.map { $0.domain.name.text.count }.max() ?? 0
        for decision in chosen {
            let name = Self.pad(decision.domain.name.text, width)
            lines.append("  \(paint(name, colour))  \(decision.reason.text(commits))")
        }
    }

    private mutating func alerts() {
        guard !plan.alerts.isEmpty else { return }
        lines += ["", paint("Seen on the nodes", 1)]
        for alert in plan.alerts {
            let colour =
                switch alert.severity {
                case .error: 31
                case .warning: 33
                case .notice: 36
                }
            let severity = paint(Self.pad(alert.severity.rawValue, 7), colour)
            lines.append("  \(severity)  \(alert.subject) \(alert.message) [\(alert.code)]")
        }
    }

    private mutating func summary() {
        lines.append("")
        if let refusal = plan.refusal { lines.append(paint("Refused: \(refusal)", 31)) }
        if plan.isInSync {
            lines.append(paint("Nothing to do.", 32) + " \(Self.counts(plan)).")
        } else {
            lines.append(paint("Plan:", 1) + " \(Self.counts(plan)).")
        }
    }

    /// "1 to start, 2 blocked, 40 in sync"; nothing for a plan without domains.
    static func counts(_ plan: Plan) -> String {
        var starts = 0
        var stops = 0
        var moves = 0
        var leftovers = 0
        var logins = 0
        var logouts = 0
        var rescans = 0
        var removals = 0
        var records = 0
        for step in plan.steps {
            switch step.action {
            case .start: starts += 1
            case .shutdown: stops += 1
            case .removeLeftover: leftovers += 1
            case .migrate: moves += 1
            case .iscsi(.login, _): logins += 1
            case .iscsi(.logout, _): logouts += 1
            case .iscsi(.rescan, _): rescans += 1
            case .iscsi(.removeDevice, _): removals += 1
            case .iscsi(.forget, _): records += 1
            }
        }
        let tally = plan.decisions.reduce(into: [Decision.Status: Int]()) { $0[$1.status, default: 0] += 1 }
        let leftOut = plan.decisions.count { $0.reason.code == "not-selected" }
        let count = { (status: Decision.Status) in tally[status, default: 0] - (status == .held ? leftOut : 0) }
        let parts = [
            (starts, "to start"), (moves, "to migrate"), (stops, "to shut down"),
            (leftovers, "to clear away"), (logins, "to log in to"), (logouts, "to log out of"),
            (rescans, "to rescan"), (removals, "disks to remove"), (records, "to forget"), (count(.blocked), "blocked"),
            (count(.waiting), "waiting"), (count(.held), "held"), (count(.inSync), "in sync"), (leftOut, "left out"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
