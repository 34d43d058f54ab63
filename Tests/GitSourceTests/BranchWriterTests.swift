import GitSource
import Glibc
import StateSpec
import Synchronization
import Testing

/// Commits on a remote's tip: never forced, applied again when somebody else came first, kept when it is out of reach.
@Suite struct BranchWriterTests {
    private static let path = "c/beta.yaml"

    /// A bare remote, a clone of it, and a mirror.
    private struct Setup {
        let clone: TestRepository
        let remote: TestRepository
        let mirror: Mirror
        let folder = TemporaryFolder()
        let branch: BranchName

        init() async throws {
            clone = try await TestRepository()
            try await clone.commit([path: "a: 1\n", "c/other.yaml": "x: 1\n"])
            remote = try await clone.bareClone()
            try await clone.git(["remote", "add", "origin", remote.path])
            branch = try BranchName("main")
            mirror = Mirror(of: try RemoteURL(remote.path), in: folder.path + "/mirror")
            _ = try await mirror.fetch(branch: branch, deadline: .seconds(60))
            for (key, value) in [("user.name", "Olga"), ("user.email", "olga@example.org")] {
                try await clone.git(["--git-dir", mirror.directory, "config", key, value])
            }
        }

        func writer(offline: Bool = false) -> BranchWriter {
            BranchWriter(.mirror(mirror, deadline: .seconds(60), isOffline: offline), branch: branch)
        }

        /// Somebody else's commit, on the remote at once; blocking, to be called in the middle of an edit.
        func push(_ path: String, _ text: String) {
            let name = "-c user.name=Bob -c user.email=bob@example.org"
            let status = system(
                "cd \(clone.path) && git pull -q origin main && printf '\(text)' >\(path) && git add . && git \(name)"
                    + " commit -qm theirs && git push -q origin HEAD:main")
            precondition(status == 0, "the other commit cannot be made")
        }

        func show(_ path: String) async throws -> String { try await remote.git(["show", "main:\(path)"]) }
    }

    private func edit(_ line: String, meanwhile: @escaping @Sendable () -> Void = {}) -> FileEdit {
        FileEdit(path: Self.path) { old in
            guard let old else { throw TestFailure(message: "no such file") }
            meanwhile()
            return old + Array("\(line)\n".utf8)
        }
    }

    private static func next(_ times: borrowing Mutex<Int>) -> Int {
        times.withLock { times in
            times += 1
            return times
        }
    }

    @Test func theRemoteHasItAndTheMirrorToo() async throws {
        let setup = try await Setup()
        let made = try await setup.writer().commit([edit("b: 2")], message: "beta")
        #expect(try await setup.remote.id("main") == made.commit)
        #expect(try GitRepository(opening: setup.mirror.directory).resolve("main").id == made.commit)
        #expect(!made.isPending)
    }

    @Test func anEditIsAppliedAgainOnTheNewTip() async throws {
        let setup = try await Setup()
        let times = Mutex(0)
        let edit = edit("b: 2") {
            if Self.next(times) == 1 { setup.push(Self.path, "a: 7\\n") }
        }
        let made = try await setup.writer().commit([edit], message: "beta")
        #expect(try await setup.show(Self.path) == "a: 7\nb: 2")
        #expect(try await setup.remote.git(["rev-list", "--count", "main"]) == "3")
        #expect(try await setup.remote.id("main") == made.commit)
    }

    @Test func aBranchThatNeverStandsStillIsGivenUp() async throws {
        let setup = try await Setup()
        let times = Mutex(0)
        let edit = edit("b: 2") {
            setup.push("c/other.yaml", "x: 1\(Self.next(times))\\n")
        }
        let error = try await #require(throws: CommitError.self) {
            try await setup.writer().commit([edit], message: "beta")
        }
        #expect(error.description == "branch main moved 5 times while this was committed: try again")
        #expect(try await setup.show(Self.path) == "a: 1")
    }

    @Test func aRemoteThatRefusesIsToldInItsOwnWords() async throws {
        let setup = try await Setup()
        try setup.remote.folder.write("hooks/pre-receive", "#!/bin/sh\necho four eyes please >&2\nexit 1\n")
        system("chmod +x \(setup.remote.path)/hooks/pre-receive")
        let before = try await setup.remote.id("main")
        let error = try await #require(throws: CommitError.self) {
            try await setup.writer().commit([edit("b: 2")], message: "beta")
        }
        #expect(error.description.contains("cannot push: ") && error.description.contains("four eyes please"))
        #expect(try await setup.remote.id("main") == before)
        #expect(try setup.mirror.pending(of: setup.branch) == nil)
    }

    @Test func anEditThatMakesNoSenseIsNamed() async throws {
        let setup = try await Setup()
        let nonsense = FileEdit(path: Self.path) { _ in throw TestFailure(message: "it is gone") }
        let error = try await #require(throws: CommitError.self) {
            try await setup.writer().commit([nonsense], message: "x")
        }
        #expect(error.description.contains("'c/beta.yaml' is not changed: "), "\(error)")
    }

    @Test func severalFilesAreOneCommit() async throws {
        let setup = try await Setup()
        let new = FileEdit(path: "c/d/new.yaml") { old in
            guard old == nil else { throw TestFailure(message: "it is there already") }
            return Array("n: 1\n".utf8)
        }
        let made = try await setup.writer().commit([edit("b: 2"), new], message: "both")
        #expect(try await setup.remote.id("main") == made.commit)
        #expect(
            try await setup.remote.git(["diff", "--name-only", "main~1", "main"]) == "c/beta.yaml\nc/d/new.yaml")
        // Again, one of them makes no sense any more: then neither is committed.
        let error = try await #require(throws: CommitError.self) {
            try await setup.writer().commit([edit("c: 3"), new], message: "both")
        }
        #expect(error.description.contains("'c/d/new.yaml' is not changed: "), "\(error)")
        #expect(try await setup.remote.id("main") == made.commit)
    }

    @Test func aRemoteWithoutAnyBranchGetsItsFirst() async throws {
        let remote = try await TestRepository(bare: true)
        let folder = TemporaryFolder()
        let mirror = Mirror(of: try RemoteURL(remote.path), in: folder.path + "/mirror")
        let branch = try BranchName("main")
        #expect(try await mirror.fetchUnlessEmpty(branch: branch, deadline: .seconds(60)) == .isEmpty)
        for (key, value) in [("user.name", "Olga"), ("user.email", "olga@example.org")] {
            try await remote.git(["--git-dir", mirror.directory, "config", key, value])
        }
        let new = FileEdit(path: "c/new.yaml") { _ in Array("n: 1\n".utf8) }
        let writer = BranchWriter(.mirror(mirror, deadline: .seconds(60), isOffline: false), branch: branch)
        let proposed = try await writer.propose([new], message: "first", as: try BranchName("topic"))
        #expect(try await remote.id("topic") == proposed.commit)
        // It has a branch now, and another than the one that is asked for.
        await #expect(throws: MirrorError.self) {
            try await mirror.fetchUnlessEmpty(branch: branch, deadline: .seconds(60))
        }
        try await remote.git(["update-ref", "-d", "refs/heads/topic"])
        let made = try await writer.commit([new], message: "first")
        #expect(try await remote.id("main") == made.commit)
        #expect(try await remote.git(["rev-list", "--count", "main"]) == "1")
        #expect(try await mirror.fetchUnlessEmpty(branch: branch, deadline: .seconds(60)) == .branch)
    }

    @Test func withoutTheRemoteCommitsWaitAndArePushedLater() async throws {
        let setup = try await Setup()
        system("mv \(setup.remote.path) \(setup.remote.path).gone")
        await #expect(throws: CommitError.self) {
            try await setup.writer().commit([edit("b: 2")], message: "beta")
        }
        let one = try await setup.writer(offline: true).commit([edit("b: 2")], message: "beta")
        let two = try await setup.writer(offline: true).commit([edit("c: 3")], message: "beta")
        #expect(one.isPending && two.isPending)
        #expect(try setup.mirror.pending(of: setup.branch) == two.commit)
        system("mv \(setup.remote.path).gone \(setup.remote.path)")
        // A fetch brings the remote's branch and leaves what waits alone.
        _ = try await setup.mirror.fetch(branch: setup.branch, deadline: .seconds(60))
        #expect(try setup.mirror.pending(of: setup.branch) == two.commit)
        let settled = try await setup.mirror.settlePending(of: setup.branch, deadline: .seconds(60))
        #expect(settled == .pushed(two.commit))
        #expect(try await setup.remote.id("main") == two.commit)
        #expect(try setup.mirror.pending(of: setup.branch) == nil)
        #expect(try await setup.mirror.settlePending(of: setup.branch, deadline: .seconds(60)) == .none)
    }

    /// Nodes may remember the waiting commit as applied: what is pushed descends from it.
    @Test func whatWaitsIsMergedIntoARemoteThatMovedOn() async throws {
        let setup = try await Setup()
        let made = try await setup.writer(offline: true).commit([edit("b: 2")], message: "beta")
        setup.push("c/other.yaml", "x: 2\\n")
        let next = try await setup.writer().commit([edit("c: 3")], message: "beta")
        let mirror = try GitRepository(opening: setup.mirror.directory)
        #expect(try mirror.isDescendant(next.commit, of: made.commit))
        #expect(try await setup.show(Self.path) == "a: 1\nb: 2\nc: 3")
        #expect(try await setup.show("c/other.yaml") == "x: 2")
        #expect(try await setup.remote.git(["fsck", "--strict"]) == "")
    }

    @Test func aClashIsToldAndSettledByAPerson() async throws {
        let setup = try await Setup()
        let made = try await setup.writer(offline: true).commit([edit("b: 2")], message: "beta")
        setup.push(Self.path, "a: 9\\n")
        let tip = try await setup.remote.id("main")
        let error = try await #require(throws: CommitError.self) {
            try await setup.writer().commit([edit("c: 3")], message: "beta")
        }
        #expect(error.description.contains("clashes with its tip in c/beta.yaml: in a clone, git fetch "), "\(error)")
        let settled = try await setup.mirror.settlePending(of: setup.branch, deadline: .seconds(60))
        #expect(settled == .clash(pending: made.commit, paths: [Self.path]))
        #expect(try await setup.remote.id("main") == tip)
        // As the message says.
        try await setup.clone.git(["fetch", "-q", setup.mirror.directory, "refs/havirt/pending/main"])
        try await setup.clone.git(["merge", "-q", "-s", "ours", "FETCH_HEAD"])
        try await setup.clone.git(["push", "-q", "origin", "HEAD:main"])
        _ = try await setup.mirror.fetch(branch: setup.branch, deadline: .seconds(60))
        let after = try await setup.mirror.settlePending(of: setup.branch, deadline: .seconds(60))
        #expect(after == .pushed(try await setup.remote.id("main")))
        #expect(try setup.mirror.pending(of: setup.branch) == nil)
    }
}
