import StateSpec

/// A change of a small file, as a unified diff with one hunk.
enum TextDiff {
    private static let contextMax = 3

    /// Nothing for equal texts. Lines are escaped: a file of the repository may hold what moves a terminal's cursor.
    static func render(_ path: String, _ old: [UInt8], _ new: [UInt8]) -> String {
        let (before, after) = (lines(old), lines(new))
        guard before != after else { return "" }
        var start = 0
        while start < min(before.count, after.count), before[start] == after[start] { start += 1 }
        var tail = 0
        while tail < min(before.count, after.count) - start,
            before[before.count - 1 - tail] == after[after.count - 1 - tail]
        { tail += 1 }
        let first = max(0, start - contextMax)
        let below = min(tail, contextMax)
        let removed = before[start..<(before.count - tail)]
        let added = after[start..<(after.count - tail)]
        let counts = (old: start - first + removed.count + below, new: start - first + added.count + below)
        let shown = Escaped(path, charactersMax: 1_024).bare
        return "--- a/\(shown)\n+++ b/\(shown)\n@@ -\(first + 1),\(counts.old) +\(first + 1),\(counts.new) @@\n"
            + text(" ", before[first..<start]) + text("-", removed) + text("+", added)
            + text(" ", before[(before.count - tail)..<(before.count - tail + below)])
    }

    private static func lines(_ text: [UInt8]) -> [String] {
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func text(_ sign: String, _ lines: ArraySlice<String>) -> String {
        lines.map { sign + Escaped($0, charactersMax: 1_024).bare + "\n" }.joined()
    }
}
