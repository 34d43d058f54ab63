/// How bad a finding is. Errors stop a commit from being used.
public enum Severity: String, Codable, Comparable, Sendable, CaseIterable {
    /// Worth knowing.
    case notice
    /// Wrong, but nothing is unsafe.
    case warning
    /// A commit with one is refused whole.
    case error

    private var rank: Int {
        switch self {
        case .notice: 0
        case .warning: 1
        case .error: 2
        }
    }

    /// Milder first.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// A place in a file of the repository; line and column count from 1, in characters.
public struct Place: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// Path below the repository's `cluster.d`, such as `domains/web1.yaml`; or "commit 0123456789".
    public let file: String
    /// Line, from 1; 0 where it is about a commit and no file.
    public let line: Int
    /// Column, from 1; 0 where it is about a commit and no file.
    public let column: Int

    /// A place; without line and column, the file's beginning.
    public init(file: String, line: Int = 1, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// A commit as a whole, and none of its files.
    public static func commit(_ commit: ObjectID) -> Place { Place(file: "commit \(commit.short)", line: 0, column: 0) }

    /// `file:line:column`, the file name escaped; of a commit no line.
    public var description: String { Escaped(file).bare + (line == 0 ? "" : ":\(line):\(column)") }

    /// By file, then line, then column.
    public static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// One thing wrong with a file, with a stable code and a place.
public struct Finding: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// How bad.
    public let severity: Severity
    /// Where.
    public let place: Place
    /// A stable code in kebab case: `unknown-key`.
    public let code: String
    /// What is wrong, one line, already escaped.
    public let message: String
    /// What to do about it, where that is known.
    public let hint: String?

    /// A finding.
    public init(_ severity: Severity, _ place: Place, code: String, _ message: String, hint: String? = nil) {
        self.severity = severity
        self.place = place
        self.code = code
        // Values are escaped where they are put in; a hint that repeats one may have forgotten to.
        self.message = Escaped.shown(message)
        self.hint = hint.map { Escaped.shown($0) }
    }

    /// `file:line:column: code: message (hint)`
    public var description: String {
        "\(place): \(code): \(message)" + (hint.map { " (\($0))" } ?? "")
    }

    /// By place, then code, then message.
    public static func < (left: Self, right: Self) -> Bool {
        left.place != right.place
            ? left.place < right.place : (left.code, left.message) < (right.code, right.message)
    }
}
