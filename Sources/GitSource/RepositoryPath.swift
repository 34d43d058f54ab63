internal import StateSpec

/// A folder inside a repository, such as `examples/office/cluster.d`; empty for the repository's own top.
struct RepositoryPath {
    let parts: [String]

    private init(parts: [String]) { self.parts = parts }

    /// Refuses what could lead elsewhere: an absolute path, `..`, `.git` and control characters. `.` is the top.
    init(_ text: String) throws(GitError) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.last == "" { parts.removeLast() }
        if parts.first == "." { parts.removeFirst() }
        let objection: String? =
            if text.hasPrefix("/") {
                "it must be relative to the repository's top"
            } else if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.lowercased() == ".git" }) {
                "'.', '..', '.git' and empty parts may not stand in it"
            } else if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
                "control characters may not stand in it"
            } else {
                nil
            }
        if let objection { throw .invalid("read the folder \(Escaped(text))", objection) }
        self.parts = parts
    }

    /// The folder that a file at this path stands in, and its name there.
    func file() throws(GitError) -> (folder: RepositoryPath, name: String) {
        guard let name = parts.last else { throw .invalid("read the file \(shown)", "that is the top, and no file") }
        return (RepositoryPath(parts: parts.dropLast()), name)
    }

    /// "cluster.d", or "." for the top. Safe to print.
    var shown: String { parts.isEmpty ? "." : Escaped(parts.joined(separator: "/")).bare }
}

/// Texts that lead a person from a folder that is missing to one that is there.
enum FolderHint {
    /// How deep is searched for another `cluster.yaml`.
    static let depthMax = 3

    static func text(folders: [String]) -> String {
        if folders.isEmpty { return "no folder down to the third level holds a cluster.yaml" }
        let shown = folders.prefix(10).map { Escaped($0).bare }.joined(separator: ", ")
        return "a cluster.yaml stands in " + shown + (folders.count > 10 ? ", …" : "")
    }
}
