import GitSource
import Glibc
import StateSpec
import Testing

/// Commits that a verb makes: nobody's work is run over, and a branch moves by compare-and-swap only.
@Suite struct CommitTests {
    private static let path = "cluster.d/nodes/beta.yaml"
    private static let files = [
        path: "# beta\nlabels: [a]\n", "cluster.d/nodes/alpha.yaml": "labels: [b]\n", "README": "x\n",
    ]

    private func repository() async throws -> (TestRepository, GitRepository, ObjectID) {
        let made = try await TestRepository()
        try await made.git(["config", "user.name", "Olga Operator"])
        try await made.git(["config", "user.email", "olga@example.org"])
        let first = try await made.commit(Self.files)
        return (made, try GitRepository(opening: made.path), first)
    }

    private func commit(
        _ repository: GitRepository, _ parent: ObjectID, _ text: String = "new\n"
    ) async throws -> ObjectID {
        try await repository.commit(
            [FileChange(path: Self.path, bytes: Array(text.utf8))], on: try BranchName("main"), parent: parent,
            message: "node beta: new\n\nbecause")
    }

    @Test func inABareRepositoryTheBranchMoves() async throws {
        let (made, _, first) = try await repository()
        let bare = try await made.bareClone()
        try await bare.git(["config", "user.name", "Olga"])
        try await bare.git(["config", "user.email", "olga@example.org"])
        let commit = try await commit(try GitRepository(opening: bare.path), first)
        #expect(try await bare.id("main") == commit)
        #expect(try await bare.git(["show", "main:\(Self.path)"]) == "new")
        #expect(try await bare.git(["diff", "--name-only", "main~1", "main"]) == Self.path)
        let log = try await bare.git(["log", "-1", "--format=%an <%ae>|%cn|%s|%b|%P", "main"])
        #expect(log.hasPrefix("Olga <olga@example.org>|Olga|node beta: new|because"))
        #expect(try await bare.git(["fsck", "--strict"]) == "")
    }

    @Test func onTheCheckedOutBranchFileAndIndexFollow() async throws {
        let (made, git, first) = try await repository()
        try made.folder.write("README", "somebody's uncommitted work\n")
        try made.folder.write("notes", "untracked\n")
        system("chmod +x \(made.path)/\(Self.path) && git -C \(made.path) update-index --chmod=+x \(Self.path)")
        let executable = try await made.commitIndex("mode")
        let commit = try await commit(git, executable)
        #expect(try await made.id("HEAD") == commit)
        #expect(try await made.git(["status", "--porcelain"]) == " M README\n?? notes")
        #expect(try await made.git(["ls-tree", "HEAD", Self.path]).hasPrefix("100755 blob"))
        #expect(try git.contents(of: Self.path, at: first) == Self.files[Self.path].map { Array($0.utf8) })
    }

    @Test func onAnotherBranchNothingIsCheckedOut() async throws {
        let (made, git, first) = try await repository()
        try await made.git(["checkout", "--quiet", "-b", "topic"])
        try made.folder.write(Self.path, "uncommitted\n")
        try await made.git(["add", "."])
        let commit = try await commit(git, first)
        #expect(try await made.id("main") == commit)
        #expect(try await made.id("HEAD") == first)
        #expect(try await made.git(["status", "--porcelain"]) == "M  \(Self.path)")
    }

    @Test(arguments: [
        ("echo other > README && git add README", "something is staged in the work tree"),
        ("echo mine > \(path)", "changes of this file that are not committed"),
        ("rm \(path)", "changes of this file that are not committed"),
        ("git checkout -q -b topic && git worktree add -q .wt main", "checked out in another work tree"),
        (
            "git checkout -q -b t HEAD && git commit -q --allow-empty -m t && git checkout -q main"
                + " && git commit -q --allow-empty -m m && git merge -q --no-commit --no-ff t",
            "a merge or rebase is under way"
        ),
    ])
    func uncommittedWorkIsNotRunOver(command: String, reason: String) async throws {
        let (made, git, _) = try await repository()
        let environment = "HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1"
        #expect(system("cd \(made.path) && export \(environment) && \(command) >/dev/null") == 0)
        let before = try await made.id("main")
        let status = try await made.git(["status", "--porcelain"])
        let error = try await #require(throws: GitError.self) { try await commit(git, before) }
        #expect(error.message.contains(reason), "\(error)")
        #expect(error.hint != nil)
        #expect(try await made.id("main") == before)
        #expect(try await made.git(["status", "--porcelain"]) == status)
    }

    private static let two = [path, "cluster.d/cluster.yaml"].map { FileChange(path: $0, bytes: Array("new\n".utf8)) }

    /// A repository of the operator's, to which nothing was ever committed.
    private func unborn(bare: Bool) async throws -> (TestRepository, GitRepository) {
        let made = try await TestRepository(bare: bare)
        try await made.git(["config", "user.name", "Olga Operator"])
        try await made.git(["config", "user.email", "olga@example.org"])
        return (made, try GitRepository(opening: made.path))
    }

    @Test(arguments: [true, false])
    func aBranchWithoutACommitGetsItsFirst(bare: Bool) async throws {
        let (made, git) = try await unborn(bare: bare)
        let branch = try BranchName("main")
        #expect(try git.tip(of: branch) == nil)
        if !bare { try made.folder.write("notes", "untracked\n") }
        let commit = try await git.commit(Self.two, on: branch, parent: nil, message: "first")
        #expect(try git.tip(of: branch) == commit)
        #expect(try await made.git(["rev-list", "--count", "--all"]) == "1")
        #expect(
            try await made.git(["ls-tree", "-r", "--name-only", "main"]) == "cluster.d/cluster.yaml\n\(Self.path)")
        if !bare { #expect(try await made.git(["status", "--porcelain"]) == "?? notes") }
        #expect(try await made.git(["fsck", "--strict"]) == "")
        // Another first commit does not replace it.
        let error = try await #require(throws: GitError.self) {
            try await git.commit(Self.two, on: branch, parent: nil, message: "another")
        }
        #expect(error.isMoved, "\(error)")
        #expect(try git.tip(of: branch) == commit)
    }

    @Test func aFileThatGitDoesNotKnowIsNotRunOver() async throws {
        let (made, git) = try await unborn(bare: false)
        try made.folder.write(Self.path, "mine\n")
        let error = try await #require(throws: GitError.self) {
            try await git.commit(Self.two, on: try BranchName("main"), parent: nil, message: "first")
        }
        #expect(error.message.contains("git does not know it") && error.hint != nil, "\(error)")
        #expect(try git.branches().isEmpty)
        #expect(try await made.git(["status", "--porcelain", "-uall"]) == "?? \(Self.path)")
    }

    @Test func aMisspelledBranchIsNotBegun() async throws {
        let (made, git, first) = try await repository()
        #expect(try git.tip(of: try BranchName("main")) == first)
        let error = try #require(throws: GitError.self) { try git.tip(of: try BranchName("mian")) }
        #expect(error.hint == "known branches are main", "\(error)")
        #expect(try await made.git(["branch", "--list"]) == "* main")
    }

    @Test func aBranchThatMovedIsNotMovedAgain() async throws {
        let (made, git, first) = try await repository()
        let second = try await made.commit(["README": "theirs\n"])
        let error = try await #require(throws: GitError.self) { try await commit(git, first) }
        #expect(error.isMoved)
        #expect(try await made.id("main") == second)
        #expect(try await made.git(["status", "--porcelain"]) == "")
    }

    @Test func onlyPlainFilesAreEdited() async throws {
        let (made, git, _) = try await repository()
        system("cd \(made.path) && ln -sf alpha.yaml \(Self.path) && ln -s nodes cluster.d/links")
        let tip = try await made.commit([:])
        await #expect(throws: GitError.self) { try await commit(git, tip) }
        #expect(try git.contents(of: "cluster.d/links/alpha.yaml", at: tip) == nil)
        for path in ["../x", "/x", "", "cluster.d/.git/x", "a//b"] {
            #expect(throws: GitError.self) { try git.contents(of: path, at: tip) }
        }
        #expect(try await made.id("main") == tip)
    }
}
