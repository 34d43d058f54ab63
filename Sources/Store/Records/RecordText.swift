internal import StateSpec

/// A value of a record file, on its way to text.
indirect enum RecordValue {
    /// Text whose spelling is known to need no quotes: numbers, times, uuids, names.
    case word(String)
    /// Any text.
    case text(String)
    case list([RecordValue])
    case fields([(key: String, value: RecordValue)])

    static func word(_ value: some CustomStringConvertible) -> RecordValue { .word(value.description) }

    /// Whether it takes lines of its own.
    var isBlock: Bool {
        switch self {
        case .word, .text: false
        case .list(let items): !items.isEmpty
        case .fields(let fields): !fields.isEmpty
        }
    }

    /// The fields that have a value.
    static func some(_ fields: KeyValuePairs<String, RecordValue?>) -> RecordValue {
        .fields(fields.compactMap { key, value in value.map { (key, $0) } })
    }

    /// An amount of memory in the largest unit that keeps it exact.
    static func memory(_ size: MemorySize) -> RecordValue {
        let units: [(String, UInt64)] = [("TiB", 1 << 30), ("GiB", 1 << 20), ("MiB", 1 << 10)]
        for (name, factor) in units where size.kibibytes > 0 && size.kibibytes % factor == 0 {
            return .word("\(size.kibibytes / factor) \(name)")
        }
        return .word("\(size.kibibytes) KiB")
    }
}

/// Writes record files: YAML in the one style that havirt's own reader, and any other, takes.
struct RecordText {
    private var text: String

    /// The file's bytes: a comment for people, then the fields.
    static func bytes(_ value: RecordValue, comment: String) -> [UInt8] {
        var writer = RecordText(text: "# \(comment)\n")
        writer.write(value, indent: 0)
        return Array(writer.text.utf8)
    }

    /// Writes a value; `lead` stands before its first line in place of the indentation.
    private mutating func write(_ value: RecordValue, indent: Int, lead: String? = nil) {
        let margin = String(repeating: " ", count: indent)
        var lead = lead ?? margin
        switch value {
        case .fields(let fields) where !fields.isEmpty:
            for field in fields {
                text += lead + field.key + ":"
                if field.value.isBlock {
                    text += "\n"
                    write(field.value, indent: indent + 2)
                } else {
                    text += " " + inline(field.value) + "\n"
                }
                lead = margin
            }
        case .list(let items) where !items.isEmpty:
            for item in items {
                write(item, indent: indent + 2, lead: lead + "- ")
                lead = margin
            }
        default:
            text += lead + inline(value) + "\n"
        }
    }

    private func inline(_ value: RecordValue) -> String {
        switch value {
        case .word(let word): word
        case .text(let text): Self.quoted(text)
        case .list: "[]"
        case .fields: "{}"
        }
    }

    /// Double quotes unless the text is plainly a word: everything beyond printable ASCII and letters is escaped.
    private static func quoted(_ text: String) -> String {
        if isPlain(text) { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case " "..."~": quoted.unicodeScalars.append(scalar)
            default:
                if scalar.value > 0xA0, scalar.properties.isAlphabetic, scalar.properties.generalCategory != .unassigned
                {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
                }
            }
        }
        return quoted + "\""
    }

    /// Letters, digits and what stands inside words, beginning with a letter, and no word that YAML takes for a
    /// boolean or for nothing.
    private static func isPlain(_ text: String) -> Bool {
        let isLetter = { (byte: UInt8) in (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
        guard let first = text.utf8.first, isLetter(first), text.utf8.last != 0x20,
            text.utf8.allSatisfy({
                isLetter($0) || (0x30...0x39).contains($0) || [0x20, 0x2D, 0x2E, 0x2F, 0x40, 0x5F].contains($0)
            })
        else { return false }
        return !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(text.lowercased())
    }
}
