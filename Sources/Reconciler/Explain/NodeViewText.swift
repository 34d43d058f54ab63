public import StateSpec

/// One node in words: what `node show` prints.
public enum NodeViewText {
    /// Wishes, sightings and what a plan would do; ends in a newline.
    ///
    /// - Parameter commits: the commits that brought rules which are to blame, as far as known.
    public static func render(_ view: NodeView, commits: [Place: ObjectID] = [:]) -> String {
        var lines = [title(view), ""]
        lines.append("Wished by \(view.commit.map { "commit \($0.short)" } ?? "uncommitted files")")
        lines += TextColumns.align(ViewText.rows(of: view.rules))
        lines.append("")
        lines += seen(view)
        lines += residents(view, commits)
        lines += NodeSessionsText.lines(view.iscsi)
        if let plan = view.plan {
            lines += ["", "Plan"]
            let words = ViewText.steps(plan.steps, commits) + ViewText.alerts(plan.alerts)
            lines += words.isEmpty ? ["  nothing to do here"] : words
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// "alpha: ready"
    private static func title(_ view: NodeView) -> String {
        guard let node = view.plan?.overview else { return view.name.text }
        let words = node.conditions.map(\.rawValue).joined(separator: ", ")
        return "\(view.name): \(words.isEmpty ? "ready" : words)"
    }

    private static func seen(_ view: NodeView) -> [String] {
        let moment = view.at.map { "\($0)" } ?? "never"
        var lines = [view.isRecorded ? "Recorded \(moment); no node was asked" : "Seen at \(moment)"]
        var rows: [[String]] = []
        if let silence = view.silence { rows.append(["silent", silence]) }
        if view.seen == nil || view.isRecorded {
            rows.append(["last heard", view.lastHeard.map { "\($0)" } ?? "never"])
        }
        if let seen = view.seen { rows += self.rows(of: seen) }
        if let node = view.plan?.overview, let memory = node.memory, let vcpus = node.vcpus {
            let most = MemorySize(kibibytes: UInt64(clamping: memory.most))
            let used = MemorySize(kibibytes: UInt64(clamping: memory.used))
            rows.append(["memory in use", "\(LoadBar.render(memory.share))  \(used) of \(most)"])
            rows.append(["vCPUs in use", "\(LoadBar.render(vcpus.share))  \(vcpus.used) of \(vcpus.most)"])
        }
        lines += TextColumns.align(rows)
        return lines
    }

    private static func rows(of seen: NodeView.Seen) -> [[String]] {
        let model = seen.cpuModel.map { " of \($0)" } ?? ""
        var rows = [
            ["host", "\(seen.hostName) \(seen.hostUUID)"],
            ["boot", "\(seen.bootID)" + (seen.uptime.map { ", up \($0)" } ?? "")],
            ["has", "\(seen.memory), \(seen.cpus) CPU\(seen.cpus == 1 ? "" : "s")\(model)"],
            ["runs", Escaped("libvirt \(seen.versions.libvirt), \(seen.versions.hypervisor)").bare],
        ]
        // Times have whole seconds.
        if let ahead = seen.clockAhead, ahead.count.magnitude > 1 {
            let span = Seconds(Int64(clamping: ahead.count.magnitude))
            rows.append(["clock", "\(span) \(ahead.count > 0 ? "ahead" : "behind")"])
        }
        if let networks = seen.networks {
            let down = (seen.networksDown ?? []).map { "\($0) (DOWN)" }
            let all = networks + down
            rows.append(["networks", all.isEmpty ? "none" : all.joined(separator: ", ")])
        }
        return rows
    }

    private static func residents(_ view: NodeView, _ commits: [Place: ObjectID]) -> [String] {
        guard view.seen != nil || !view.residents.isEmpty else { return [] }
        let rows = view.residents.map { resident in
            [
                resident.name ?? "\(resident.uuid)",
                resident.state.map { Escaped("\($0)").bare } ?? "A QEMU PROCESS unknown to libvirt",
                resident.isManaged ? resident.decision?.reason.text(commits) ?? "" : "not in git; left alone",
            ]
        }
        return ["", "Domains"] + (rows.isEmpty ? ["  none"] : TextColumns.align(rows))
    }
}
