/// Why a domain's XML is refused outright.
public struct XMLProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable code in kebab case: `doctype`.
    public let code: String
    /// What is wrong, escaped.
    public let message: String
    /// What to do about it, where that is known.
    public let hint: String?
    /// Where.
    public let mark: YAMLMark

    init(_ code: String, at mark: YAMLMark = YAMLMark(line: 1, column: 1), _ message: String, hint: String? = nil) {
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

/// What is wrong with a domain's XML although it can be read.
public struct XMLRemark: Hashable, Sendable {
    /// How bad it is in a repository.
    public let severity: Severity
    /// A stable code in kebab case: `uuid-spelling`.
    public let code: String
    /// What is wrong, escaped.
    public let message: String
    /// What to do about it, where that is known.
    public let hint: String?
    /// Where.
    public internal(set) var mark: YAMLMark

    /// The remark as a finding in `file`.
    public func finding(in file: String) -> Finding {
        Finding(severity, mark.place(in: file), code: code, message, hint: hint)
    }
}
