internal import FoundationEssentials
internal import Reconciler

/// One entry as one line of JSON.
enum JournalLine {
    /// Longer lines are not written, and not believed to be ours.
    static let bytesMax = 64 << 10
    /// To how much a text is cut when its line would become too long; escaped, four of them still fit.
    private static let cutMax = 2 << 10

    /// The line with its newline. Texts that would make it too long are cut, and end in `…`.
    static func bytes(_ entry: JournalEntry) throws -> [UInt8] {
        var line = try encode(entry)
        if line.count > bytesMax {
            var short = entry
            short.action = entry.action.map(cut)
            short.reason = entry.reason.map(cut)
            short.command = entry.command.map(cut)
            short.result = entry.result.map(cut)
            line = try encode(short)
        }
        return line
    }

    /// The entry; nil for a line that was cut or is none of ours.
    static func entry(_ line: ArraySlice<UInt8>) -> JournalEntry? {
        guard line.count <= bytesMax else { return nil }
        return try? JSONDecoder().decode(JournalEntry.self, from: Data(line))
    }

    private static func encode(_ entry: JournalEntry) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(entry)) + [0x0A]
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > cutMax else { return text }
        return String(decoding: text.utf8.prefix(cutMax), as: UTF8.self) + "…"
    }
}
