/// `findings:` in `cluster.yaml` replaces the severity of what is no error. Errors keep theirs: whoever can push
/// must not be able to switch off the checks.
enum Severities {
    static func apply(_ set: SpecSet, _ findings: inout [Finding]) {
        guard let draft = set.clusterDraft, !draft.spec.findingSeverities.isEmpty else { return }
        var fixed: Set<String> = []
        findings = findings.compactMap { finding in
            guard let wanted = draft.spec.findingSeverities[finding.code] else { return finding }
            if finding.severity == .error {
                if wanted != .error { fixed.insert(finding.code) }
                return finding
            }
            return wanted.map {
                Finding($0, finding.place, code: finding.code, finding.message, hint: finding.hint)
            }
        }
        for entry in draft.severityMarks where fixed.contains(entry.code) {
            findings.append(
                Finding(
                    .warning, entry.mark.place(in: "cluster.yaml"), code: "fixed-severity",
                    "'\(entry.code)' is an error here and stays one"))
        }
    }
}
