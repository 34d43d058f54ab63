public import StateSpec

/// Something about the cluster that a person should know.
public struct Alert: Hashable, Codable, Comparable, Sendable {
    /// How bad.
    public let severity: Severity
    /// A stable code in kebab case: one of `AlertCode`.
    public let code: String
    /// The node, domain or other object that it is about, escaped.
    public let subject: String
    /// The node where it is so; nil where it is about no single one.
    public let node: NodeName?
    /// One line, escaped.
    public let message: String
    /// What to do about it, in words, escaped; nil where the message says it, or the remedies do.
    public let hint: String?
    // Nil for none, so that plans without any do not mention them.
    private let commands: [Remedy]?

    /// Commands that end it, in order, for a person to paste.
    public var remedies: [Remedy] { commands ?? [] }

    private enum CodingKeys: String, CodingKey {
        case severity, code, subject, node, message, hint
        case commands = "remedies"
    }

    /// An alert.
    public init(
        severity: Severity, code: String, subject: String, node: NodeName? = nil, message: String, hint: String? = nil,
        remedies: [Remedy] = []
    ) {
        self.severity = severity
        self.code = code
        self.subject = subject
        self.node = node
        self.message = message
        self.hint = hint
        commands = remedies.isEmpty ? nil : remedies
    }

    /// The same with another severity.
    func demoted(to severity: Severity) -> Alert {
        Alert(
            severity: severity, code: code, subject: subject, node: node, message: message, hint: hint,
            remedies: remedies)
    }

    /// The worst first, then by subject, code, message and node.
    public static func < (left: Self, right: Self) -> Bool {
        if left.severity != right.severity { return left.severity > right.severity }
        return (left.subject, left.code, left.message, left.node?.text ?? "")
            < (right.subject, right.code, right.message, right.node?.text ?? "")
    }
}
