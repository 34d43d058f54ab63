import StateSpec

/// A balance report in words: what `cluster balance` prints, and what the commit that it proposes says.
public enum BalanceText {
    /// The table of nodes, before and after, and the sum of it; ends in a newline.
    public static func render(_ report: BalanceReport) -> String {
        var lines = [summary(report)]
        if let note = report.note { lines.append(note) }
        lines.append("")
        let names = report.rows.map(\.node.text)
        let width = max(4, names.map(\.count).max() ?? 0)
        let share = LoadBar.textWidth
        lines.append(
            "  " + pad("NODE", width) + "  " + pad("MEMORY BEFORE", share) + "  " + pad("AFTER", share) + "  "
                + pad("VCPUS BEFORE", share) + "  " + pad("AFTER", share) + "  LOAD")
        for row in report.rows {
            lines.append(
                "  " + pad(row.node.text, width) + "  " + LoadBar.render(row.before.memory) + "  "
                    + LoadBar.render(row.after.memory) + "  "
                    + LoadBar.render(row.before.vcpus) + "  " + LoadBar.render(row.after.vcpus) + "  "
                    + change(row.before.load, row.after.load))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// "Largest load 1.62 -> 1.07 of the mean (target 1.10): 5 migrations, 24 GiB, about 4m."
    public static func summary(_ report: BalanceReport) -> String {
        guard !report.rows.isEmpty else { return "No node among which domains could be spread answers." }
        let target = report.target.map { " (target \(two($0)))" } ?? ""
        let loads = "Largest load \(change(report.loadBefore, report.loadAfter)) of the mean\(target)"
        guard !report.moves.isEmpty else { return "\(loads): nothing to move." }
        let spread = report.spread
        let count = report.moves.count == 1 ? "1 migration" : "\(report.moves.count) migrations"
        return "\(loads), spread \(change(spread.before, spread.after)): \(count), \(report.memory), about"
            + " \(report.estimate)."
    }

    /// "1.62 -> 1.07", or "1.00" where nothing changes.
    static func change(_ before: Double, _ after: Double) -> String {
        let (from, to) = (two(before), two(after))
        return from == to ? from : "\(from) -> \(to)"
    }

    /// Two digits behind the point, rounded.
    static func two(_ value: Double) -> String {
        let hundredths = Int((max(0, min(value, 1e9)) * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
