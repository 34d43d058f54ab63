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
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            return "\\u{\(String(scalar.value, radix: 16))}"
        default:
            return scalar == "\\" ? "\\\\" : String(Character(scalar))
        }
    }
}
