import GitSource
import Glibc
import Reconciler
import StateSpec
import Testing

/// A list that cannot be used is an error, and never a list of nobody.
@Suite("lists of signers") struct SignerFileTests {
    private static func judge(
        _ lists: SignerLists?, signedBy name: String = "ann"
    ) async throws -> Result<CommitSigner, SignatureFault> {
        let keys = try await SigningKeys.shared.value
        let repository = try await TestRepository()
        let draft = repository.draft()
        let commit = try await repository.store(draft, signature: try await keys.sshSignature(draft, by: name))
        let verifier = SignatureVerifier(try #require(lists), clock: StandingClock(moment: SigningKeys.now))
        return try await verifier.judge(commit, in: try GitRepository(opening: repository.path), as: .new)
    }

    private static func refusal(_ lists: SignerLists?) async throws -> String {
        let error = await #expect(throws: DesiredSourceError.self) { _ = try await judge(lists) }
        return error?.description ?? ""
    }

    @Test(
        "one that is missing, no plain file, or at no absolute path",
        arguments: ["/nowhere/list", "/dev/null", "list", "/tmp"])
    func unreadable(path: String) async throws {
        let words = try await Self.refusal(SignerLists(ssh: .init(allowed: path, revoked: nil), openpgp: nil))
        #expect(words.contains("the signers cannot be read from '\(path)'"), "\(words)")
        let keys = try await SigningKeys.shared.value
        let others = [
            SignerLists(ssh: .init(allowed: keys.allowed, revoked: path), openpgp: nil),
            SignerLists(ssh: .init(allowed: keys.allowed, revoked: nil), openpgp: path),
        ]
        for lists in others { #expect(try await !Self.refusal(lists).isEmpty) }
    }

    @Test(
        "one that others may write, or put another in the place of", arguments: ["group", "others", "folder", "owner"])
    func writable(how: String) async throws {
        let keys = try await SigningKeys.shared.value
        let folder = TemporaryFolder()
        try folder.write("etc/list", try keys.read(keys.allowed))
        let list = folder.path + "/etc/list"
        let lists = SignerLists(ssh: .init(allowed: list, revoked: nil), openpgp: nil)
        await #expect(throws: Never.self) { try await Self.judge(lists) }
        switch how {
        case "group": chmod(list, 0o664)
        case "others": chmod(list, 0o646)
        case "folder": chmod(folder.path + "/etc", 0o777)
        default:
            guard geteuid() == 0 else { return }
            chown(list, 65_534, 0)
        }
        let words = try await Self.refusal(lists)
        #expect(
            words.contains(how == "owner" ? "the owner is user 65534" : "others than the owner may write"), "\(words)")
    }

    @Test(
        "a link that others may replace, on the way to a list that they may not",
        arguments: ["folder", "chain", "owner"])
    func links(how: String) async throws {
        let keys = try await SigningKeys.shared.value
        let folder = TemporaryFolder()
        try folder.write("etc/list", try keys.read(keys.allowed))
        try folder.write("open/more", "")
        let link = folder.path + "/open/link"
        symlink("../etc/./list", link)
        let first = folder.path + "/etc/first"
        symlink(link, first)
        let path = how == "chain" ? first : link
        let lists = SignerLists(ssh: .init(allowed: path, revoked: nil), openpgp: nil)
        await #expect(throws: Never.self) { try await Self.judge(lists) }
        if how == "owner" {
            guard geteuid() == 0 else { return }
            lchown(link, 65_534, 0)
        } else {
            chmod(folder.path + "/open", 0o777)
        }
        let words = try await Self.refusal(lists)
        #expect(
            words.contains(how == "owner" ? "the owner is user 65534" : "others than the owner may write"), "\(words)")
        // No way leads around in a circle.
        symlink("circle", folder.path + "/etc/circle")
        let circle = SignerLists(ssh: .init(allowed: folder.path + "/etc/circle", revoked: nil), openpgp: nil)
        #expect(try await Self.refusal(circle).contains("the signers cannot be read"))
    }

    @Test("revoked keys that nobody can read, and a ring without a key")
    func garbage() async throws {
        let keys = try await SigningKeys.shared.value
        let folder = TemporaryFolder()
        for (name, text) in [
            ("words", "not a key\n"), ("list", "SSHKRL\n\u{0}garbage"), ("half", "ssh-ed25519 AAAA\n"),
        ] {
            try folder.write(name, text)
            let revoked = folder.path + "/" + name
            let words = try await Self.refusal(
                SignerLists(ssh: .init(allowed: keys.allowed, revoked: revoked), openpgp: nil))
            #expect(words.contains("can be read neither as"), "\(words)")
        }
        try folder.write("ring", "not a ring\n")
        let words = try await Self.refusal(SignerLists(ssh: nil, openpgp: folder.path + "/ring"))
        #expect(words.contains("gpg finds no public key"), "\(words)")
        // Whom a list of words names, nobody is.
        try folder.write("allowed", "who knows\n")
        let verdict = try await Self.judge(
            SignerLists(ssh: .init(allowed: folder.path + "/allowed", revoked: nil), openpgp: nil))
        #expect(throws: SignatureFault.self) { try verdict.get() }
    }

    @Test("what was found good counts until a list changes")
    func changes() async throws {
        let keys = try await SigningKeys.shared.value
        let folder = TemporaryFolder()
        try folder.write("allowed", try keys.read(keys.allowed))
        let repository = try await TestRepository()
        let draft = repository.draft()
        let commit = try await repository.store(draft, signature: try await keys.sshSignature(draft, by: "ann"))
        let lists = try #require(SignerLists(ssh: .init(allowed: folder.path + "/allowed", revoked: nil), openpgp: nil))
        let verifier = SignatureVerifier(lists, clock: StandingClock(moment: SigningKeys.now))
        let git = try GitRepository(opening: repository.path)
        for standing in [CommitStanding.new, .applied, .new] {
            await #expect(throws: Never.self) { try await verifier.judge(commit, in: git, as: standing).get() }
        }
        try folder.write("allowed", "ann@example.org \(try keys.publicKey("stranger"))\n")
        for standing in [CommitStanding.new, .applied] {
            let verdict = try await verifier.judge(commit, in: git, as: standing)
            #expect(throws: SignatureFault.self) { try verdict.get() }
        }
    }
}
