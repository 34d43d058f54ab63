import GitSource
import Reconciler
import StateSpec
import Testing

/// One commit each, with real git, ssh-keygen and gpg: good, or refused for what is wrong with it.
@Suite("signatures") struct SignatureTests {
    /// What is judged, and what comes of it.
    enum Case: String, CaseIterable {
        case ssh, openpgp, certificate, unsigned, tampered, tamperedOpenPGP, moved, unknownSSH, unknownOpenPGP
        case endedSSH, endingSSH, laterSSH, revokedSSH, endedOpenPGP, endingOpenPGP, endedSignature, revokedOpenPGP
        case otherNamespace, otherUse, x509, twice, twoOpenPGP, trailing

        /// Nil for good.
        var code: SignatureFault.Code? {
            switch self {
            case .ssh, .openpgp, .certificate: nil
            case .unsigned: .unsigned
            case .tampered, .tamperedOpenPGP, .moved: .bad
            case .unknownSSH, .unknownOpenPGP: .unknown
            case .endedSSH, .endingSSH, .endedOpenPGP, .endingOpenPGP: .expired
            case .endedSignature: .signatureExpired
            case .laterSSH: .early
            case .revokedSSH, .revokedOpenPGP: .revoked
            case .otherNamespace: .namespace
            case .otherUse: .otherUse
            case .x509, .twice, .twoOpenPGP, .trailing: .format
            }
        }

        /// Of a commit that was applied only its own date counts.
        var codeOnceApplied: SignatureFault.Code? {
            switch self {
            case .endingSSH, .endingOpenPGP, .endedSignature: nil
            default: code
            }
        }

        /// Who signed it.
        var name: String? {
            switch self {
            case .ssh: "ann@example.org"
            case .openpgp: "Ann <ann@example.org>"
            case .certificate: "carl@example.org"
            default: nil
            }
        }

        /// Whether `git verify-commit` means the same by good. It knows no two moments, stops at the first of two
        /// signatures, and takes what expired for good.
        var isGitsMeaning: Bool {
            switch self {
            case .endingSSH, .endedSignature, .endingOpenPGP, .endedOpenPGP, .twice, .twoOpenPGP, .trailing: false
            // The stranger is in the ring of the test's git.
            case .unknownOpenPGP: false
            default: true
            }
        }
    }

    private static func judge(
        _ commit: ObjectID, in repository: TestRepository, _ lists: SignerLists, as standing: CommitStanding = .new
    ) async throws -> Result<CommitSigner, SignatureFault> {
        let verifier = SignatureVerifier(lists, clock: StandingClock(moment: SigningKeys.now))
        return try await verifier.judge(commit, in: try GitRepository(opening: repository.path), as: standing)
    }

    private static func code(_ verdict: Result<CommitSigner, SignatureFault>) -> SignatureFault.Code? {
        if case .failure(let fault) = verdict { fault.code } else { nil }
    }

    @Test("each with its verdict, new and once it was applied", arguments: Case.allCases)
    func table(_ wanted: Case) async throws {
        let keys = try await SigningKeys.shared.value
        let repository = try await TestRepository()
        try await repository.git(["hash-object", "-t", "tree", "-w", "--stdin"])
        let commit = try await Self.make(wanted, in: repository, keys)
        let verdict = try await Self.judge(commit, in: repository, try keys.lists)
        #expect(Self.code(verdict) == wanted.code, "\(verdict)")
        if case .success(let signer) = verdict { #expect(signer.name == wanted.name) }
        let applied = try await Self.judge(commit, in: repository, try keys.lists, as: .applied)
        #expect(Self.code(applied) == wanted.codeOnceApplied, "\(applied)")
        if wanted.isGitsMeaning {
            #expect(try await repository.gitTrusts(commit, keys) == (wanted.code == nil))
        }
    }

    private static func make(
        _ wanted: Case, in repository: TestRepository, _ keys: SigningKeys
    ) async throws -> ObjectID {
        let draft = repository.draft()
        let other = repository.draft(message: "another")
        let signature: String? =
            switch wanted {
            case .ssh: try await keys.sshSignature(draft, by: "ann")
            case .openpgp, .tamperedOpenPGP: try await keys.pgpSignature(draft, by: "ann")
            case .certificate: try await keys.sshSignature(draft, by: "carl", certificate: true)
            case .unsigned: nil
            case .tampered: try await keys.sshSignature(draft, by: "ann")
            case .moved: try await keys.sshSignature(other, by: "ann")
            case .unknownSSH: try await keys.sshSignature(draft, by: "stranger")
            case .unknownOpenPGP: try await keys.pgpSignature(draft, by: "stranger")
            case .endedSSH: try await keys.sshSignature(draft, by: "ended")
            case .endingSSH: try await keys.sshSignature(draft, by: "ending")
            case .laterSSH: try await keys.sshSignature(draft, by: "later")
            case .revokedSSH: try await keys.sshSignature(draft, by: "revoked")
            case .endedOpenPGP: try await keys.pgpSignature(draft, by: "ended", at: "20230110T000000!")
            case .endingOpenPGP: try await keys.pgpSignature(draft, by: "ending")
            case .endedSignature: try await keys.pgpSignature(draft, by: "ann", extra: ["--default-sig-expire", "7d"])
            case .revokedOpenPGP:
                // gpg does not sign with a revoked key: the signature was made before, by the key of the same name.
                try keys.read(keys.folder.path + "/signed-before-revocation.asc")
            case .otherNamespace: try await keys.sshSignature(draft, by: "ann", namespace: "file")
            case .otherUse: try await keys.sshSignature(draft, by: "files")
            case .x509: "-----BEGIN SIGNED MESSAGE-----\nMIIB\n-----END SIGNED MESSAGE-----\n"
            case .twice: try await keys.sshSignature(draft, by: "ann")
            case .twoOpenPGP:
                try await keys.pgpSignature(draft, by: "ann") + (try await keys.pgpSignature(draft, by: "ending"))
            case .trailing: try await keys.sshSignature(draft, by: "ann") + "more\n"
            }
        switch wanted {
        case .tampered, .tamperedOpenPGP:
            let changed = String(decoding: draft, as: UTF8.self).replacing("change", with: "chance")
            return try await repository.store(Array(changed.utf8), signature: signature)
        case .twice:
            let once = try await repository.store(draft, signature: signature)
            let text = try await repository.git(["cat-file", "commit", once.text]) + "\n"
            return try await repository.store(Array(text.utf8), signature: signature)
        default: return try await repository.store(draft, signature: signature)
        }
    }

    @Test("git's own signing, with the operator's settings", arguments: ["ssh", "openpgp"])
    func gitSigns(format: String) async throws {
        let keys = try await SigningKeys.shared.value
        let repository = try await TestRepository()
        let key = format == "ssh" ? keys.ssh("ann") : "ann@example.org"
        let settings = ["gpg.format": format, "user.signingkey": key, "gpg.program": try keys.pgpProgram()]
        for (name, value) in settings { try await repository.git(["config", name, value]) }
        try await repository.git(["commit", "--quiet", "--allow-empty", "--gpg-sign", "--message", "signed\n\nbody"])
        let commit = try await repository.id("HEAD")
        #expect(Self.code(try await Self.judge(commit, in: repository, try keys.lists)) == nil)
        #expect(try await repository.gitTrusts(commit, keys))
    }

    @Test("a revoked key by a list of public keys, and without any list")
    func revocationByList() async throws {
        let keys = try await SigningKeys.shared.value
        let repository = try await TestRepository()
        let draft = repository.draft()
        let commit = try await repository.store(draft, signature: try await keys.sshSignature(draft, by: "revoked"))
        for (revoked, code) in [(keys.revokedKeys, SignatureFault.Code.revoked), (nil, nil)] {
            let lists = try #require(SignerLists(ssh: .init(allowed: keys.allowed, revoked: revoked), openpgp: nil))
            #expect(Self.code(try await Self.judge(commit, in: repository, lists)) == code)
        }
    }

    @Test("what the lists have no kind of is unknown", arguments: [true, false])
    func otherKind(isSSH: Bool) async throws {
        let keys = try await SigningKeys.shared.value
        let repository = try await TestRepository()
        let draft = repository.draft()
        let signature =
            isSSH
            ? try await keys.sshSignature(draft, by: "ann") : try await keys.pgpSignature(draft, by: "ann")
        let commit = try await repository.store(draft, signature: signature)
        let lists = try #require(
            SignerLists(
                ssh: isSSH ? nil : .init(allowed: keys.allowed, revoked: nil), openpgp: isSSH ? keys.ring : nil))
        #expect(Self.code(try await Self.judge(commit, in: repository, lists)) == .unknown)
    }
}
