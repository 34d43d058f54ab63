import Foundation

/// A file of the repository.
struct RepositoryFile: Sendable {
    /// Its path from the top.
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var isSwift: Bool { path.hasSuffix(".swift") }
    /// The target's folder: `StateSpec` of `Sources/StateSpec/Finding.swift`.
    var target: String? { path.split(separator: "/").dropFirst().first.map(String.init) }
}

/// git did not list the files.
struct GitFailed: Error {
    /// As pclose(3) gives it.
    let status: Int32
    /// The error number, where the status is -1.
    let number: Int32
}

/// The files that are, or could be, committed.
struct Repository: Sendable {
    let root: String
    /// Paths from the top, sorted.
    let paths: [String]

    static let bytesMax = 1 << 20

    /// The repository that this file is in.
    static let here = Result { try Repository() }

    private init() throws {
        let file = URL(fileURLWithPath: #filePath)
        root = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
        // Not yet committed files count, so that a rule is broken before the commit and not after it.
        guard let pipe = popen("git -C '\(root)' ls-files -z --cached --others --exclude-standard", "r") else {
            throw POSIXError(.ENOENT)
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
        let status = pclose(pipe)
        guard status == 0 else { throw GitFailed(status: status, number: errno) }
        let names = Set(bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
        let root = root
        // A file that was deleted and not yet committed as such is still listed.
        paths = names.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)") }.sorted()
    }

    /// The text files below the given folders with one of the endings.
    func files(_ folders: [String] = [""], endings: [String]) throws -> [RepositoryFile] {
        try paths.filter { path in
            folders.contains { path.hasPrefix($0) } && endings.contains { path.hasSuffix($0) }
        }.map { path in
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)"))
            return RepositoryFile(path: path, text: String(decoding: data, as: UTF8.self))
        }
    }

    func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")[.size] as? Int ?? 0
    }
}
