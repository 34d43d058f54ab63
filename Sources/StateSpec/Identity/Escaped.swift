/// Text from git or from a node, made safe to print: control, format and bidirectional characters become `\u{…}`,
/// the backslash is doubled, and the length is bounded.
public struct Escaped: CustomStringConvertible, Sendable {
    private let text: String

    /// Wraps `text`; at most `charactersMax` scalars are shown.
    public init(_ text: String, charactersMax: Int = 200) {
        var shown = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == charactersMax {
                shown += "…"
                break
            }
            shown += Self.escape(scalar)
        }
        self.text = shown
    }

    /// The safe text in single quotes.
    public var description: String { "'\(text)'" }

    /// The safe text without quotes.
    public var bare: String { text }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        if isObeyed(scalar) { return code(scalar) }
        return scalar == "\\" ? "\\\\" : String(Character(scalar))
    }

    private static func code(_ scalar: Unicode.Scalar) -> String { "\\u{\(String(scalar.value, radix: 16))}" }

    /// Whether a terminal would do something for it instead of showing it, such as to move the cursor or to turn the
    /// direction of writing; or show nothing at all.
    public static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Text that has been put together, with nothing in it that a terminal would obey but what `keeps` lets pass. What is
    /// escaped in it already stays as it is.
    public static func shown(_ text: String, keeping keeps: (Unicode.Scalar) -> Bool = { _ in false }) -> String {
        // Nearly all text is plain, and is then passed through.
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) || ($0 == 0x0A && keeps("\n")) }
        if isPlain { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isObeyed(scalar), !keeps(scalar) { shown += code(scalar) } else { shown.unicodeScalars.append(scalar) }
        }
        return shown
    }
}
