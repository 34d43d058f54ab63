/// Gathers what is wrong with one file while it is decoded, so that one mistake never hides another.
public final class FindingCollector {
    /// The file that the findings name.
    public let file: String
    /// What was found so far.
    public private(set) var findings: [Finding] = []

    /// A collector for one file.
    public init(file: String) { self.file = file }

    /// Whether anything found is an error.
    public var hasErrors: Bool { findings.contains { $0.severity == .error } }

    /// Notes a finding at a mark of the file.
    public func add(
        _ severity: Severity = .error, at mark: YAMLMark, _ code: String, _ message: String, hint: String? = nil
    ) {
        findings.append(Finding(severity, mark.place(in: file), code: code, message, hint: hint))
    }

    /// Notes what the YAML reader refused.
    public func add(_ problems: [YAMLProblem]) {
        for problem in problems { findings.append(problem.finding(in: file)) }
    }

    /// Notes findings that were made elsewhere.
    func add(_ others: [Finding]) { findings += others }
}
