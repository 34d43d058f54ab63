/// Why a YAML text is refused.
public struct YAMLProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable code in kebab case: `anchor`.
    public let code: String
    /// What is wrong, escaped.
    public let message: String
    /// What to do about it, where that is known.
    public let hint: String?
    /// Where.
    public let mark: YAMLMark

    init(_ code: String, _ mark: YAMLMark, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.mark = mark
    }

    /// `line:column: code: message`
    public var description: String { "\(mark.line):\(mark.column): \(code): \(message)" }

    /// The problem as a finding in `file`.
    public func finding(in file: String) -> Finding {
        Finding(.error, mark.place(in: file), code: code, message, hint: hint)
    }
}

/// What reading a YAML text brought: as much as could be read, and all that is wrong with it.
public struct YAMLDocument: Equatable, Sendable {
    /// The value; nil when the text could not be read at all.
    public let root: YAMLNode?
    /// All problems, in the order of the text.
    public let problems: [YAMLProblem]
}

/// How large a YAML text may become.
public struct YAMLLimits: Sendable {
    /// How deep values may be nested.
    public var depthMax = 16
    /// How many values and keys there may be.
    public var nodesMax = 10_000
    /// How many problems are reported before reading ends.
    public var problemsMax = 100
    /// Whether keys beyond ASCII are refused: two spellings of one letter are two keys to a computer only.
    public var demandsASCIIKeys = true

    /// The limits for files of the repository.
    public init() {}

    /// The limits for havirt's own records, which may be large.
    public static var records: YAMLLimits {
        var limits = YAMLLimits()
        limits.nodesMax = 20_000_000
        limits.demandsASCIIKeys = false
        return limits
    }
}
