import Reconciler
import StateSpec
import Testing

@testable import GitSource

/// A list of keys of OpenPGP is taken whole, revocations included, or not at all; by real gpg.
@Suite("lists of OpenPGP keys") struct OpenPGPListTests {
    /// What lists are made of, as gpg writes it.
    private struct Parts {
        let keys: SigningKeys
        let ann: String
        /// A key, exported before it was revoked.
        let revoked: String
        /// The certificate, with its colon.
        let raw: String

        /// The certificate, as people put it into lists.
        var revocation: String { raw.replacing(":---", with: "---") }

        init() async throws {
            keys = try await SigningKeys.shared.value
            ann = try keys.read(keys.folder.path + "/ann.asc")
            revoked = try keys.read(keys.folder.path + "/revoked.asc")
            raw = try keys.read(keys.folder.path + "/revocation.rev")
        }

        func bytes(_ armoured: String) throws -> [UInt8] {
            let blocks = try #require(OpenPGPArmour.blocks(in: Array(armoured.utf8)))
            return blocks.flatMap(\.bytes)
        }

        /// What comes of a commit that was signed before the key was revoked, by a list of these bytes.
        func code(_ list: [UInt8], by name: String = "revoked") async throws -> SignatureFault.Code? {
            let repository = try await TestRepository()
            let draft = repository.draft()
            let signature =
                name == "revoked"
                ? try keys.read(keys.folder.path + "/signed-before-revocation.asc")
                : try await keys.pgpSignature(draft, by: name)
            let commit = try await repository.store(draft, signature: signature)
            let folder = try WorkFolder()
            defer { withExtendedLifetime(folder) {} }
            let file = try folder.write("list", list)
            let lists = try #require(SignerLists(ssh: nil, openpgp: file))
            let verifier = SignatureVerifier(lists, clock: StandingClock(moment: SigningKeys.now))
            let verdict = try await verifier.judge(commit, in: try GitRepository(opening: repository.path), as: .new)
            if case .failure(let fault) = verdict { return fault.code }
            return nil
        }
    }

    /// Where a revocation stands.
    enum Place: String, CaseIterable {
        case behind, before, behindAnother, twice, inItsKey, binary, binaryBefore
    }

    @Test("a revocation counts wherever it stands", arguments: Place.allCases)
    func placed(_ place: Place) async throws {
        let parts = try await Parts()
        let (ann, revoked, revocation) = (parts.ann, parts.revoked, parts.revocation)
        let list: [UInt8] =
            switch place {
            case .behind: Array((revoked + revocation + ann).utf8)
            case .before: Array((revocation + revoked + ann).utf8)
            case .behindAnother: Array((revoked + ann + revocation).utf8)
            case .twice: Array((revocation + revoked + revocation + ann).utf8)
            case .inItsKey: Array((try parts.keys.read(parts.keys.ring) + revocation).utf8)
            case .binary: try parts.bytes(revoked) + parts.bytes(ann) + parts.bytes(revocation)
            case .binaryBefore: try parts.bytes(revocation) + parts.bytes(revoked) + parts.bytes(ann)
            }
        #expect(try await parts.code(list) == .revoked)
        #expect(try await parts.code(list, by: "ann") == nil)
    }

    @Test("several keys in one block or in many, and a ring without armour")
    func rings() async throws {
        let parts = try await Parts()
        let ring = try parts.keys.read(parts.keys.ring)
        let many = "# who may sign\n" + parts.ann + "\nänd\n" + parts.revoked
        for list in [Array(ring.utf8), try parts.bytes(ring), Array(many.utf8), try parts.bytes(many)] {
            #expect(try await parts.code(list, by: "ann") == nil)
        }
        #expect(try await parts.code(Array(many.utf8)) == nil)
        #expect(try await parts.code(Array(many.replacing("\n", with: "\r\n").utf8), by: "ann") == nil)
    }

    /// What is wrong with a list.
    enum Flaw: String, CaseIterable {
        case colon, cut, cutInFirstLine, lineLost, indented, withoutItsKey, changed, binaryBehindArmour, signature
        case compressed
    }

    @Test("what is not understood is refused, and not passed over", arguments: Flaw.allCases)
    func flawed(_ flaw: Flaw) async throws {
        let parts = try await Parts()
        let good = Array((parts.revoked + parts.ann).utf8)
        let revocation = parts.revocation
        let bytes = try parts.bytes(revocation)
        let block = try #require(revocation.firstRange(of: "-----BEGIN"))
        let list: [UInt8]
        switch flaw {
        case .colon: list = good + Array(parts.raw.utf8)
        case .cut: list = good + Array(revocation.utf8.dropLast(60))
        case .cutInFirstLine: list = good + Array(revocation[..<block.upperBound].utf8)
        case .lineLost:
            let lines = revocation.split(separator: "\n", omittingEmptySubsequences: false)
            // The last ones are digits, the checksum, the end, and nothing.
            let digits = lines.count - 4
            list = good + Array((lines[..<digits] + lines[(digits + 1)...]).joined(separator: "\n").utf8)
        case .indented: list = good + Array(revocation.replacing("-----BEGIN", with: " -----BEGIN").utf8)
        case .withoutItsKey: list = Array((parts.ann + revocation).utf8)
        case .changed:
            var changed = bytes
            changed[changed.count - 1] ^= 1
            list = try parts.bytes(parts.revoked + parts.ann) + changed
        case .binaryBehindArmour: list = good + bytes
        case .signature:
            let signature = try await parts.keys.pgpSignature(SigningKeys.draft, by: "ann")
            list = try parts.bytes(signature) + parts.bytes(parts.ann)
        case .compressed:
            // Of algorithm 0, which is none, and of no length.
            list = try [0xA3, 0] + parts.bytes(parts.ann)
        }
        let error = await #expect(throws: DesiredSourceError.self) { _ = try await parts.code(list) }
        let words = error?.description ?? ""
        #expect(words.contains("/list are not understood as a whole") && words.contains("remove the colon"), "\(words)")
    }

    @Test func packetsHaveLengths() {
        let body = [UInt8](repeating: 7, count: 300)
        let heads: [(head: [UInt8], count: Int)] = [
            ([0x88, 2], 2), ([0x89, 1, 44], 300), ([0x8A, 0, 0, 1, 44], 300), ([0xC2, 191], 191),
            ([0xC2, 192, 108], 300), ([0xC2, 255, 0, 0, 1, 44], 300),
        ]
        for (head, count) in heads {
            let whole = head + body.prefix(count)
            let packets = OpenPGPPacket.all(in: whole + whole)
            #expect(packets?.map(\.tag) == [2, 2] && packets?.map(\.body.count) == [count, count], "\(head)")
            #expect(packets?.map { Array($0.bytes) } == [whole, whole])
            #expect(OpenPGPPacket.all(in: whole.dropLast()) == nil)
            for end in 1..<head.count { #expect(OpenPGPPacket.all(in: head.prefix(end)) == nil) }
        }
        // Of no length, in parts, and no packet at all.
        for head: [UInt8] in [[0x8B], [0xC2, 224], [0x42, 2]] { #expect(OpenPGPPacket.all(in: head + body) == nil) }
        #expect(OpenPGPPacket.all(in: [UInt8]())?.isEmpty == true)
    }
}
