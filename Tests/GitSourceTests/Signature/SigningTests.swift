import GitSource
import Glibc
import Reconciler
import StateSpec
import Testing

/// Commits that verbs make are signed by git, with the operator's settings, and by nobody's key but one that may.
@Suite("commits that are signed here") struct SigningTests {
    private static let path = "c/beta.yaml"
    private static let edit = FileEdit(path: path) { ($0 ?? []) + Array("b: 2\n".utf8) }

    /// A work tree, its bare remote, and a mirror; all with the same settings of git.
    private struct Setup {
        let clone: TestRepository
        let remote: TestRepository
        let mirror: Mirror
        let folder = TemporaryFolder()
        let branch: BranchName
        let keys: SigningKeys

        init(base: String?, settings: [String: String]) async throws {
            keys = try await SigningKeys.shared.value
            clone = try await TestRepository()
            try await clone.git(["config", "gpg.format", "ssh"])
            if let base { try await clone.git(["config", "user.signingkey", keys.ssh(base)]) }
            try clone.folder.write(SigningTests.path, "a: 1\n")
            try await clone.git(["add", "."])
            try await clone.git(["commit", "--quiet", "--message", "first"] + (base == nil ? [] : ["--gpg-sign"]))
            remote = try await clone.bareClone()
            try await clone.git(["remote", "add", "origin", remote.path])
            branch = try BranchName("main")
            mirror = Mirror(of: try RemoteURL(remote.path), in: folder.path + "/mirror")
            _ = try await mirror.fetch(branch: branch, deadline: .seconds(60))
            let all = ["user.name": "Olga", "user.email": "olga@example.org", "gpg.format": "ssh"].merging(settings) {
                $1
            }
            for (name, value) in all {
                for directory in [mirror.directory, clone.path + "/.git"] {
                    try await clone.git(["--git-dir", directory, "config", name, value])
                }
            }
        }

        var places: [BranchWriter.Place] {
            get throws {
                [
                    .local(try GitRepository(opening: clone.path)),
                    .mirror(mirror, deadline: .seconds(60), isOffline: false),
                ]
            }
        }

        /// What `havirt.conf` with signers asks for.
        var demanded: CommitSigning {
            get throws {
                let verifier = SignatureVerifier(try keys.lists, clock: StandingClock(moment: SigningKeys.now))
                let check: CommitSigning.Check = { commit, repository throws(GitError) in
                    do throws(DesiredSourceError) {
                        let verdict = try await verifier.judge(commit, in: repository, as: .new)
                        guard case .failure(let fault) = verdict else { return }
                        throw DesiredSourceError("refused: \(fault.code.rawValue)")
                    } catch {
                        throw GitError(refusing: "go on with commit \(commit.short)", error.description, hint: nil)
                    }
                }
                return .demanded(base: check, made: check)
            }
        }

        func isSigned(_ commit: ObjectID, in place: BranchWriter.Place) async throws -> Bool {
            let directory = if case .local = place { clone.path + "/.git" } else { remote.path }
            return try await clone.git(["--git-dir", directory, "cat-file", "commit", commit.text]).contains(
                "\ngpgsig ")
        }

        func tips() async throws -> [ObjectID] { [try await clone.id("main"), try await remote.id("main")] }
    }

    @Test("where git's commit.gpgsign says so, and not where it does not", arguments: ["true", "false"])
    func asGitSays(isOn: String) async throws {
        let key = try await SigningKeys.shared.value.ssh("stranger")
        let setup = try await Setup(base: nil, settings: ["commit.gpgsign": isOn, "user.signingkey": key])
        for place in try setup.places {
            let made = try await BranchWriter(place, branch: setup.branch).commit([Self.edit], message: "beta\n\nwhy")
            #expect(try await setup.isSigned(made.commit, in: place) == (isOn == "true"))
        }
        #expect(
            try await setup.clone.git(["log", "-1", "--format=%an %ce|%B", "main"])
                == "Olga olga@example.org|beta\n\nwhy")
        #expect(try await setup.remote.git(["fsck", "--strict"]) == "")
    }

    @Test("where signatures are demanded, whatever git's settings say")
    func demanded() async throws {
        let key = try await SigningKeys.shared.value.ssh("ann")
        let setup = try await Setup(base: "ann", settings: ["user.signingkey": key])
        for place in try setup.places {
            let writer = BranchWriter(place, branch: setup.branch, signing: try setup.demanded)
            let made = try await writer.commit([Self.edit], message: "beta")
            #expect(try await setup.isSigned(made.commit, in: place))
        }
    }

    @Test(
        "with a key that may not sign, or with none, nothing is committed and nothing pushed",
        arguments: ["stranger", nil])
    func refused(name: String?) async throws {
        let keys = try await SigningKeys.shared.value
        let key = name.map { keys.ssh($0) } ?? "/nowhere/key"
        let setup = try await Setup(base: "ann", settings: ["user.signingkey": key])
        let before = try await setup.tips()
        for place in try setup.places {
            let writer = BranchWriter(place, branch: setup.branch, signing: try setup.demanded)
            let error = try await #require(throws: CommitError.self) {
                try await writer.commit([Self.edit], message: "beta")
            }
            let words = name == nil ? "cannot sign a commit: " : "refused: commit-signer-unknown"
            #expect(error.description.contains(words), "\(error)")
        }
        #expect(try await setup.tips() == before)
        #expect(try await setup.clone.git(["status", "--porcelain"]) == "")
    }

    @Test("a commit that nobody signed does not get a signature from on top of it")
    func base() async throws {
        let key = try await SigningKeys.shared.value.ssh("ann")
        let setup = try await Setup(base: nil, settings: ["user.signingkey": key])
        let before = try await setup.tips()
        for place in try setup.places {
            let writer = BranchWriter(place, branch: setup.branch, signing: try setup.demanded)
            let error = try await #require(throws: CommitError.self) {
                try await writer.commit([Self.edit], message: "beta")
            }
            #expect(error.description.contains("refused: commit-unsigned"), "\(error)")
        }
        #expect(try await setup.tips() == before)
    }

    @Test("the merge with what waited is signed, too; where it cannot be, it waits on")
    func merge() async throws {
        let key = try await SigningKeys.shared.value.ssh("ann")
        let setup = try await Setup(base: "ann", settings: ["user.signingkey": key])
        let signing = try setup.demanded
        let offline = BranchWriter(
            .mirror(setup.mirror, deadline: .seconds(60), isOffline: true), branch: setup.branch, signing: signing)
        let waiting = try await offline.commit([Self.edit], message: "beta")
        try setup.clone.folder.write("c/other.yaml", "x: 1\n")
        try await setup.clone.git(["add", "."])
        try await setup.clone.git(["commit", "--quiet", "--gpg-sign", "--message", "theirs"])
        try await setup.clone.git(["push", "--quiet", "origin", "main"])
        _ = try await setup.mirror.fetch(branch: setup.branch, deadline: .seconds(60))
        let config = ["--git-dir", setup.mirror.directory, "config", "user.signingkey"]
        try await setup.clone.git(config + ["/nowhere/key"])
        let failed = try await setup.mirror.settlePending(of: setup.branch, deadline: .seconds(60), signing: signing)
        guard case .failed(waiting.commit, .notSigned) = failed else { throw TestFailure(message: "\(failed)") }
        #expect(try setup.mirror.pending(of: setup.branch) == waiting.commit)
        try await setup.clone.git(config + [key])
        let settled = try await setup.mirror.settlePending(of: setup.branch, deadline: .seconds(60), signing: signing)
        let tip = try await setup.remote.id("main")
        #expect(settled == .pushed(tip))
        #expect(try await setup.remote.git(["cat-file", "commit", tip.text]).contains("\ngpgsig "))
    }
}
