import StateSpec

/// An adoption in words.
public enum AdoptionText {
    /// What git gets, and then what is to be known about it; ending in a newline.
    public static func render(_ adoption: Adoption) -> String {
        let blocks = [contents(adoption), findings(adoption), alerts(adoption)]
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    /// "3 nodes and 12 domains"
    public static func counts(_ adoption: Adoption) -> String {
        let nodes = count(adoption.nodes.count, "node")
        let domains = count(adoption.domains.count, "domain")
        let targets = count(adoption.iscsi.flatMap(\.targets).count, "iSCSI target")
        let counts = [nodes, targets, domains].compactMap { $0 }
        let last = counts.last.map { [$0] } ?? []
        return ([counts.dropLast().joined(separator: ", ")].filter { !$0.isEmpty } + last).joined(separator: " and ")
    }

    /// Findings alone, a line each; below it the hint, once where the next finding has the same.
    public static func lines(_ findings: [AdoptionFinding]) -> [String] {
        findings.indices.flatMap { index in
            let finding = findings[index]
            let isTold = index + 1 < findings.count && findings[index + 1].hint == finding.hint
            return [
                "  \(pad(finding.severity.rawValue, 7))  \(finding.subject) \(finding.message) [\(finding.code)]"
            ] + (isTold ? [] : finding.hint.map { ["           \($0)"] } ?? [])
        }
    }

    private static func contents(_ adoption: Adoption) -> [String] {
        guard !adoption.files.isEmpty else { return ["Git has all that can be adopted."] }
        var lines = ["New in git (\(adoption.files.count == 1 ? "1 file" : "\(adoption.files.count) files"))"]
        if adoption.isNewCluster { lines += aligned([row(of: adoption.cluster)]) }
        lines += aligned(adoption.nodes.map(row))
        lines += aligned(adoption.iscsi.map(row))
        lines += aligned(adoption.domains.map(row))
        return lines
    }

    private static func row(of cluster: ClusterSpec) -> [String] {
        let networks = cluster.networks.map(\.text).joined(separator: ", ")
        let shared = cluster.sharedPaths.map { Escaped($0).bare }.joined(separator: ", ")
        return [
            "cluster", cluster.name.text, networks.isEmpty ? "" : "networks: \(networks)",
            shared.isEmpty ? "" : "shared: \(shared)",
        ]
    }

    private static func row(of node: NodeSpec) -> [String] {
        let ssh = node.ssh == SSHDestination(node.name) ? "" : "ssh: \(node.ssh)"
        return ["node", node.name.text, ssh, node.maintenance == nil ? "" : "in maintenance"].filter { !$0.isEmpty }
    }

    private static func row(of spec: ISCSISpec) -> [String] {
        let pins = spec.targets.map(\.luns.count).reduce(0, +)
        return [
            "iscsi", spec.name.text, spec.presentation.rawValue, count(spec.targets.count, "target") ?? "",
            count(pins, "LUN").map { "\($0) pinned" } ?? "no LUN pinned",
            "portals: \(spec.portals.map(\.description).joined(separator: ", "))",
        ]
    }

    private static func row(of domain: Adoption.Domain) -> [String] {
        let nodes = domain.wish.nodes.map { "nodes: \($0.map(\.text).joined(separator: ", "))" } ?? "any node"
        let migrate = domain.wish.migrate == .live ? "" : "migrate: \(domain.wish.migrate.rawValue)"
        return ["domain", domain.name.text, domain.wish.run.rawValue, domain.place, nodes, migrate]
    }

    private static func findings(_ adoption: Adoption) -> [String] {
        adoption.findings.isEmpty ? [] : ["Findings"] + lines(adoption.findings)
    }

    private static func alerts(_ adoption: Adoption) -> [String] {
        guard !adoption.alerts.isEmpty else { return [] }
        return ["Seen on the nodes"]
            + adoption.alerts.map { "  \(pad($0.severity.rawValue, 7))  \($0.subject) \($0.message) [\($0.code)]" }
    }

    private static func count(_ number: Int, _ noun: String) -> String? {
        number == 0 ? nil : "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = "  " + zip(row, widths).map { pad($0, $1) }.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
