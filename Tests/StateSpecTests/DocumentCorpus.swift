import FoundationEssentials
import Testing

@testable import StateSpec

/// Documents of git's kind, and what libvirt 9.0 made of each: `Data/Documents/README.md`.
struct DocumentCorpus: CustomTestStringConvertible, Sendable {
    let name: String
    let git: DomainDocument
    let node: DomainDocument
    let form: DocumentForm

    var testDescription: String { name }

    static let all: [DocumentCorpus] = {
        do {
            return try list("git", "persistent", .persistent) + list("git-running", "live", .live)
        } catch {
            preconditionFailure("the documents of the tests cannot be read: \(error)")
        }
    }()

    static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root + folder).sorted()
    }

    private static let root =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        + "/Data/Documents/"

    private static func list(_ git: String, _ node: String, _ form: DocumentForm) throws -> [DocumentCorpus] {
        try names(git).map { name in
            DocumentCorpus(
                name: name, git: try document("\(git)/\(name)"), node: try document("\(node)/\(name)"), form: form)
        }
    }

    private static func document(_ name: String) throws -> DomainDocument {
        try DomainDocument(bytes(name))
    }

    /// `git/pc.xml`.
    static func bytes(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: root + name))) }
}

extension DomainDocument {
    init(text: String) throws { self = try DomainDocument(Array(text.utf8)) }

    /// This document with one change.
    func changed(_ change: (inout DomainElement) -> Void) -> DomainDocument {
        var root = root
        change(&root)
        return DomainDocument(root: root)
    }
}

extension DocumentDifference {
    /// `path: git -> node (class)`
    var words: String { "\(path): \(gitText ?? "-") -> \(nodeText ?? "-") (\(driftClass.rawValue))" }
}
