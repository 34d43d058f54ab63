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
        // Wider than any YAML's grammar: to quote too much is harmless, to quote too little changes the value.
        return body.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || byte == 0x78 || byte == 0x6F
                || byte == 0x5F || byte == 0x2E || byte == 0x3A || byte == 0x2B || byte == 0x2D || byte == 0x74
                || byte == 0x7A || byte == 0x20
        }
    }

    private static let booleans: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false"]
}
