import NodeDriver
import Reconciler
import StateSpec

/// Findings in each of the formats of `cluster validate`. Their texts are escaped where they are made.
struct ValidationReport {
    struct Row: Encodable {
        let code: String
        let severity: Severity
        let object: String
        let node: NodeName?
        let message: String
        let hint: String?
        /// Commands that end it, in order; nil for none.
        let fix: [String]?
    }

    private struct Document: Encodable {
        let cluster: ClusterName
        let seenAt: Timestamp
        let commit: ObjectID?
        let signer: CommitSigner?
        let findings: [Row]
        let counts: [String: Int]
    }

    private let planned: Round.Planned
    private let rows: [Row]
    private let selection: CodeSelection
    private let failOn: Severity

    init(
        _ validation: Validation, _ planned: Round.Planned, _ selection: CodeSelection, failOn: Severity,
        tools: PastedTools
    ) {
        self.planned = planned
        self.selection = selection
        self.failOn = failOn
        let destinations = Dictionary(planned.loaded.desired.nodes.map { ($0.name, $0.ssh) }) { first, _ in first }
        rows = validation.findings.map { finding in
            let fix = finding.remedies.map { remedy in
                remedy.pasteable(tools: tools) { destinations[$0] ?? SSHDestination($0) }
            }
            return Row(
                code: finding.code, severity: finding.severity, object: finding.subject, node: finding.node,
                message: finding.message, hint: finding.hint, fix: fix.isEmpty ? nil : fix)
        }
    }

    func render(_ format: ValidationFormat) throws -> String {
        switch format {
        case .table: table
        case .tsv: tsv
        case .json:
            try JSONText.encode(
                Document(
                    cluster: planned.loaded.desired.cluster.name, seenAt: planned.observed.takenAt,
                    commit: planned.loaded.commit, signer: planned.loaded.signer, findings: rows, counts: counts))
        case .junit:
            JUnit.render(
                rows, of: AlertCode.allCases.filter(selection.includes), cluster: planned.loaded.desired.cluster.name,
                failOn: failOn)
        }
    }

    private var counts: [String: Int] { rows.reduce(into: [:]) { $0[$1.severity.rawValue, default: 0] += 1 } }

    /// One line each; several commands are one line for a shell, too.
    private var tsv: String {
        let lines = rows.map { row in
            [
                row.code, row.severity.rawValue, row.object, row.node?.text ?? "-", row.message, row.hint ?? "-",
                row.fix?.joined(separator: " && ") ?? "-",
            ].joined(separator: "\t")
        }
        let header = ["code", "severity", "object", "node", "message", "hint", "fix"].joined(separator: "\t")
        return ([header] + lines).map { $0 + "\n" }.joined()
    }

    /// Aligned columns, and below each row what to do about it.
    private var table: String {
        guard !rows.isEmpty else { return summary }
        let cells =
            [["SEVERITY", "CODE", "OBJECT", "NODE"]]
            + rows.map { [$0.severity.rawValue, $0.code, $0.object, $0.node?.text ?? "-"] }
        let widths = (0..<4).map { column in cells.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for (index, row) in cells.enumerated() {
            var aligned = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            if index > 0 { aligned[0] = Self.coloured(aligned[0], rows[index - 1].severity) }
            text += "\(aligned.joined(separator: "  "))  \(index == 0 ? "MESSAGE" : rows[index - 1].message)\n"
            guard index > 0 else { continue }
            if let hint = rows[index - 1].hint { text += "          \(hint)\n" }
            for command in rows[index - 1].fix ?? [] { text += "          $ \(command)\n" }
        }
        return "\(text)\n\(summary)"
    }

    private static func coloured(_ text: String, _ severity: Severity) -> String {
        guard Terminal.wantsColour, severity > .notice else { return text }
        return "\u{1B}[\(severity == .error ? 31 : 33)m\(text)\u{1B}[0m"
    }

    private var summary: String {
        let words = [Severity.error, .warning, .notice].compactMap { severity -> String? in
            guard let count = counts[severity.rawValue] else { return nil }
            return "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        let silent = planned.plan.alerts.contains { $0.code == AlertCode.silent.rawValue }
        let nodes = planned.observed.nodes.count
        let what =
            "\(nodes) node\(nodes == 1 ? "" : "s"), \(planned.loaded.desired.domains.count) domains of commit"
            + " \(planned.loaded.commit?.short ?? "none")"
            + (planned.loaded.signer.map { ", signed by \($0)" } ?? "")
        let incomplete = silent ? "; of nodes that are silent nothing is known" : ""
        return "\(words.isEmpty ? "No findings" : words.joined(separator: ", ")): \(what)\(incomplete).\n"
    }
}
