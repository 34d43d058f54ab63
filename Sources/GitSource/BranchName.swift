internal import StateSpec

/// A branch's name without `refs/heads/`, by the rules of git-check-ref-format(1).
public struct BranchName: Hashable, Sendable, CustomStringConvertible {
    /// As written.
    public let text: String

    /// Fails with the reason when `text` is no branch name.
    public init(_ text: String) throws(MirrorError) {
        if let objection = Self.objection(to: text) {
            throw .refused("\(Escaped(text)) is no branch name: \(objection)")
        }
        self.text = text
    }

    /// As written.
    public var description: String { text }

    private static func objection(to text: String) -> String? {
        if text.isEmpty || text.utf8.count > 200 { return "it is empty or longer than 200 bytes" }
        if text.hasPrefix("-") { return "it would be taken for an option" }
        if Escaped(text, charactersMax: 1_024).bare != text || text.contains(where: { " ~^:?*[\\".contains($0) }) {
            return "control characters, blanks and ~^:?*[\\ may not stand in it"
        }
        if text.contains("..") || text.contains("@{") || text == "@" || text == "HEAD" || text.hasSuffix(".") {
            return "git would read it as something else"
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") || $0.hasSuffix(".lock") }) {
            return "a part between '/' is empty, begins with '.' or ends with '.lock'"
        }
        return nil
    }
}
