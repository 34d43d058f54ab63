public import StateSpec

/// What a person should know about an adoption: what is left out of it and why, and what was decided for them.
public struct AdoptionFinding: Hashable, Comparable, Codable, Sendable {
    /// How bad: an error is unsafe as it is, a warning left out or changed something, a notice explains.
    public let severity: Severity
    /// A stable code in kebab case.
    public let code: String
    /// The domain or node that it is about, escaped.
    public let subject: String
    /// One line, escaped.
    public let message: String
    /// What to do about it, where that is known.
    public let hint: String?

    init(_ severity: Severity, _ code: String, _ subject: String, _ message: String, hint: String? = nil) {
        self.severity = severity
        self.code = code
        self.subject = subject
        self.message = message
        self.hint = hint
    }

    /// The worst first, then by code, subject and message: what is cured alike stands together.
    public static func < (left: Self, right: Self) -> Bool {
        left.severity != right.severity
            ? left.severity > right.severity
            : (left.code, left.subject, left.message) < (right.code, right.subject, right.message)
    }
}

/// Why nothing at all is adopted.
public struct AdoptionRefusal: Error, Sendable, CustomStringConvertible {
    /// One line, escaped, with what to do.
    public let description: String
    /// Findings, where files of the repository are to blame.
    public let findings: [Finding]
    /// Why domains were left out, where none is left.
    public let leftOut: [AdoptionFinding]

    init(_ description: String, findings: [Finding] = [], leftOut: [AdoptionFinding] = []) {
        self.description = description
        self.findings = findings
        self.leftOut = leftOut.sorted()
    }
}
