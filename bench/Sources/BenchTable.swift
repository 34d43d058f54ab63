/// All rows as one aligned table, and which of them miss what they should reach.
enum BenchTable {
    static func text(_ rows: [Row]) -> String {
        let header = ["what", "measured", "unit", "reach", "aim", "for comparison"]
        let cells = [header] + rows.map(cells)
        let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        var lines = cells.map { line(of: $0, widths) }
        lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 1)
        lines.append("")
        let missed = rows.filter(\.misses)
        let skipped = rows.count { if case .skipped = $0.result { true } else { false } }
        lines.append(missed.isEmpty ? "Every row measured reaches what it should." : "These miss their reach:")
        lines += missed.map { "  \($0.title)" }
        let short = rows.filter { !$0.misses && $0.missesAim }
        if !short.isEmpty { lines.append("These reach it, and miss their aim:") }
        lines += short.map { "  \($0.title)" }
        if skipped > 0 { lines.append("\(skipped) rows were skipped.") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func cells(_ row: Row) -> [String] {
        let shown =
            switch row.result {
            case .measured(let value): number(value)
            case .skipped: "-"
            }
        var comparison = row.comparison
        if case .skipped(let reason) = row.result { comparison = "skipped: \(reason)" }
        return [row.title, shown, row.unit, "<= " + number(row.limit), row.aim.map(number) ?? "", comparison]
    }

    private static func line(of cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (column, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            // Numbers stand at the right.
            line += (column == 1 || column == 4 ? padding + cell : cell + padding) + "  "
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// Three digits that count.
    static func number(_ value: Double) -> String {
        if value < 0 { return "-" + number(-value) }
        if value >= 100 || value == value.rounded() { return "\(Int(value.rounded()))" }
        let digits = value >= 10 ? 1 : value >= 1 ? 2 : 3
        let scale = [1.0, 10, 100, 1_000][digits]
        let whole = Int((value * scale).rounded())
        let fraction = String(whole % Int(scale))
        return "\(whole / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
