/// What a scalar without quotes may be taken for by YAML 1.1 and 1.2.
enum YAMLScalar {
    /// Whether the text is one of YAML's spellings of "nothing".
    static func isNull(_ text: String) -> Bool {
        text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }

    /// Whether YAML 1.1 takes the text for a boolean.
    static func isBoolean(_ text: String) -> Bool {
        guard text.utf8.count <= 5 else { return false }
        return booleans.contains(text.lowercased())
    }

    /// Whether some YAML takes the text for a number: decimal, hexadecimal, octal, base 60, with underscores, `.inf`.
    static func isNumberLike(_ text: String) -> Bool {
        let lower = text.lowercased()
        if [".inf", "-.inf", "+.inf", ".nan"].contains(lower) { return true }
        var body = Substring(lower)
        if body.first == "-" || body.first == "+" { body = body.dropFirst() }
        if body.first == "." { body = body.dropFirst() }
        guard let first = body.utf8.first, (0x30...0x39).contains(first) else { return false }
        // Wider than any YAML's grammar, dates included: to quote too much is harmless, to quote too little is not.
        if ["0x", "0o", "0b"].contains(where: body.hasPrefix) { return true }
        return body.utf8.allSatisfy { (0x30...0x39).contains($0) || numberMarks.contains($0) }
    }

    private static let numberMarks: Set<UInt8> = Set("_.:+-etz ".utf8)

    /// Whether a text must be quoted to be read back as the same text by any reader of YAML 1.1 or 1.2.
    static func needsQuotes(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        if isNull(text) || isBoolean(text) || isNumberLike(text) || text == "<<" || text == "=" { return true }
        // A plain text begins with a letter, a digit, a slash or a dot, so that no indicator can be meant.
        guard NameGrammar.isAlphanumeric(first) || first == 0x2F || first == 0x2E || first == 0x5F || first >= 0x80,
            last != 0x20, last != 0x3A
        else { return true }
        if text == "..." { return true }
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte < 0x20 || byte == 0x7F || (byte == 0x23 && previous == 0x20) || (byte == 0x20 && previous == 0x3A) {
                return true
            }
            previous = byte
        }
        // Line separators, byte order marks and what else does not print.
        return !text.utf8.allSatisfy { $0 < 0x80 } && !text.unicodeScalars.allSatisfy(isPrintable)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    private static let booleans: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false"]
}
