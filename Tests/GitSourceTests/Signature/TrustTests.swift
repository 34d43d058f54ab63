import GitSource
import Glibc
import Reconciler
import StateSpec
import Testing

/// Which commit is read, on real repositories with real signatures: whatever an attacker puts around a commit, the object
/// that was judged is the one that is read.
@Suite("signed history") struct TrustTests {
    /// A repository whose commits wish one node, and that asks for signatures.
    private struct Signed: CommitRepository, SignatureJudge {
        let made: TestRepository
        let keys: SigningKeys
        let repository: GitRepository
        let verifier: SignatureVerifier
        var demand = SignatureDemand.every

        init(_ demand: SignatureDemand = .every) async throws {
            made = try await TestRepository()
            keys = try await SigningKeys.shared.value
            repository = try GitRepository(opening: made.path)
            verifier = SignatureVerifier(try keys.lists, clock: StandingClock(moment: SigningKeys.now))
            self.demand = demand
        }

        /// The same repository, where the tip vouches for all.
        static func tipAlone(_ signed: Signed) -> Signed {
            var other = signed
            other.demand = .tip
            return other
        }

        /// Commits a tree with one node of this memory reserve, which tells commits apart.
        @discardableResult
        func commit(
            _ parents: [ObjectID], reserve: Int, by name: String?, branch: String = "main"
        ) async throws -> ObjectID {
            let cluster = try await made.blob("name: shop\nmemoryReserve: \(reserve) MiB\n")
            let nodes = try await made.tree(["100644 blob \(try await made.blob("ssh: root@alpha\n"))\talpha.yaml"])
            let domain = """
                <domain type='kvm'><name>web</name><uuid>00000000-0000-4000-8000-000000000001</uuid>
                <memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64'>hvm</type></os></domain>

                """
            let domains = try await made.tree(["100644 blob \(try await made.blob(domain))\tweb.xml"])
            let specs = try await made.tree([
                "100644 blob \(cluster)\tcluster.yaml", "040000 tree \(nodes)\tnodes",
                "040000 tree \(domains)\tdomains",
            ])
            let tree = try await made.tree(["040000 tree \(specs)\tcluster.d"])
            let draft = made.draft(parents: parents, message: "reserve \(reserve)", tree: tree)
            var signature: String?
            if let name { signature = try await keys.sshSignature(draft, by: name) }
            let commit = try await made.store(draft, signature: signature)
            try await made.git(["update-ref", "refs/heads/\(branch)", commit.text])
            return commit
        }

        var signatures: (any SignatureJudge)? { self }

        func judge(
            _ commit: ObjectID, as standing: CommitStanding
        ) async throws(DesiredSourceError) -> Result<CommitSigner, SignatureFault> {
            try await verifier.judge(commit, in: repository, as: standing)
        }

        func commits(
            from tip: ObjectID, without bases: [ObjectID], countMax: Int
        ) throws(DesiredSourceError) -> [ObjectID]? {
            try translate { () throws(GitError) in
                try repository.commits(from: tip, without: bases, countMax: countMax)
            }
        }

        func refresh() async -> [String] { [] }

        func tip() throws(DesiredSourceError) -> ObjectID {
            try translate { () throws(GitError) in try repository.resolve("refs/heads/main").id }
        }

        func load(_ commit: ReadableCommit) throws(DesiredSourceError) -> SpecLoad {
            let tree = try translate { () throws(GitError) in
                try repository.tree(at: commit.id, path: "cluster.d", limits: SpecLimits())
            }
            var loader = SpecLoader()
            return loader.load(tree, now: SigningKeys.now)
        }

        func has(_ commit: ObjectID) throws(DesiredSourceError) -> Bool {
            try translate { () throws(GitError) in try repository.has(commit) }
        }

        func isDescendant(_ newer: ObjectID, of older: ObjectID) throws(DesiredSourceError) -> Bool {
            try translate { () throws(GitError) in try repository.isDescendant(newer, of: older) }
        }

        func newestCommit(with path: String, before commit: ObjectID) throws(DesiredSourceError) -> ObjectID? { nil }

        func changedPaths(from older: ObjectID, to newer: ObjectID) throws(DesiredSourceError) -> [String] {
            try translate { () throws(GitError) in
                try repository.changedPaths(from: older, to: newer, path: "cluster.d")
            }
        }

        private func translate<Value>(_ body: () throws(GitError) -> Value) throws(DesiredSourceError) -> Value {
            do throws(GitError) { return try body() } catch { throw DesiredSourceError(error.description) }
        }

        func choose(_ applied: ObjectID...) async throws -> LoadedCommit {
            try await CommitChooser(self).load(
                applied: applied.map { AppliedCommit(commit: $0, at: SigningKeys.committed) })
        }

        func refusal(_ applied: ObjectID...) async throws -> [String] {
            let list = applied.map { AppliedCommit(commit: $0, at: SigningKeys.committed) }
            let error = await #expect(throws: DesiredSourceError.self) {
                _ = try await CommitChooser(self).load(applied: list)
            }
            return error?.findings.map(\.code) ?? []
        }
    }

    @Test("a signed tip is read, and its signer told")
    func good() async throws {
        let signed = try await Signed()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let tip = try await signed.commit([first], reserve: 2, by: "ann")
        let loaded = try await signed.choose(first)
        #expect(loaded.commit == tip && loaded.signer?.name == "ann@example.org" && loaded.findings.isEmpty)
        #expect(loaded.notes.isEmpty && loaded.previousCommit == first)
    }

    @Test("an unsigned tip is not read: rounds go on from the last good commit")
    func unsignedTip() async throws {
        let signed = try await Signed()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let tip = try await signed.commit([first], reserve: 2, by: nil)
        let loaded = try await signed.choose(first)
        #expect(loaded.commit == first && loaded.held?.commit == tip)
        #expect(loaded.findings.map(\.code) == ["commit-unsigned"])
        #expect(try await signed.refusal() == ["commit-unsigned"])
    }

    @Test("an unsigned commit below a signed tip", arguments: SignatureDemand.allCases)
    func unsignedBelow(demand: SignatureDemand) async throws {
        let signed = try await Signed(demand)
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let middle = try await signed.commit([first], reserve: 2, by: nil)
        let tip = try await signed.commit([middle], reserve: 3, by: "ann")
        let loaded = try await signed.choose(first)
        #expect(loaded.commit == (demand == .tip ? tip : first))
        #expect(loaded.findings.map(\.place) == (demand == .tip ? [] : [.commit(middle)]))
    }

    @Test("a merge whose other side is not signed; one that forked off long ago and is")
    func merges() async throws {
        let signed = try await Signed()
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
        let signed = try await Signed()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let planted = try await signed.commit([first], reserve: 2, by: nil)
        let tip = try await signed.commit([planted], reserve: 3, by: "ann")
        let loaded = try await signed.choose(planted, first)
        #expect(loaded.commit == first && loaded.findings.map(\.place) == [.commit(planted)])
        #expect(loaded.notes.contains { $0.contains("\(planted.short), applied at") }, "\(loaded.notes)")
        // And as the tip itself it is not read, either, nor gone on from.
        try await signed.made.git(["update-ref", "refs/heads/main", planted.text])
        #expect(try await signed.choose(planted, first).commit == first)
        #expect(try await signed.refusal(planted) == ["commit-unsigned"])
        #expect(tip != planted)
    }

    @Test("after the last applied commit's key was revoked, a commit by a good key goes on")
    func revokedBase() async throws {
        let signed = try await Signed()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let stolen = try await signed.commit([first], reserve: 2, by: "revoked")
        #expect(try await signed.refusal(stolen) == ["commit-signer-revoked"])
        let tip = try await signed.commit([stolen], reserve: 3, by: "ann")
        #expect(try await signed.choose(stolen).commit == tip)
        // A node that slept remembers the one before: then the stolen one is on the way, and a person has to look.
        #expect(try await signed.choose(stolen, first).findings.map(\.place) == [.commit(stolen)])
        #expect(try await Signed.tipAlone(signed).choose(stolen, first).commit == tip)
    }

    @Test("an old state that was signed is refused, since newer ones were applied")
    func replay() async throws {
        let signed = try await Signed()
        let first = try await signed.commit([], reserve: 1, by: "ann")
        let newer = try await signed.commit([first], reserve: 2, by: "ann")
        try await signed.made.git(["update-ref", "refs/heads/main", first.text])
        let error = await #expect(throws: DesiredSourceError.self) { _ = try await signed.choose(newer) }
        #expect(error?.description.contains("the branch is behind") == true)
    }

    @Test("refs/replace and the repository's own gpg.program fool git, and nobody here")
    func tricks() async throws {
        let signed = try await Signed()
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
        let signed = try await Signed()
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
        let signed = try await Signed()
        let first = try await signed.commit([], reserve: 1, by: nil)
        let tip = try await signed.commit([first], reserve: 2, by: "ann")
        for loaded in [try await signed.choose(), try await signed.choose(first)] {
            #expect(loaded.commit == tip)
            #expect(loaded.notes.contains { $0.contains("vouches for all that it follows from") })
        }
    }
}
