/// What a path below `cluster.d` stands for.
enum SpecPath: Hashable, Sendable {
    case cluster
    case node(NodeName)
    case domainYAML(DomainName)
    case domainXML(DomainName)
    case iscsi(PortalName)
    /// A file for people or for git, which havirt leaves alone.
    case ignored

    static let folders = ["nodes", "domains", "iscsi"]

    /// Reads a path; why it is none of havirt's is thrown as a finding.
    static func read(_ path: String) throws(SpecPathError) -> SpecPath {
        let parts = path.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        if parts.contains(where: { $0.count == 4 && Substring($0).lowercased() == ".git" }) {
            throw SpecPathError("git-entry", "an entry named .git stands in the tree")
        }
        let file = parts.last.map { String(Substring($0)) } ?? ""
        if parts.count <= 2, isIgnored(file) { return .ignored }
        if parts.count == 1 {
            if file == "cluster.yaml" { return .cluster }
            throw SpecPathError(
                "unknown-file", "\(Escaped(path)) is none of havirt's files",
                hint: Suggestion.hint(for: file, among: ["cluster.yaml"] + folders.map { $0 + "/" }))
        }
        let folder = String(Substring(parts[0]))
        guard parts.count == 2, folders.contains(folder) else {
            throw SpecPathError(
                "unknown-folder", "\(Escaped(path)) stands in none of havirt's folders",
                hint: Suggestion.hint(for: folder, among: folders))
        }
        return try object(folder, file)
    }

    private static func object(_ folder: String, _ file: String) throws(SpecPathError) -> SpecPath {
        let isXML = folder == "domains" && file.hasSuffix(".xml")
        guard isXML || file.hasSuffix(".yaml") else {
            let stem = Escaped(String(file.prefix { $0 != "." }), charactersMax: 60).bare
            let wanted = folder == "domains" ? "\(stem).xml or \(stem).yaml" : "\(stem).yaml"
            throw SpecPathError("unknown-file", "\(Escaped(file)) is none of havirt's files", hint: "call it \(wanted)")
        }
        let stem = String(file.dropLast(isXML ? 4 : 5))
        do throws(NameError) {
            switch folder {
            case "nodes": return .node(try NodeName(stem))
            case "iscsi": return .iscsi(try PortalName(stem))
            default: return isXML ? .domainXML(try DomainName(stem)) : .domainYAML(try DomainName(stem))
            }
        } catch {
            throw SpecPathError("invalid-name", "the file's name is no \(error.title): \(error)")
        }
    }

    private static func isIgnored(_ file: String) -> Bool {
        file.hasPrefix("README") || file == ".gitkeep" || file == ".gitignore" || file == ".gitattributes"
            || file == "CODEOWNERS" || file == "LICENSE"
    }
}

/// Why a path is none of havirt's.
struct SpecPathError: Error {
    let code: String
    let message: String
    let hint: String?

    init(_ code: String, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    func finding(at path: String) -> Finding { Finding(.error, Place(file: path), code: code, message, hint: hint) }
}
