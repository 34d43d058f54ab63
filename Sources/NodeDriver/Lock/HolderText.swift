internal import Reconciler
internal import StateSpec

/// Who holds the lock, as lines of `key=value`.
enum HolderText {
    /// The lines; what a person chose is cut to printable ASCII.
    static func text(_ holder: LockHolder) -> String {
        "run=\(holder.run)\nfrom=\(plain(holder.from))\nsince=\(holder.since)\nactivity=\(plain(holder.activity))\n"
            + (holder.node.map { "node=\($0)\n" } ?? "")
    }

    /// Nil for text that is no holder: it is shown to people and nothing is decided by it.
    static func parse(_ lines: [[UInt8]], cluster: ClusterName) -> LockHolder? {
        var values: [String: String] = [:]
        for line in lines {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            values[ByteText.string(line[..<equals])] = ByteText.excerpt(line[(equals + 1)...], linesMax: 1)
        }
        guard let run = values["run"].flatMap({ try? RunID($0) }), let from = values["from"],
            let since = values["since"].flatMap({ Timestamp($0) }), let activity = values["activity"]
        else { return nil }
        return LockHolder(
            cluster: cluster, run: run, from: from, since: since, activity: activity,
            node: values["node"].flatMap { try? NodeName($0) })
    }

    private static func plain(_ text: String) -> String {
        String(text.unicodeScalars.prefix(200).map { (0x20..<0x7F).contains($0.value) ? Character($0) : "?" })
    }
}
