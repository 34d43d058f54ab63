internal import FoundationEssentials

/// A real repository, made with the `git` command; its commits have the same ids in every run.
public struct TestRepository: Sendable {
    /// The work tree.
    public let path: String
    private let program: Program

    /// A new, empty repository on branch main.
    public init(at path: String) async throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        program = Program(
            in: path,
            environment: [
                "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.org",
                "GIT_COMMITTER_NAME": "Carl", "GIT_COMMITTER_EMAIL": "carl@example.org",
                "GIT_AUTHOR_DATE": "1700000000 +0100", "GIT_COMMITTER_DATE": "1700000001 +0100",
            ])
        try await git("init", "--quiet", "--initial-branch=main")
    }

    /// Runs git in the work tree, and gives back what it said.
    @discardableResult
    public func git(_ arguments: String...) async throws -> String {
        let ran = try await program.run(["git"] + arguments)
        guard ran.status == 0 else { throw TestFailure("git \(arguments): \(ran)") }
        return ran.lines.joined(separator: "\n")
    }

    /// Writes a file of the work tree.
    public func write(_ name: String, _ text: String) throws { try TextFile.write("\(path)/\(name)", text) }

    /// Removes a file of the work tree.
    public func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    /// Commits all of the work tree, and gives back the commit's id.
    @discardableResult
    public func commit(_ message: String = "change") async throws -> String {
        try await git("add", "--all", "--force")
        try await git("commit", "--quiet", "--allow-empty", "--message", message)
        return try await git("rev-parse", "HEAD")
    }
}

/// Why a test cannot go on.
public struct TestFailure: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    /// A failure.
    public init(_ description: String) { self.description = description }
}
