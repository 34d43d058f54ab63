import Reconciler
import StateSpec

/// A story in words.
struct StoryText {
    private let story: Story
    private var lines: [String] = []

    /// More domains than this are shown only where something happened to them.
    private static let fatesMax = 40

    /// The text, ending in a newline.
    static func render(_ story: Story) -> String {
        var text = StoryText(story)
        text.header()
        text.events()
        text.fates()
        text.nextLoss()
        text.advice()
        text.lines += ["", story.verdict]
        return text.lines.joined(separator: "\n") + "\n"
    }

    private init(_ story: Story) { self.story = story }

    private mutating func header() {
        let commit = story.commit.map { "commit \($0.short)" } ?? "uncommitted files"
        lines = ["Simulation of what was seen at \(story.observedAt), for \(commit)", "", "Assumed"]
        lines += story.assumptions.map { "  \($0)" }
    }

    private mutating func events() {
        lines += ["", "What would happen"]
        if story.lines.isEmpty { lines.append("  nothing") }
        let width = story.lines.map { Self.moment($0.seconds).count }.max() ?? 0
        for line in story.lines {
            let sign =
                switch line.kind {
                case .event: "!"
                case .step: ">"
                case .outcome: "<"
                case .note: "-"
                case .double: "X"
                }
            lines.append("  \(Self.pad(Self.moment(line.seconds), width, isRight: true)) \(sign) \(line.text)")
        }
        let end = story.isAtRest ? "at rest" : "not at rest"
        lines.append(
            "  \(end) after \(story.rounds) round\(story.rounds == 1 ? "" : "s"), at \(Self.moment(story.seconds))")
    }

    private mutating func fates() {
        let isShort = story.fates.count <= Self.fatesMax
        let shown = story.fates.filter { fate in
            isShort || fate.before != fate.after || !fate.outages.isEmpty || fate.shouldRun != fate.runs
        }
        lines += ["", "What would become of the domains"]
        let rows =
            [["DOMAIN", "BEFORE", "AFTER", "DOWN", "WHY"]]
            + shown.map { fate in
                [
                    fate.name, Self.place(fate.before), Self.place(fate.after), Self.outages(fate.outages),
                    fate.reason ?? "-",
                ]
            }
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).map { Self.pad($0, $1) }
            lines.append("  " + (cells + [row[4]]).joined(separator: "  "))
        }
        if shown.count < story.fates.count {
            lines.append("  and \(story.fates.count - shown.count) more, which are as they were")
        }
    }

    private mutating func nextLoss() {
        guard !story.nextLoss.isEmpty else { return }
        lines += ["", "What the next loss would mean"]
        lines += story.nextLoss.map { "  \($0.subject), \($0.message)" }
    }

    /// What only a person can do about it.
    private mutating func advice() {
        for silent in story.silent {
            let node = silent.node
            lines += [
                "", "What may be running on \(node) is started nowhere else until \(node) answers again, or until",
            ]
            lines.append("somebody who has made sure that it is off, or cut from its storage, says so:")
            lines.append("  havirt node fenced \(node) --reason TEXT --yes")
            if silent.isSignOfLife { lines.append("It shows signs of life: it is not off yet.") }
        }
    }

    private static func moment(_ seconds: Int64) -> String { "+\(Seconds(seconds))" }

    private static func place(_ places: [String]) -> String {
        places.isEmpty ? "off" : places.joined(separator: ", ")
    }

    private static func outages(_ outages: [Story.Outage]) -> String {
        let words = outages.map { outage in
            outage.to.map { "\(moment(outage.from)) to \(moment($0))" } ?? "since \(moment(outage.from))"
        }
        return words.isEmpty ? "-" : words.joined(separator: ", ")
    }

    private static func pad(_ text: String, _ width: Int, isRight: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return isRight ? blanks + text : text + blanks
    }
}
