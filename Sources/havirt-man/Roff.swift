/// Text on its way into a page: nothing of it becomes a macro or an escape.
enum Roff {
    /// mandoc's own advice.
    private static let columnsMax = 78

    /// A line of running text, or an argument of a macro.
    static func escape(_ text: some StringProtocol) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": line += "\\e"
            case _ where scalar.isASCII: line.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                line += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            }
        }
        return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }

    /// A paragraph as lines, each sentence on lines of its own, as mdoc wants it.
    static func fill(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace).map(String.init) {
            if !line.isEmpty, isSentence(line, before: word) || line.count + 1 + word.count > columnsMax {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? word : " " + word
        }
        return (line.isEmpty ? lines : lines + [line]).map { escape($0) }
    }

    private static func isSentence(_ line: String, before word: String) -> Bool {
        let bare = line.last.map { ")\"'".contains($0) } == true ? line.dropLast() : line[...]
        return bare.last.map { ".!?".contains($0) } == true && bare.count > 1 && word.first?.isLowercase != true
    }

    /// Lines that stay as they are.
    static func literal(_ lines: [String]) -> [String] {
        [".Bd -literal"] + lines.map { escape($0) } + [".Ed"]
    }
}
