/// Quoting for lines that people paste. havirt itself hands no data to any shell as text.
enum ShellQuote {
    /// Words as one line of a POSIX shell.
    static func line(_ words: [String]) -> String { words.map(word).joined(separator: " ") }

    /// One word: bare where every shell agrees on it, else in single quotes.
    static func word(_ text: String) -> String {
        guard text.isEmpty || !text.utf8.allSatisfy(isPlain) else { return text }
        var quoted = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
        }
        return quoted + "'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"): true
        case UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: ","), UInt8(ascii: "%"): true
        default: false
        }
    }
}
