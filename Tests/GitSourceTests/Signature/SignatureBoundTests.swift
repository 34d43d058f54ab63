import Reconciler
import StateSpec
import Testing

@testable import GitSource

/// What costs too much is refused before gpg is asked, or the object read.
@Suite("bounds of signatures") struct SignatureBoundTests {
    private static func code(
        _ commit: ObjectID, in repository: TestRepository
    ) async throws -> SignatureFault.Code? {
        let keys = try await SigningKeys.shared.value
        let verifier = SignatureVerifier(try keys.lists, clock: StandingClock(moment: SigningKeys.now))
        let verdict = try await verifier.judge(commit, in: try GitRepository(opening: repository.path), as: .new)
        if case .failure(let fault) = verdict { return fault.code }
        return nil
    }

    private static func armour(_ bytes: [UInt8], label: String = "SIGNATURE") -> String {
        "-----BEGIN PGP \(label)-----\n\n\(Base64.encode(bytes))\n-----END PGP \(label)-----\n"
    }

    @Test("one signature of OpenPGP, plain, and nothing beside it")
    func oneSignature() async throws {
        let keys = try await SigningKeys.shared.value
        let repository = try await TestRepository()
        let draft = repository.draft()
        let made = try await keys.pgpSignature(draft, by: "ann")
        let bytes = try #require(OpenPGPArmour.blocks(in: Array(made.utf8))?.first?.bytes)
        let plain = Self.armour(bytes)
        // A newline more than needed is how a large host of repositories writes it.
        for signature in [plain, plain + "\n"] {
            let commit = try await repository.store(draft, signature: signature)
            #expect(try await Self.code(commit, in: repository) == nil)
        }
        // Of algorithm 0, which compresses nothing: gpg finds the signature in it, and any number of others.
        let inParts: [UInt8] = [0xA3, 0] + bytes
        let inOne: [UInt8] = [0xC8, 255, 0, 0, 0, UInt8(bytes.count + 1), 0] + bytes
        let others: [String] = [
            Self.armour(inParts), Self.armour(inOne), Self.armour(bytes + bytes), plain + plain,
            plain + Self.armour(bytes, label: "MESSAGE"), Self.armour(Array(bytes.dropLast())), Self.armour([]),
            String(plain.dropLast(2)) + "\n", "-----BEGIN PGP SIGNATURE-----\n\nx\n",
        ]
        for signature in others {
            #expect(!OpenPGPSignature.isOne(Array(signature.utf8)))
            let commit = try await repository.store(draft, signature: signature)
            #expect(try await Self.code(commit, in: repository) == .format, "\(signature)")
        }
    }

    @Test("a commit that is too large is not read, and stands in the way of what is behind it")
    func largeCommit() async throws {
        let repository = try await TestRepository()
        let first = try await repository.store(repository.draft(), signature: nil)
        let words = String(repeating: "x", count: SignedCommit.bytesMax)
        let large = try await repository.store(repository.draft(parents: [first], message: words), signature: nil)
        let tip = try await repository.store(repository.draft(parents: [large]), signature: nil)
        let git = try GitRepository(opening: repository.path)
        #expect(try git.signedCommit(large) == nil)
        #expect(try git.commits(from: tip, without: [first], countMax: 9) == [tip, large])
        #expect(try git.commits(from: tip, without: [], countMax: 9) == [tip, large])
        #expect(try await Self.code(large, in: repository) == .format)
    }
}
