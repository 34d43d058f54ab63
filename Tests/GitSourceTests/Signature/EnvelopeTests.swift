import StateSpec
import Testing

@testable import GitSource

/// What strangers put into a commit, taken apart: whole, or not at all.
@Suite("envelopes of signatures") struct EnvelopeTests {
    private static let tree = String(repeating: "1", count: 40)
    private static let parent = String(repeating: "2", count: 40)

    private static func commit(
        _ headers: String = "", people: String = "author A <a@b> 1 +0000\ncommitter C <c@d> 1700000001 +0100\n"
    ) -> [UInt8] {
        Array("tree \(tree)\nparent \(parent)\n\(people)\(headers)\nwords\n".utf8)
    }

    @Test func aCommitIsTakenApart() throws {
        let signed = try #require(
            SignedCommit(Self.commit("encoding x\ngpgsig one\n two\n \n three\nother a\n b\n")))
        #expect(signed.signature == Array("one\ntwo\n\nthree\n".utf8))
        #expect(signed.payload == Self.commit("encoding x\nother a\n b\n"))
        #expect(signed.tree.text == Self.tree && signed.parents.map(\.text) == [Self.parent])
        #expect(signed.author == "A <a@b>" && signed.committedAt.secondsSinceEpoch == 1_700_000_001)
        let plain = try #require(SignedCommit(Self.commit()))
        #expect(plain.signature == nil && plain.payload == Self.commit())
        #expect(SignedCommit.parents(in: Self.commit()).map(\.text) == [Self.parent])
    }

    @Test(arguments: [
        "", "tree", "\n\n", "tree 1\n\nwords\n", "parent \(parent)\n\n",
        "tree \(tree)\nauthor A <a@b> 1 +0000\n\nwords\n",
        "tree \(tree)\ncommitter A <a@b> 1 +0000\nauthor A <a@b> 1 +0000\n\nwords\n",
        "tree \(tree)\nauthor A <a@b> 1 +0000\ncommitter A <a@b> x +0000\n\nwords\n",
        "tree \(tree)\nauthor A <a@b> 1 +0000\ncommitter A <a@b> -5 +0000\n\nwords\n",
        "tree \(tree)\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 99999999999 +0000\n\nwords\n",
        "tree \(tree)\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nwor\u{0}ds\n",
        "tree \(tree)\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\ngpgsig a\ngpgsig b\n\nwords\n",
    ])
    func whatGitDoesNotWrite(text: String) { #expect(SignedCommit(Array(text.utf8)) == nil) }

    @Test func aSignatureHasABound() {
        let counts = [64 << 10, (64 << 10) + 1, 520_000]
        let lengths = counts.map { count in
            SignedCommit(Self.commit("gpgsig x\n" + String(repeating: " \n", count: count - 2)))?.signature?.count
        }
        #expect(lengths == [64 << 10, nil, nil])
    }

    private static let good = """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgAQIDBAUGBwgJCgsMDQ4PEBESEx
        QVFhcYGRobHB0eHyAAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAAABeA==
        -----END SSH SIGNATURE-----

        """

    @Test func anEnvelopeOfSSH() throws {
        let signature = try #require(SSHSignature(armoured: Array(Self.good.utf8)))
        #expect(signature.namespace == "git" && signature.keyType == "ssh-ed25519" && signature.key.count == 51)
        #expect(signature.keyLine.hasPrefix("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"))
    }

    /// Cut anywhere, or with any byte changed, it is one that ssh-keygen judges, or none; it never traps.
    @Test func garbageOfSSH() {
        let bytes = Array(Self.good.utf8)
        for end in 0..<(bytes.count - 1) {
            #expect(SSHSignature(armoured: Array(bytes[..<end])) == nil || end == bytes.count - 1)
        }
        var generator = SeededGenerator(state: 7)
        for _ in 0..<20_000 {
            var changed = bytes
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                changed[Int.random(in: 30..<150, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if let read = SSHSignature(armoured: changed) { #expect(read.key.count < changed.count) }
            _ = SignedCommit(changed)
            _ = OpenPGPStatus(changed)
            _ = AllowedSigners(changed)
        }
        #expect(SSHSignature(armoured: bytes + [UInt8](repeating: 0x41, count: 70_000)) == nil)
    }

    private static let print = "591E752A9716EE7182106FDD9EDDD63DF9EA15FB"
    private static let valid = "VALIDSIG \(print) 2026-11-29 1795974735 0 4 0 22 8 00 \(print)"
    private static let goodLines = ["NEWSIG a@b", "SIG_ID x 2026-11-29 1", "GOODSIG 9EDDD63DF9EA15FB Ann <a@b>", valid]

    private static func status(_ lines: [String]) -> OpenPGPStatus {
        OpenPGPStatus(Array(lines.map { "[GNUPG:] \($0)\n" }.joined().utf8))
    }

    @Test func oneGoodSignatureIsGood() {
        let key = OpenPGPStatus.Key(primary: Self.print, signing: Self.print, user: "Ann <a@b>", hasEnd: false)
        #expect(Self.status(Self.goodLines) == .good(key))
    }

    @Test(arguments: [
        [], ["NEWSIG"], goodLines + goodLines, goodLines + ["GOODSIG 9EDDD63DF9EA15FB Ann"],
        Array(goodLines.dropLast()),
        Array(goodLines.dropFirst()), goodLines + ["PLAINTEXT 62 0 name"], goodLines + ["BADSIG 9EDDD63DF9EA15FB Ann"],
        goodLines + ["SOMETHING new"], ["NODATA 1"], ["NEWSIG", "GOODSIG 0000000000000000 Ann", valid],
        ["NEWSIG", "GOODSIG 9EDDD63DF9EA15FB Ann", "VALIDSIG x 1 2 3 4 5 6 7 8 9"], ["NEWSIG", "ERRSIG A 22 8 00 1 4"],
    ])
    func anythingElseIsNot(lines: [String]) { #expect(Self.status(lines) == .unclear) }

    @Test func whatGPGSaysOfTheOthers() {
        let cases: [(String, OpenPGPStatus)] = [
            ("EXPKEYSIG 1 Ann", .keyExpired(user: "Ann")), ("EXPSIG 1 Ann", .signatureExpired(user: "Ann")),
            ("REVKEYSIG 1 Ann", .keyRevoked(user: "Ann")), ("BADSIG 1 Ann", .bad(user: "Ann")),
            ("ERRSIG ABC 22 8 00 1 9 \(Self.print)", .missing(key: Self.print)),
            ("ERRSIG ABC 22 8 00 1 39", .early(key: "ABC")),
        ]
        for (line, meaning) in cases { #expect(Self.status(["NEWSIG", line]) == meaning) }
        #expect(OpenPGPStatus(Array("gpg: Good signature\n".utf8)) == .unclear)
        #expect(OpenPGPStatus(Array("[GNUPG:] ".utf8)) == .unclear)
    }

    @Test func aMessageIsNoDetachedSignature() {
        #expect(!OpenPGPStatus.isSignature(Array("-----BEGIN PGP MESSAGE-----\n\nx\n".utf8)))
        #expect(!OpenPGPStatus.isSignature(Array("-----BEGIN PGP SIGNED MESSAGE-----\n".utf8)))
        #expect(OpenPGPStatus.isSignature(Array("-----BEGIN PGP SIGNATURE-----\n\nx\n".utf8)))
    }

    @Test func whyAKeyWasNotAccepted() throws {
        let signature = try #require(SSHSignature(armoured: Array(Self.good.utf8)))
        let key = signature.keyLine.dropLast()
        let moment = Timestamp(secondsSinceEpoch: 1_700_000_001)
        let cases: [(String, AllowedSigners.Listing)] = [
            ("# x\n\na \(key)x\nb,c", .absent), ("a valid-before=\"20230101\" \(key)", .expired(before: "20230101")),
            ("a valid-after=\"202401010000Z\" \(key) words", .early(after: "202401010000Z")),
            ("a valid-after=\"20220101\",valid-before=\"20230101Z\" \(key)", .expired(before: "20230101Z")),
            ("a,\"b c\" namespaces=\"file,mail\" \(key)", .otherUse), ("a cert-authority \(key)", .absent),
        ]
        for (line, listing) in cases {
            #expect(AllowedSigners(Array("\(line)\n".utf8)).listing(of: signature, at: moment) == listing, "\(line)")
        }
    }
}

/// The same numbers in every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
