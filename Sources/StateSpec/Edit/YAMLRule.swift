/// One key of a file's own mapping with its value, as it is written.
public struct YAMLRule: Equatable, Sendable {
    /// The key.
    public let key: String
    /// Its bytes and those of its value, without what stands behind them on the line.
    public let bytes: [UInt8]

    /// The rule whose key stands on a line, counted from 1; nil if there is none, or the text cannot be read.
    public static func at(line: Int, in text: [UInt8]) -> YAMLRule? {
        find(in: text) { entry in
            text[..<entry.start].count { $0 == 0x0A } + 1 == line
        }
    }

    /// The rule of a key; nil if there is none, or the text cannot be read.
    public static func of(_ key: String, in text: [UInt8]) -> YAMLRule? {
        find(in: text) { $0.key.utf8.elementsEqual(key.utf8) }
    }

    private static func find(in text: [UInt8], where isMeant: (YAMLExtents.Entry) -> Bool) -> YAMLRule? {
        guard YAMLReader.read(text).problems.isEmpty else { return nil }
        do throws(YAMLProblem) {
            return try YAMLExtents(text).entries.first(where: isMeant).map { entry in
                YAMLRule(key: entry.key, bytes: Array(text[entry.start..<entry.end]))
            }
        } catch {
            // An older version may be anything; it does not have the rule alike.
            return nil
        }
    }
}
