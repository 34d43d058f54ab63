import StateSpec

/// The original's records and definitions on their way into git.
struct OriginalImport {
    let base: AdoptionBase
    let existing: DesiredState
    let records: OriginalRecords
    let cluster: ClusterSpec
    private(set) var nodes: [NodeSpec] = []
    var candidates: [AdoptionDraft.Candidate] = []
    var findings: [AdoptionFinding]

    init(base: AdoptionBase, existing: DesiredState, records: OriginalRecords) {
        self.base = base
        self.existing = existing
        self.records = records
        findings = records.leftovers.findings
        cluster = base.cluster(existing)
    }

    var draft: AdoptionDraft {
        AdoptionDraft(base: base, cluster: cluster, nodes: nodes, candidates: candidates, findings: findings)
    }

    mutating func addNodes() {
        let known = Set(existing.nodes.map(\.name))
        for (text, record) in records.nodes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let name: NodeName
            do throws(NameError) {
                name = try NodeName(text)
            } catch {
                findings.append(
                    AdoptionFinding(
                        .error, "invalid-name", Escaped(text).bare, "is left out: \(error)",
                        hint: "write nodes/<name>.yaml for it, with an ssh alias as its name and `ssh:` where it is"))
                continue
            }
            if known.contains(name) { continue }
            var node = NodeSpec(name: name)
            if record.isInMaintenance { node.maintenance = Pause() }
            if let ssh = record.ssh {
                if let destination = SSHDestination.parse(ssh) {
                    node.ssh = destination
                } else {
                    findings.append(
                        AdoptionFinding(
                            .warning, "invalid-ssh", name.text, "has \(Escaped(ssh)) for ssh, which is no destination",
                            hint: "the alias \(name) is used; write `ssh:` in nodes/\(name).yaml if that is not it"))
                }
            }
            nodes.append(node)
        }
    }
}
