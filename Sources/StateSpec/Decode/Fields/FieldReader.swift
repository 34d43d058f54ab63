/// Reads the keys of one mapping, strictly: each unknown key and each wrong value becomes a finding, and the others
/// are read all the same. A getter answers nil both for an absent key and for a wrong value.
public struct FieldReader {
    /// Where the mapping begins.
    public let mark: YAMLMark
    /// Takes the findings.
    public let findings: FindingCollector
    /// The path of the mapping inside the file, `budgets.`; empty at the top.
    let prefix: String
    private let entries: [YAMLEntry]
    private let keys: [String]

    /// Nil, with a finding, when `node` is no mapping. Keys other than `keys` are reported at once.
    public init?(_ node: YAMLNode, path: String = "", keys: [String], findings: FindingCollector) {
        guard case .mapping(let entries) = node.content else {
            if node.content != .refused {
                findings.add(
                    at: node.mark, "wrong-type", "\(path.isEmpty ? "the file" : path) takes keys, not \(node.title)",
                    hint: Suggestion.hint(for: "", among: keys))
            }
            return nil
        }
        mark = node.mark
        self.findings = findings
        prefix = path.isEmpty ? "" : path + "."
        self.entries = entries
        self.keys = keys
        for entry in entries where !keys.contains(entry.key) { reportUnknown(entry) }
    }

    /// The entries that are known, in the order of the file.
    public var known: [YAMLEntry] { entries.filter { keys.contains($0.key) } }

    /// Whether the key stands in the file, whatever its value.
    public func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// Where the key stands.
    public func mark(of key: String) -> YAMLMark? { entries.first { $0.key == key }?.mark }

    /// The value as it stands; nil, with a finding, for null.
    public func node(_ key: String) -> YAMLNode? {
        assert(keys.contains(key), "\(prefix)\(key) is read but not declared")
        guard let entry = entries.first(where: { $0.key == key }), entry.value.content != .refused else { return nil }
        if case .plain(let text) = entry.value.content, YAMLScalar.isNull(text) {
            findings.add(
                at: entry.mark, "null-value", "'\(prefix)\(key)' has no value", hint: "remove the key or give it one")
            return nil
        }
        return entry.value
    }

    /// Reports the key as missing unless it stands in the file.
    public func demand(_ key: String) {
        if !has(key) { findings.add(at: mark, "missing-key", "the key '\(prefix)\(key)' is missing") }
    }

    /// The keys of a mapping inside this one.
    public func nested(_ key: String, keys: [String]) -> FieldReader? {
        node(key).flatMap { FieldReader($0, path: prefix + key, keys: keys, findings: findings) }
    }

    /// The items of a list. A single value stands for a list of one.
    public func items(_ key: String) -> [YAMLNode]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let items) = node.content else { return [node] }
        return items
    }

    private func reportUnknown(_ entry: YAMLEntry) {
        if Self.secretWords.contains(entry.key.lowercased()) {
            // The value is never shown: a finding ends up in logs and in the comments of a pull request.
            findings.add(
                at: entry.mark, "secret-in-git", "'\(prefix)\(entry.key)' would put a secret into git",
                hint: "name a file or a credential of the node instead, and change the secret")
            return
        }
        findings.add(
            at: entry.mark, "unknown-key", "the key \(Escaped(prefix + entry.key)) is unknown",
            hint: Suggestion.hint(for: entry.key, among: keys))
    }

    private static let secretWords: Set<String> = [
        "password", "passwd", "passphrase", "secret", "password_in", "passwordin", "token", "privatekey",
    ]
}
