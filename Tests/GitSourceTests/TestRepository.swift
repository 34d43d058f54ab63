import ChildProcess
import GitSource
import Glibc
import StateSpec

/// A folder under /tmp that goes away with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/havirt-git-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { system("rm -rf \(path)") }

    func write(_ name: String, _ text: String) throws {
        let full = path + "/" + name
        if let slash = full.lastIndex(of: "/") { system("mkdir -p '\(full[..<slash])'") }
        let file = open(full, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw TestFailure(message: full) }
    }
}

struct TestFailure: Error { let message: String }

/// A real repository, made with the `git` command.
struct TestRepository: Sendable {
    let folder: TemporaryFolder
    let path: String

    /// An empty repository on branch main.
    init(bare: Bool = false) async throws {
        folder = TemporaryFolder()
        path = folder.path
        try await git(["init", "--quiet", "--initial-branch=main"] + (bare ? ["--bare"] : []))
    }

    private init(folder: TemporaryFolder) {
        self.folder = folder
        path = folder.path
    }

    /// A bare copy.
    func bareClone() async throws -> TestRepository {
        let clone = TestRepository(folder: TemporaryFolder())
        try await git(["clone", "--quiet", "--bare", path, clone.path])
        return clone
    }

    @discardableResult
    func git(_ arguments: [String], input: String = "") async throws -> String {
        let environment = [
            "HOME": path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.org",
            "GIT_COMMITTER_NAME": "Carl", "GIT_COMMITTER_EMAIL": "carl@example.org",
            "GIT_AUTHOR_DATE": "1700000000 +0100", "GIT_COMMITTER_DATE": "1700000001 +0100",
        ]
        let result = try await runChild(
            ChildRequest(
                executable: "git", arguments: arguments, environment: environment, workingDirectory: path,
                input: Array(input.utf8)))
        guard result.exit == .code(0) else {
            throw TestFailure(message: "git \(arguments): \(String(decoding: result.errorOutput, as: UTF8.self))")
        }
        return String(decoding: result.output, as: UTF8.self).trimmingNewline
    }

    /// Writes files, commits all of the work tree and returns the commit.
    @discardableResult
    func commit(_ files: [String: String], message: String = "change\n\nbody") async throws -> ObjectID {
        for (name, text) in files { try folder.write(name, text) }
        try await git(["add", "--all", "--force"])
        return try await commitIndex(message)
    }

    /// Commits what stands in the index.
    func commitIndex(_ message: String = "change") async throws -> ObjectID {
        try await git(["commit", "--quiet", "--allow-empty", "--message", message])
        return try await id("HEAD")
    }

    /// Commits a tree whose `cluster.d` is made of lines for `git mktree`, however odd.
    func commit(clusterEntries lines: [String]) async throws -> ObjectID {
        let inner = try await tree(lines)
        let outer = try await tree(["040000 tree \(inner)\tcluster.d"])
        return try await commit(tree: outer)
    }

    func commit(tree: String) async throws -> ObjectID {
        let text = try await git(["commit-tree", "-m", "forged", tree])
        guard let id = ObjectID(text) else { throw TestFailure(message: text) }
        return id
    }

    /// A tree object that git does not check.
    func tree(_ lines: [String]) async throws -> String {
        try await git(["mktree", "--missing"], input: lines.map { $0 + "\n" }.joined())
    }

    /// A tree object of raw entries, in the order given: what `git mktree` would sort or refuse.
    func rawTree(_ entries: [(mode: String, name: [UInt8], id: String)]) async throws -> String {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += Array(entry.mode.utf8) + [0x20] + entry.name + [0]
            var digits = entry.id[...]
            while !digits.isEmpty {
                bytes.append(UInt8(digits.prefix(2), radix: 16) ?? 0)
                digits = digits.dropFirst(2)
            }
        }
        let result = try await runChild(
            ChildRequest(
                executable: "git", arguments: ["hash-object", "-t", "tree", "-w", "--literally", "--stdin"],
                workingDirectory: path, input: bytes))
        guard result.exit == .code(0) else {
            throw TestFailure(message: String(decoding: result.errorOutput, as: UTF8.self))
        }
        return String(decoding: result.output, as: UTF8.self).trimmingNewline
    }

    func blob(_ text: String) async throws -> String {
        try await git(["hash-object", "-w", "--stdin"], input: text)
    }

    func id(_ revision: String) async throws -> ObjectID {
        let text = try await git(["rev-parse", revision])
        guard let id = ObjectID(text) else { throw TestFailure(message: text) }
        return id
    }
}

extension String {
    var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}

extension SpecTree {
    var paths: [String] { files.map(\.path) }
    var codes: [String] { findings.map(\.code) }
    subscript(path: String) -> SpecFile? { files.first { $0.path.utf8.elementsEqual(path.utf8) } }
}

extension SpecFile {
    func text() throws -> String { String(decoding: try read(), as: UTF8.self) }
}
