import ChildProcess
import GitSource
import Glibc
import StateSpec
import Testing

@Suite struct MirrorTests {
    private func mirror(of remote: String, in folder: TemporaryFolder) throws -> Mirror {
        Mirror(of: try RemoteURL(remote), in: folder.path + "/var/mirror")
    }

    @Test func fetchFollowsABranch() async throws {
        let made = try await TestRepository()
        let first = try await made.commit(["c/cluster.yaml": "1"])
        let remote = try await made.bareClone()
        let folder = TemporaryFolder()
        let mirror = try mirror(of: remote.path, in: folder)
        let branch = try BranchName("main")
        #expect(mirror.lastFetch(of: branch) == nil)
        let moment = try await mirror.fetch(branch: branch, deadline: .seconds(60))
        #expect(mirror.lastFetch(of: branch) == moment)
        #expect(abs(moment.secondsSinceEpoch - Int64(time(nil))) < 60)
        var status = stat()
        #expect(stat(mirror.directory, &status) == 0 && status.st_mode & 0o777 == 0o700)

        let repository = try GitRepository(opening: mirror.directory)
        #expect(try repository.resolve("main").id == first)
        #expect(try repository.headBranch() == "main")
        let second = try await made.commit(["c/cluster.yaml": "2"])
        try await made.git(["push", "--quiet", remote.path, "main"])
        _ = try await mirror.fetch(branch: branch, deadline: .seconds(60))
        #expect(try repository.resolve("main").id == second)

        // Rewound and rewritten: the mirror follows, the old commit stays.
        try await made.git(["reset", "--quiet", "--hard", first.text])
        let rewritten = try await made.commit(["c/cluster.yaml": "3"])
        try await made.git(["push", "--quiet", "--force", remote.path, "main"])
        _ = try await mirror.fetch(branch: branch, deadline: .seconds(60))
        #expect(try repository.resolve("main").id == rewritten)
        #expect(try !repository.isDescendant(rewritten, of: second))
        #expect(try repository.tree(at: second, path: "c", limits: SpecLimits())["cluster.yaml"]?.text() == "2")
    }

    @Test func aFailedFetchTellsTheAgeAndKeepsTheMirror() async throws {
        let made = try await TestRepository()
        let commit = try await made.commit(["a": "1"])
        let folder = TemporaryFolder()
        let mirror = try mirror(of: "file://" + made.path, in: folder)
        let branch = try BranchName("main")
        let missing = try await #require(throws: MirrorError.self) {
            try await mirror.fetch(branch: try BranchName("no/such"), deadline: .seconds(60))
        }
        #expect(missing.lastFetch == nil)
        #expect(missing.description.contains("never fetched yet"))
        let moment = try await mirror.fetch(branch: branch, deadline: .seconds(60))
        system("mv \(made.path)/.git \(made.path)/gone")
        let error = try await #require(throws: MirrorError.self) {
            try await mirror.fetch(branch: branch, deadline: .seconds(60))
        }
        #expect(error.lastFetch == moment)
        guard case .fetchFailed(let message, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(message.contains("does not appear to be a git repository"))
        #expect(try GitRepository(opening: mirror.directory).resolve("main").id == commit)
        // Another address does not inherit the age.
        let other = Mirror(of: try RemoteURL("/elsewhere"), in: mirror.directory)
        #expect(other.lastFetch(of: branch) == nil)
    }

    @Test func fetchesAtOnceGoOneAfterTheOther() async throws {
        let made = try await TestRepository()
        let commit = try await made.commit(["a": "1"])
        let folder = TemporaryFolder()
        let mirror = try mirror(of: made.path, in: folder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    _ = try await mirror.fetch(branch: try BranchName("main"), deadline: .seconds(60))
                }
            }
            try await group.waitForAll()
        }
        #expect(try GitRepository(opening: mirror.directory).resolve("main").id == commit)
    }

    @Test func aHeldLockMeetsTheDeadline() async throws {
        let folder = TemporaryFolder()
        let mirror = try mirror(of: "/nowhere", in: folder)
        _ = try? await mirror.fetch(branch: try BranchName("main"), deadline: .seconds(60))
        let file = open(mirror.directory + "/havirt-fetch.lock", O_RDWR)
        defer { close(file) }
        // Waits: a child that is just being spawned elsewhere holds a copy of every descriptor until it execs.
        #expect(flock(file, LOCK_EX) == 0)
        await #expect(throws: MirrorError.deadlinePassed(after: .milliseconds(150), lastFetch: nil)) {
            try await mirror.fetch(branch: try BranchName("main"), deadline: .milliseconds(150))
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a directory away"))
    func aForeignDirectoryIsRefused() async throws {
        let folder = TemporaryFolder()
        system("mkdir -p \(folder.path)/var/mirror && chown 65534 \(folder.path)/var/mirror")
        let mirror = try mirror(of: "/nowhere", in: folder)
        let error = try await #require(throws: MirrorError.self) {
            try await mirror.fetch(branch: try BranchName("main"), deadline: .seconds(60))
        }
        guard case .cannotPrepare = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func theOperatorsHooksDoNotRun() async throws {
        let made = try await TestRepository()
        try await made.commit(["a": "1"])
        let folder = TemporaryFolder()
        let mirror = try mirror(of: made.path, in: folder)
        _ = try await mirror.fetch(branch: try BranchName("main"), deadline: .seconds(60))
        try folder.write("var/mirror/hooks/reference-transaction", "#!/bin/sh\ntouch \(folder.path)/ran\nexit 1\n")
        system("chmod +x \(folder.path)/var/mirror/hooks/reference-transaction")
        try await made.commit(["a": "2"])
        _ = try await mirror.fetch(branch: try BranchName("main"), deadline: .seconds(60))
        #expect(access(folder.path + "/ran", F_OK) != 0)
    }

    @Test(arguments: [
        "ssh://git@host/repo.git", "ssh://host:2222/~/repo", "ssh://git@host:22/r", "ssh://[fd00::1]:22/r",
        "git@host:repo.git",
        "host:repo", "git@[::1]:repo", "my-alias:/srv/x", "https://host/repo.git", "https://host:8443/a/b",
        "/srv/git/x.git",
        "file:///srv/git/x.git",
    ])
    func addressesThatAreTaken(text: String) throws {
        #expect(try RemoteURL(text).text == text)
    }

    @Test(arguments: [
        "", "ext::sh -c id", "ext::sh", "fd::7", "-oProxyCommand=id", "--upload-pack=id", "ssh://-oProxyCommand=id/x",
        "-x:y", "host:-x", "git@-host:x", "host::x", "http://host/x", "git://host/x", "ftp://host/x", "file://host/x",
        "https://user:secret@host/x", "https://token@host/x", "ssh://user:secret@host/x", "ssh://host", "ssh://host/",
        "https:///x", "https://host/x?y", "https://host/x#y", "relative/path", "x", "a b:c", "/a\nb", "/a\u{1B}[2Jb",
        "/a\0b", "ssh://ho st/x", "ssh://host:x/y", "ssh://host:0/y", "ssh://u@h@st/x", "$(id)@host:x", "host;id:x",
        "/a\u{202E}b", "EXT::sh -c id", "ssh+ext://x/y", "::x",
    ])
    func addressesThatAreRefused(text: String) throws {
        let error = try #require(throws: MirrorError.self) { try RemoteURL(text) }
        #expect(!error.description.contains("secret"))
    }

    @Test(arguments: ["main", "feature/x-1", "v1.2", "ünï", "a@b", "release_2026"])
    func branchNames(text: String) throws {
        #expect(try BranchName(text).text == text)
    }

    @Test(arguments: [
        "", "-x", "--all", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "/a", "a/", "a//b", ".a",
        "a/.b", "a.lock", "a.lock/b", "@", "HEAD", "a@{1}", "a.", "a\nb", "a\0", "a\u{7F}", "a\u{1B}[31m",
    ])
    func namesThatAreNoBranch(text: String) throws {
        #expect(throws: MirrorError.self) { try BranchName(text) }
    }
}
