public import StateSpec

/// One domain in words: what `domain show` prints.
public enum DomainViewText {
    /// Wishes, sightings and what a plan makes of them; ends in a newline.
    ///
    /// - Parameter commits: the commits that brought rules which are to blame, as far as known.
    public static func render(_ view: DomainView, commits: [Place: ObjectID] = [:]) -> String {
        var lines = ["\(view.domain) \(view.domain.uuid)", ""]
        lines.append("Wished by \(view.commit.map { "commit \($0.short)" } ?? "uncommitted files")")
        lines += TextColumns.align(ViewText.rows(of: view.rules) + rows(of: view.machine))
        lines.append("")
        lines += seen(view)
        if let plan = view.plan {
            lines += ["", "Plan", "  \(plan.decision.reason.text(commits)) [\(plan.decision.reason.code)]"]
            lines += ViewText.steps(plan.steps, commits) + ViewText.alerts(plan.alerts)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func rows(of machine: DomainView.Machine) -> [[String]] {
        let size = "\(machine.vcpus) vCPU\(machine.vcpus == 1 ? "" : "s"), \(machine.memory)"
        let type = machine.machine.map { ", machine \(Escaped($0).bare)" } ?? ""
        var rows = [["XML", size + type, machine.file]]
        for disk in machine.disks {
            let place = disk.line.map { "\(machine.file):\($0)" } ?? machine.file
            rows.append(["disk", "\(Escaped(disk.target).bare) \(disk.source)", place])
            rows += (disk.luns ?? []).map { ["", $0, ""] }
        }
        if !machine.networks.isEmpty { rows.append(["networks", machine.networks.joined(separator: ", "), ""]) }
        if machine.hostDevices > 0 { rows.append(["host devices", "\(machine.hostDevices)", ""]) }
        return rows
    }

    private static func seen(_ view: DomainView) -> [String] {
        var rows = view.sights.map { sight in
            [sight.node.text, words(sight), view.seenAt == nil ? "at \(sight.at)" : ""]
        }
        rows += view.silent.map { [$0.node.text, "silent, \($0.why)", ""] }
        rows.sort { $0[0] < $1[0] }
        var lines: [String]
        if let seenAt = view.seenAt {
            lines = ["Seen at \(seenAt)"]
            if view.sights.isEmpty {
                lines.append(view.silent.isEmpty ? "  on no node" : "  on no node that answers")
            }
        } else {
            lines = ["Recorded by earlier rounds; no node was asked"]
            if rows.isEmpty { lines.append("  nothing") }
        }
        lines += TextColumns.align(rows)
        // What is seen now says more.
        if let last = view.lastActive, !view.sights.contains(where: { $0.at >= last.at }) {
            lines.append("  last seen active on \(last.node) at \(last.at)")
        }
        return lines
    }

    /// "running (booted), persistent, started from commit 1a2b3c4d5e, git's XML has changed since"
    private static func words(_ sight: DomainView.Sight) -> String {
        guard let state = sight.state else { return "A QEMU PROCESS with its uuid, unknown to libvirt" }
        var words = [Escaped("\(state)").bare]
        if let job = sight.job { words.append("job: \(job)") }
        if sight.isPersistent { words.append("persistent") }
        if sight.isAutostarted == true { words.append("AUTOSTARTED by the node") }
        if sight.hasManagedSave == true { words.append("with a saved memory image") }
        if let commit = sight.startedFrom { words.append("started from commit \(commit.short)") }
        if sight.isXMLChanged == true { words.append("git's XML has changed since") }
        if let problem = sight.problem { words.append("XML not understood: \(problem)") }
        return words.joined(separator: ", ")
    }
}

/// What the texts about one object have in common.
enum ViewText {
    static func rows(of rules: [ShownRule]) -> [[String]] {
        rules.map { rule in
            [rule.key, rule.value, rule.place.map { "\(Escaped($0.file).bare):\($0.line)" } ?? "by default"]
        }
    }

    static func steps(_ steps: [Step], _ commits: [Place: ObjectID]) -> [String] {
        TextColumns.align(
            steps.map { step in
                let after = step.after.isEmpty ? "" : " [after \(step.after.map(String.init).joined(separator: ", "))]"
                return ["\(step.id)", "\(step.subject)", "\(step.action)", step.reason.text(commits) + after]
            })
    }

    static func alerts(_ alerts: [Alert]) -> [String] {
        TextColumns.align(alerts.map { [$0.severity.rawValue, "\($0.subject) \($0.message) [\($0.code)]"] })
    }
}
