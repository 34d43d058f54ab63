import StateSpec

/// The cluster at a glance, in words and bars: what `cluster status` prints.
public enum ClusterOverviewText {
    /// Nodes, domains and drift; ends in a newline.
    public static func render(_ overview: ClusterOverview) -> String {
        var lines = nodes(overview.nodes)
        lines.append("")
        var domains = overview.domains.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($1) \($0)" }
        if overview.unmanaged > 0 { domains.append("\(overview.unmanaged) not in git") }
        lines.append("Domains  \(domains.isEmpty ? "none" : domains.joined(separator: ", "))")
        let drift = [overview.isInSync ? "nothing to do" : "", overview.drift].filter { !$0.isEmpty }
        lines.append("Drift    \(drift.joined(separator: "; "))")
        if let refusal = overview.refusal { lines.append("         refused: \(refusal)") }
        let alerts = Severity.allCases.reversed().compactMap { severity in
            overview.alerts[severity.rawValue].map { "\($0) \(severity.rawValue)\($0 == 1 ? "" : "s")" }
        }
        lines.append("Alerts   \(alerts.isEmpty ? "none" : alerts.joined(separator: ", "))")
        return lines.map { $0 + "\n" }.joined()
    }

    private static func nodes(_ nodes: [ClusterOverview.Node]) -> [String] {
        let states = nodes.map(state)
        let name = max(4, nodes.map(\.name.text.count).max() ?? 0)
        let state = max(5, states.map(\.count).max() ?? 0)
        var lines = [
            "  \(pad("NODE", name))  \(pad("STATE", state))  \(pad("MEMORY", LoadBar.textWidth))  "
                + "\(pad("VCPUS", LoadBar.textWidth))  ACTIVE"
        ]
        for (node, words) in zip(nodes, states) {
            let active = node.active.map { pad("\($0)", 6) } ?? pad("?", 6)
            var line =
                "  \(pad(node.name.text, name))  \(pad(words, state))  \(bar(node.memory))  \(bar(node.vcpus))  "
                + active + (node.note.map { "  \($0)" } ?? "")
            while line.hasSuffix(" ") { line.removeLast() }
            lines.append(line)
        }
        return lines
    }

    private static func state(_ node: ClusterOverview.Node) -> String {
        node.conditions.isEmpty ? "ready" : node.conditions.map(\.rawValue).joined(separator: ", ")
    }

    /// What is not known is not an empty bar.
    private static func bar(_ use: ClusterOverview.Use?) -> String {
        use.map { LoadBar.render($0.share) } ?? pad("?", LoadBar.textWidth)
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
