import Glibc
import StateSpec

/// Where output goes, and what it can show.
enum Terminal {
    /// Whether standard output is a terminal that wants colours.
    static var wantsColour: Bool { isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil }

    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Prints a line on standard error.
    static func note(_ line: String) { write(STDERR_FILENO, Array((shown(line, hasColour: false) + "\n").utf8)) }

    /// Shows what is going on, on a terminal only; the next note overwrites it.
    static func progress(_ line: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        write(STDERR_FILENO, Array("\r\u{1B}[2K\(line)".utf8))
    }

    /// Takes the progress line away.
    static func progressDone() {
        guard isatty(STDERR_FILENO) == 1 else { return }
        write(STDERR_FILENO, Array("\r\u{1B}[2K".utf8))
    }

    /// Prints text on standard output.
    static func out(_ text: String) { write(STDOUT_FILENO, Array(shown(text, hasColour: wantsColour).utf8)) }

    /// The last door of all text: each value is escaped where it is put in, and what was forgotten is escaped here.
    private static func shown(_ text: String, hasColour: Bool) -> String {
        let isLayout = { (scalar: Unicode.Scalar) in scalar == "\n" || scalar == "\t" }
        guard hasColour else { return Escaped.shown(text, keeping: isLayout) }
        // Of escape sequences only those that set colours are ours.
        let parts = text.split(separator: "\u{1B}", omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part in
            let isColour = part.first == "[" && part.dropFirst().first { !$0.isNumber && $0 != ";" } == "m"
            let escape = index == 0 ? "" : isColour ? "\u{1B}" : "\\u{1b}"
            return escape + Escaped.shown(String(part), keeping: isLayout)
        }.joined()
    }

    /// Prints a document of git or of a node: as it is for a program, and on a terminal so that nothing in it moves the
    /// cursor.
    static func document(_ bytes: some Sequence<UInt8>) {
        guard isInteractive else { return write(STDOUT_FILENO, Array(bytes)) }
        let lines = String(decoding: Array(bytes), as: UTF8.self).unicodeScalars
            .split(separator: "\n", omittingEmptySubsequences: false)
        out(
            lines.map { Escaped(String($0), charactersMax: 10_000).bare.replacing("\\\\", with: "\\") }.joined(
                separator: "\n"))
    }

    /// Writes all bytes. A reader that went away ends the program, like any other filter's.
    static func write(_ descriptor: Int32, _ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { exit(errno == EPIPE ? 141 : 1) }
            sent += count
        }
    }
}
