import GitSource
import Glibc
import StateSpec
import Testing

@Suite struct ResolveTests {
    @Test func branchesTagsAndIds() async throws {
        let made = try await TestRepository()
        let first = try await made.commit(["a": "1"], message: "first \u{1B}[31m line\n\nbody")
        try await made.git(["tag", "light"])
        try await made.git(["tag", "-a", "-m", "words", "annotated"])
        try await made.git(["tag", "-a", "-m", "twice", "nested", "annotated"])
        let second = try await made.commit(["a": "2"], message: "second")
        try await made.git(["branch", "feature/x"])
        try await made.git(["tag", "main", first.text])

        let repository = try GitRepository(opening: made.path)
        let main = try repository.resolve("main")
        #expect(main.id == second && main.branch == "main" && main.summary == "second")
        #expect(main.author == "Ann <ann@example.org>")
        #expect(main.time == Timestamp(secondsSinceEpoch: 1_700_000_001))
        #expect(try repository.resolve("HEAD") == main)
        #expect(try repository.resolve("refs/heads/main").id == second)
        #expect(try repository.resolve("feature/x").branch == "feature/x")
        for name in ["light", "annotated", "nested", first.text, String(first.text.prefix(8)), "HEAD~1", "main^"] {
            let found = try repository.resolve(name)
            #expect(found.id == first, "\(name)")
            #expect(found.branch == nil, "\(name)")
            #expect(found.summary == "first \u{1B}[31m line", "\(name)")
        }
        #expect(try repository.branches() == ["feature/x", "main"])
        #expect(try repository.headBranch() == "main")
    }

    /// Whoever may push some branch or tag must not be able to take the place of the one that is followed.
    @Test(arguments: ["heads/HEAD", "tags/HEAD", "heads/refs/heads/main", "tags/refs/heads/main"])
    func aWholeNameIsMeantAsItStands(evil: String) async throws {
        let made = try await TestRepository()
        let good = try await made.commit(["a": "1"])
        let other = try await made.commit(["a": "2"])
        try await made.git(["update-ref", "refs/heads/main", good.text])
        try await made.git(["update-ref", "refs/\(evil)", other.text])
        let repository = try GitRepository(opening: made.path)
        for name in ["HEAD", "refs/heads/main", "HEAD~0", "refs/heads/main^0"] {
            #expect(try repository.resolve(name).id == good, "\(name)")
        }
        #expect(throws: GitError.self) { try repository.resolve("refs/heads/none") }
    }

    @Test func detachedHead() async throws {
        let made = try await TestRepository()
        let id = try await made.commit(["a": "1"])
        try await made.git(["checkout", "--quiet", "--detach"])
        let repository = try GitRepository(opening: made.path)
        #expect(try repository.headBranch() == nil)
        let head = try repository.resolve("HEAD")
        #expect(head.id == id && head.branch == nil)
    }

    @Test func emptyRepository() async throws {
        let made = try await TestRepository()
        let repository = try GitRepository(opening: made.path)
        #expect(try repository.headBranch() == "main")
        for revision in ["HEAD", "main", "0123456789012345678901234567890123456789"] {
            let error = try #require(throws: GitError.self) { try repository.resolve(revision) }
            #expect(error.hint == "the repository has no branch with a commit yet", "\(revision): \(error)")
        }
    }

    @Test func missingBranchNamesTheKnownOnes() async throws {
        let made = try await TestRepository()
        try await made.commit(["a": "1"])
        try await made.git(["branch", "staging"])
        let repository = try GitRepository(opening: made.path)
        let error = try #require(throws: GitError.self) { try repository.resolve("prod") }
        #expect(error.isNotFound)
        #expect(error.hint == "known branches are main, staging")
        #expect(error.description.hasPrefix("cannot find 'prod' in '\(made.path)/.git/': "))
    }

    @Test(arguments: ["", "-x", "main:a", ":/text", "a\u{1B}b", "a\0b", "main@{1}", "..", "a b"])
    func whatIsNoRevision(text: String) async throws {
        let made = try await TestRepository()
        try await made.commit(["a": "1"])
        let repository = try GitRepository(opening: made.path)
        let error = try #require(throws: GitError.self) { try repository.resolve(text) }
        #expect(!error.description.contains("\u{1B}"))
    }

    @Test func aTagOfABlobIsNoCommit() async throws {
        let made = try await TestRepository()
        try await made.commit(["a": "1"])
        try await made.git(["tag", "blob", "HEAD:a"])
        let repository = try GitRepository(opening: made.path)
        #expect(throws: GitError.self) { try repository.resolve("blob") }
    }

    @Test func opensFromBelowAndBare() async throws {
        let made = try await TestRepository()
        let id = try await made.commit(["deep/er/a": "1"])
        let below = try GitRepository(opening: made.path + "/deep/er")
        #expect(try below.resolve("main").id == id)
        #expect(below.workDirectory == made.path + "/")
        let bare = try await made.bareClone()
        let repository = try GitRepository(opening: bare.path)
        #expect(repository.workDirectory == nil)
        #expect(try repository.resolve("main").id == id)
    }

    @Test func nothingIsCreated() async throws {
        let folder = TemporaryFolder()
        let error = try #require(throws: GitError.self) { try GitRepository(opening: folder.path) }
        #expect(error.isNotFound && error.hint != nil)
        #expect(access(folder.path + "/.git", F_OK) != 0 && access(folder.path + "/HEAD", F_OK) != 0)
        #expect(throws: GitError.self) { try GitRepository(opening: folder.path + "/nowhere") }
        #expect(throws: GitError.self) { try GitRepository(opening: "") }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a repository away"), arguments: [true, false])
    func foreignOwner(bare: Bool) async throws {
        let made = try await TestRepository()
        try await made.commit(["a": "1"])
        let given = bare ? try await made.bareClone() : made
        system("chown -R 65534 \(given.path)")
        let error = try #require(throws: GitError.self) { try GitRepository(opening: given.path) }
        #expect(error.code == -36)
        #expect(error.hint == "if it can be trusted: git config --system --add safe.directory '\(given.path)'")
        #expect(error.message.contains("user 65534"))
        #expect(!error.isNotFound)
    }
}
