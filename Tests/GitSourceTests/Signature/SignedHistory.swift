import GitSource
import Glibc
import Reconciler
import StateSpec
import Testing

/// A repository whose commits wish one node, and that asks for signatures.
struct SignedHistory: CommitRepository, SignatureJudge {
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
    static func tipAlone(_ signed: SignedHistory) -> SignedHistory {
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

    /// The same where most nodes name the first.
    func choose(common: ObjectID, _ other: ObjectID) async throws -> LoadedCommit {
        var applied = [common, other].map { AppliedCommit(commit: $0, at: SigningKeys.committed) }
        applied[0].isCommon = true
        return try await CommitChooser(self).load(applied: applied)
    }

    /// Where the faults are for which nothing is loaded.
    func refused(_ applied: ObjectID...) async throws -> [Place] {
        let list = applied.map { AppliedCommit(commit: $0, at: SigningKeys.committed) }
        let error = await #expect(throws: DesiredSourceError.self) {
            _ = try await CommitChooser(self).load(applied: list)
        }
        return error?.findings.map(\.place) ?? []
    }

    func refusal(_ applied: ObjectID...) async throws -> [String] {
        let list = applied.map { AppliedCommit(commit: $0, at: SigningKeys.committed) }
        let error = await #expect(throws: DesiredSourceError.self) {
            _ = try await CommitChooser(self).load(applied: list)
        }
        return error?.findings.map(\.code) ?? []
    }
}
