import StateSpec

/// What portals offer and what became of LUNs, in words: what `node iscsiscan` prints.
public enum PortalText {
    /// Portals and targets; ends in a newline.
    public static func render(_ offers: TargetOffers) -> String {
        var lines = ["Portals"]
        lines += TextColumns.align(
            offers.answered.map { portal in
                let count = "\(portal.targets) target\(portal.targets == 1 ? "" : "s")"
                return ["\(portal.portal)", "offers \(count)", "to \(list(portal.nodes))"]
            }
                + offers.unanswered.map { ["\($0.portal)", "DOES NOT ANSWER", "\($0.node): \($0.why)"] })
        lines += block("New targets, which git does not name", offers.new)
        lines += block("Targets of git that are not offered any more", offers.gone)
        return lines.map { $0 + "\n" }.joined()
    }

    private static func block(_ title: String, _ entries: [TargetOffers.Entry]) -> [String] {
        guard !entries.isEmpty else { return [] }
        let rows = entries.map { entry in
            [
                entry.target.text, "by \(entry.portals.map(\.description).joined(separator: ", "))",
                "to \(list(entry.nodes))", "iscsi/\(entry.file).yaml",
            ]
        }
        return ["", title] + TextColumns.align(rows)
    }

    /// What became of LUNs; ends in a newline.
    public static func render(_ changes: LUNChanges) -> String {
        var lines = ["LUNs"]
        if changes.changes.isEmpty {
            lines.append("  \(changes.unknown.isEmpty ? "as they were" : "as they were, as far as it is known")")
        }
        lines += TextColumns.align(
            changes.changes.map { [$0.node.text, $0.target.text, "LUN \($0.lun)", words($0)] }
                + changes.unknown.map { [$0.node.text, "cannot be told: \($0.why)"] })
        return lines.map { $0 + "\n" }.joined()
    }

    private static func words(_ change: LUNChange) -> String {
        let (was, now) = (change.before.map(words) ?? "nothing", change.after.map(words) ?? "nothing")
        switch change.kind {
        case .new: return "new, \(now)"
        case .gone: return "gone, was \(was)"
        case .resized:
            guard let before = change.before, let after = change.after else { return "\(was) -> \(now)" }
            let verb = after.bytes > before.bytes ? "grown" : "shrunk"
            return "\(verb), \(ByteCount.words(before.bytes)) -> \(ByteCount.words(after.bytes))"
        case .replaced: return "OTHER STORAGE, was \(was), is \(now)"
        }
    }

    private static func words(_ sight: LUNChange.Sight) -> String {
        "\(ByteCount.words(sight.bytes)), \(sight.wwid.map { Escaped($0.text).bare } ?? "without a WWID")"
    }

    private static func list(_ nodes: [NodeName]) -> String { nodes.map(\.text).joined(separator: ", ") }
}
