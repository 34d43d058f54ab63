import GitSource
import Glibc
import Reconciler
import StateSpec
import Testing

/// Which commit is read, on real repositories with real signatures: whatever an attacker puts around a commit, the object
/// that was judged is the one that is read.
@Suite("signed history") struct TrustTests {
    @Test("a signed tip is read, and its signer told")
    func good() async throws {
        let signed = try await SignedHistory()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let tip = try await signed.commit([first], reserve: 2, by: "ann")
        let loaded = try await signed.choose(first)
        #expect(loaded.commit == tip && loaded.signer?.name == "ann@example.org" && loaded.findings.isEmpty)
        #expect(loaded.notes.isEmpty && loaded.previousCommit == first)
    }

    @Test("an unsigned tip is not read: rounds go on from the last good commit")
    func unsignedTip() async throws {
        let signed = try await SignedHistory()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let tip = try await signed.commit([first], reserve: 2, by: nil)
        let loaded = try await signed.choose(first)
        #expect(loaded.commit == first && loaded.held?.commit == tip)
        #expect(loaded.findings.map(\.code) == ["commit-unsigned"])
        #expect(try await signed.refusal() == ["commit-unsigned"])
    }

    @Test("an unsigned commit below a signed tip", arguments: SignatureDemand.allCases)
    func unsignedBelow(demand: SignatureDemand) async throws {
        let signed = try await SignedHistory(demand)
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let middle = try await signed.commit([first], reserve: 2, by: nil)
        let tip = try await signed.commit([middle], reserve: 3, by: "ann")
        let loaded = try await signed.choose(first)
        #expect(loaded.commit == (demand == .tip ? tip : first))
        #expect(loaded.findings.map(\.place) == (demand == .tip ? [] : [.commit(middle)]))
    }

    @Test("a merge whose other side is not signed; one that forked off long ago and is")
    func merges() async throws {
        let signed = try await SignedHistory()
        let root = try await signed.commit([], reserve: 1, by: nil)
        let first = try await signed.commit([root], reserve: 2, by: "ann")
        let side = try await signed.commit([root], reserve: 3, by: nil, branch: "side")
        try await signed.commit([first, side], reserve: 4, by: "ann")
        #expect(try await signed.choose(first).findings.map(\.place) == [.commit(side)])
        // What the base follows from is not looked at again, although a way back leads there past the base.
        let good = try await signed.commit([root], reserve: 5, by: "ann", branch: "side")
        let tip = try await signed.commit([first, good], reserve: 6, by: "ann")
        #expect(try await signed.choose(first).commit == tip)
    }

    @Test("what root on a node calls applied is no base without a signature")
    func plantedBase() async throws {
        let signed = try await SignedHistory()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let planted = try await signed.commit([first], reserve: 2, by: nil)
        let tip = try await signed.commit([planted], reserve: 3, by: "ann")
        // Nor is the first one gone on from: nobody can tell that the other was not applied.
        #expect(try await signed.refused(planted, first) == [.commit(planted)])
        // And as the tip itself it is not read, either.
        try await signed.made.git(["update-ref", "refs/heads/main", planted.text])
        #expect(try await signed.refused(planted, first) == [.commit(planted)])
        #expect(try await signed.refusal(planted) == ["commit-unsigned"])
        #expect(tip != planted)
    }

    @Test("what root on a node calls applied vouches for nothing below it, as the tip or on the way to it")
    func plantedOnTop() async throws {
        let signed = try await SignedHistory()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let unsigned = try await signed.commit([first], reserve: 2, by: nil)
        let careless = try await signed.commit([unsigned], reserve: 3, by: "ann")
        #expect(try await signed.refused(careless, first) == [.commit(unsigned)])
        try await signed.commit([careless], reserve: 4, by: "ann")
        #expect(try await signed.refused(careless, first) == [.commit(unsigned)])
        // A side of a merge, which follows from no applied commit.
        let side = try await signed.commit([], reserve: 5, by: nil, branch: "side")
        let top = try await signed.commit([side], reserve: 6, by: "ann", branch: "side")
        try await signed.commit([first, top], reserve: 7, by: "ann")
        #expect(try await signed.refused(top, first) == [.commit(side)])
    }

    @Test("what most nodes remember needs no further look, whatever one of them says")
    func common() async throws {
        let signed = try await SignedHistory()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let stolen = try await signed.commit([first], reserve: 2, by: "revoked")
        let second = try await signed.commit([stolen], reserve: 3, by: "ann")
        let tip = try await signed.commit([second], reserve: 4, by: "ann")
        // A node that slept remembers what came before a key was revoked.
        #expect(try await signed.choose(common: second, first).commit == tip)
        #expect(try await signed.refused(second, first) == [.commit(stolen)])
        let unsigned = try await signed.commit([tip], reserve: 5, by: nil)
        let careless = try await signed.commit([unsigned], reserve: 6, by: "ann")
        let error = await #expect(throws: DesiredSourceError.self) {
            _ = try await signed.choose(common: second, careless)
        }
        #expect(error?.findings.map(\.place) == [.commit(unsigned)])
    }

    @Test("a bad tip brings no older commit back than the last that was applied")
    func noRewindByABadTip() async throws {
        let signed = try await SignedHistory()
        let old = try await signed.commit([], reserve: 1, by: "ann")
        let applied = try await signed.commit([old], reserve: 2, by: "ann")
        try await signed.commit([applied], reserve: 1, by: nil)
        #expect(try await signed.choose(old, applied).commit == applied)
        // Its key was revoked since: then there is nothing to go on from.
        let stolen = try await signed.commit([applied], reserve: 3, by: "revoked")
        try await signed.commit([stolen], reserve: 1, by: nil)
        #expect(try await signed.refusal(stolen, applied) == ["commit-unsigned"])
    }

    @Test("after the last applied commit's key was revoked, a commit by a good key goes on")
    func revokedBase() async throws {
        let signed = try await SignedHistory()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let stolen = try await signed.commit([first], reserve: 2, by: "revoked")
        #expect(try await signed.refusal(stolen) == ["commit-signer-revoked"])
        let tip = try await signed.commit([stolen], reserve: 3, by: "ann")
        #expect(try await signed.choose(stolen).commit == tip)
        // A node that slept remembers the one before: then the stolen one is on the way, and a person has to look.
        #expect(try await signed.refused(stolen, first) == [.commit(stolen)])
        #expect(try await SignedHistory.tipAlone(signed).choose(stolen, first).commit == tip)
    }

    @Test("an old state that was signed is refused, since newer ones were applied")
    func replay() async throws {
        let signed = try await SignedHistory()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let newer = try await signed.commit([first], reserve: 2, by: "ann")
        try await signed.made.git(["update-ref", "refs/heads/main", first.text])
        let error = await #expect(throws: DesiredSourceError.self) { _ = try await signed.choose(newer) }
        #expect(error?.description.contains("the branch is behind") == true)
    }

    @Test("refs/replace and the repository's own gpg.program fool git, and nobody here")
    func tricks() async throws {
        let signed = try await SignedHistory()
        let good = try await signed.commit([], reserve: 1, by: "ann")
        let evil = try await signed.commit([], reserve: 2, by: nil)
        try await signed.made.git(["replace", evil.text, good.text])
        #expect(try await signed.made.gitTrusts(evil, signed.keys))
        #expect(try await signed.refusal() == ["commit-unsigned"])
        // A program that says of every signature that it is good.
        let stranger = signed.made.draft(message: "by a stranger")
        let forged = try await signed.made.store(
            stranger, signature: try await signed.keys.pgpSignature(stranger, by: "stranger"))
        try signed.made.folder.write(
            "yes",
            "#!/bin/sh\ncat >/dev/null\nprintf '[GNUPG:] NEWSIG\\n[GNUPG:] GOODSIG 1234567890123456 Root\\n'\nexit 0\n")
        chmod(signed.made.path + "/yes", 0o755)
        try await signed.made.git(["config", "gpg.program", signed.made.path + "/yes"])
        #expect((try? await signed.made.git(["verify-commit", forged.text])) != nil)
        try await signed.made.git(["update-ref", "refs/heads/main", forged.text])
        #expect(try await signed.refusal() == ["commit-signer-unknown"])
    }

    @Test("more commits than a round may check are refused, and so is a history that is cut off")
    func bounds() async throws {
        let signed = try await SignedHistory()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let second = try await signed.commit([first], reserve: 2, by: "ann")
        let tip = try await signed.commit([second], reserve: 3, by: "ann")
        let repository = signed.repository
        #expect(try repository.commits(from: tip, without: [first], countMax: 2)?.count == 2)
        #expect(try repository.commits(from: tip, without: [first], countMax: 1) == nil)
        #expect(try repository.commits(from: tip, without: [tip], countMax: 1) == [])
        #expect(try repository.commits(from: tip, without: [first, second], countMax: 1) == [tip])
        let orphan = try await signed.commit(
            [try #require(ObjectID(String(repeating: "f", count: 40)))], reserve: 4, by: "ann")
        #expect(throws: GitError.self) { try repository.commits(from: orphan, without: [first], countMax: 9) }
    }

    @Test("without a signed commit that was applied, the tip vouches for all, and that is said")
    func firstOfAll() async throws {
        let signed = try await SignedHistory()
        let first = try await signed.commit([], reserve: 1, by: nil)
        let tip = try await signed.commit([first], reserve: 2, by: "ann")
        for loaded in [try await signed.choose(), try await signed.choose(first)] {
            #expect(loaded.commit == tip)
            #expect(loaded.notes.contains { $0.contains("vouches for all that it follows from") })
        }
    }
}
