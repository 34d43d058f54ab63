import Testing

@testable import Reconciler
@testable import StateSpec

/// Rule S8: missing, broken or rewound wishes are never acted on.
struct CommitChooserTests {
    private let good = commit("a")
    private let tip = commit("b")
    private let moment = Timestamp(secondsSinceEpoch: 1_800_000_000)

    @Test func theTipIsTakenWhenItFollows() async throws {
        let repository = Commits(tip: tip, order: [good, tip])
        let loaded = try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        #expect(loaded.commit == tip)
        #expect(loaded.previous?.nodes.map(\.name.text) == ["alpha", "beta"])
        #expect(loaded.held == nil)
    }

    @Test func aRewoundBranchIsRefused() async throws {
        let repository = Commits(tip: good, order: [good, tip])
        let error = await #expect(throws: DesiredSourceError.self) {
            try await CommitChooser(repository).load(applied: [AppliedCommit(commit: tip, at: moment)])
        }
        #expect(error?.description.contains("the branch is behind: its tip aaaaaaaaaa comes before") == true)
        let preview = try await CommitChooser(repository, preview: .ofRevision)
            .load(applied: [AppliedCommit(commit: tip, at: moment)])
        #expect(preview.notes.count == 1)
        let saved = try await CommitChooser(repository, preview: .ofSavedScan)
            .load(applied: [AppliedCommit(commit: tip, at: moment)])
        #expect(saved.notes == preview.notes)
    }

    /// Two controllers, two copies: what the other one applied is known by the nodes' word alone.
    @Test(arguments: [true, false])
    func whatAnotherControllerAppliedIsNotPassedOver(isMissing: Bool) async throws {
        var repository = Commits(tip: tip, order: [good, tip])
        let other = AppliedCommit(commit: commit("e"), at: moment)
        repository.missing = isMissing ? [other.commit] : []
        let error = await #expect(throws: DesiredSourceError.self) {
            try await CommitChooser(repository).load(applied: [other, AppliedCommit(commit: good, at: moment)])
        }
        let reason =
            isMissing
            ? "commit eeeeeeeeee, which was applied at 2027-01-15T08:00:00Z, is not in this repository: fetch it, or push"
            : "the branch was rewound: its tip bbbbbbbbbb does not follow from commit eeeeeeeeee, which was applied"
        #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
        let preview = try await CommitChooser(repository, preview: .ofRevision)
            .load(applied: [other, AppliedCommit(commit: good, at: moment)])
        #expect(preview.notes.count == 1)
    }

    /// Root on one node shall not be able to pass for all of them.
    @Test func whatMoreThanHalfOfTheNodesRememberIsCommon() {
        func common(_ words: [ObjectID?]) -> [ObjectID] {
            var world = World(["alpha", "beta", "gamma", "delta"])
            for (name, commit) in zip(["alpha", "beta", "gamma", "delta"] as [NodeName], words) {
                world.hosts[name]?.memo.applied = commit.map { AppliedCommit(commit: $0, at: moment) }
            }
            return Round.applied(world.observed()).filter(\.isCommon).map(\.commit)
        }
        #expect(common([good, good, good, tip]) == [good])
        #expect(common([good, good, tip, tip]) == [])
        #expect(common([good, good, tip, nil]) == [good])
        #expect(common([good, tip, nil, nil]) == [])
        #expect(common([tip, nil, nil, nil]) == [tip])
        #expect(common([nil, nil, nil, nil]) == [])
    }

    @Test func aBrokenTipHoldsOnlyWhatItChanges() async throws {
        var repository = Commits(tip: tip, order: [good, tip])
        repository.broken = [tip]
        repository.changed = ["domains/web1.yaml"]
        let loaded = try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        #expect(loaded.commit == good)
        #expect(loaded.held?.commit == tip)
        #expect(loaded.held?.domains.map(\.text) == ["web1"])
        #expect(!loaded.findings.isEmpty && !loaded.notes.isEmpty)
    }

    @Test(arguments: ["cluster.yaml", "nodes/alpha.yaml", "iscsi/box.yaml", "domains/a/b.yaml"])
    func aBrokenTipThatChangesMoreHoldsEverything(path: String) async throws {
        var repository = Commits(tip: tip, order: [good, tip])
        repository.broken = [tip]
        repository.changed = [path]
        let loaded = try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        #expect(loaded.held?.domains.map(\.text).sorted() == ["web1", "web2"])
    }

    @Test func aBrokenTipWithNothingAppliedIsRefused() async {
        var repository = Commits(tip: tip, order: [good, tip])
        repository.broken = [tip]
        let error = await #expect(throws: DesiredSourceError.self) {
            try await CommitChooser(repository).load(applied: [])
        }
        #expect(error?.findings.count == 1)
    }

    /// Whoever may not sign shall not stop rounds by a tree that cannot be compared, either.
    @Test func anUnsignedTipThatCannotBeComparedHoldsEverything() async throws {
        var repository = Commits(tip: tip, order: [good, tip])
        repository.signedBy = [good: "ann"]
        repository.isComparable = false
        let loaded = try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        #expect(loaded.commit == good && loaded.signer?.name == "ann")
        #expect(loaded.held?.domains.map(\.text).sorted() == ["web1", "web2"])
        repository.signedBy = [good: "ann", tip: "ann"]
        repository.broken = [tip]
        await #expect(throws: DesiredSourceError.self) {
            try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        }
    }

    /// Under another name nobody would know a lock, a member or a command in flight.
    @Test func aClusterThatIsRenamedIsAnError() async throws {
        var repository = Commits(tip: tip, order: [good, tip])
        repository.nameAtTip = "d"
        repository.changed = ["cluster.yaml"]
        let loaded = try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        #expect(loaded.commit == good && loaded.desired.cluster.name == "c")
        #expect(loaded.findings.map(\.code) == ["cluster-renamed"])
        #expect(loaded.findings.map(\.place.file) == ["cluster.yaml"])
        #expect(loaded.held?.domains.count == 2)
    }

    /// What one domain asks for is refused; the others go on from the last good commit.
    @Test func aTipAgainstThePolicyIsNotUsed() async throws {
        var repository = Commits(tip: tip, order: [good, tip])
        repository.outlawed = [tip]
        repository.changed = ["domains/web1.xml"]
        let loaded = try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        #expect(loaded.commit == good && loaded.outlawed == [])
        #expect(loaded.held?.domains.map(\.text) == ["web1"])
        #expect(loaded.findings.map(\.code) == ["policy-disk"])
        await #expect(throws: DesiredSourceError.self) { try await CommitChooser(repository).load(applied: []) }
        let unguarded = try await Guard.$off.withValue([.policyIsObeyed]) {
            try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        }
        #expect(unguarded.commit == tip)
    }

    /// The policy became stricter than when the commit was applied: what breaks it is left as it is, the rest goes on.
    @Test(arguments: [false, true])
    func aTightenedPolicyHoldsWhatBreaksIt(isTip: Bool) async throws {
        var repository = Commits(tip: isTip ? good : tip, order: [good, tip])
        repository.outlawed = [good, tip]
        repository.changed = ["domains/web2.xml"]
        let loaded = try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        #expect(loaded.commit == good && loaded.outlawed.map(\.text) == ["web1"])
        #expect(loaded.held?.domains.map(\.text) == (isTip ? nil : ["web2"]))
        #expect(loaded.findings.map(\.code) == ["policy-disk"] && loaded.notes.count == 1)
        #expect(loaded.desired.domains.count == 2)
    }

    /// Its mending is a commit like any other.
    @Test func whatObeysAgainIsFollowed() async throws {
        var repository = Commits(tip: tip, order: [good, tip])
        repository.outlawed = [good]
        let loaded = try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        #expect(loaded.commit == tip && loaded.outlawed == [] && loaded.previous?.domains.count == 2)
    }

    @Test func aNodeThatVanishesFromGitIsAnError() async throws {
        var repository = Commits(tip: tip, order: [good, tip])
        repository.nodesAtTip = ["alpha"]
        let loaded = try await CommitChooser(repository).load(applied: [AppliedCommit(commit: good, at: moment)])
        #expect(loaded.commit == good)
        #expect(loaded.findings.map(\.code) == ["node-removed"])
        #expect(loaded.findings.map(\.place.file) == ["nodes/beta.yaml"])
    }
}

private func commit(_ digit: String) -> ObjectID {
    guard let id = ObjectID(String(repeating: digit, count: 40)) else { preconditionFailure("no object id") }
    return id
}

/// A line of commits, each with two nodes and two domains.
private struct Commits: CommitRepository {
    var tipCommit: ObjectID
    var order: [ObjectID]
    var broken: Set<ObjectID> = []
    /// Commits in which web1 asks for what the policy forbids.
    var outlawed: Set<ObjectID> = []
    var missing: Set<ObjectID> = []
    var changed: [String] = []
    var nodesAtTip = ["alpha", "beta"]
    var nameAtTip: ClusterName = "c"
    var signedBy: [ObjectID: String]?
    var isComparable = true

    init(tip: ObjectID, order: [ObjectID]) {
        tipCommit = tip
        self.order = order
    }

    func refresh() async -> [String] { [] }
    func tip() throws(DesiredSourceError) -> ObjectID { tipCommit }

    var signatures: (any SignatureJudge)? {
        signedBy.map {
            FakeJudge(signedBy: $0) { [order] in order.firstIndex(of: $0).map { Array(order[...$0].reversed()) } }
        }
    }

    func load(_ readable: ReadableCommit) throws(DesiredSourceError) -> SpecLoad {
        let commit = readable.id
        if broken.contains(commit) {
            let place = Place(file: "domains/web1.yaml", line: 2, column: 1)
            return SpecLoad(state: nil, findings: [Finding(.error, place, code: "unknown-key", "unknown key")])
        }
        do {
            let names = commit == tipCommit ? nodesAtTip : ["alpha", "beta"]
            let nodes = try names.map { NodeSpec(name: try NodeName($0)) }
            let domains = try ["web1", "web2"].enumerated().map { index, name in
                let uuid = try #require(DomainUUID("00000000-0000-4000-8000-00000000000\(index)"))
                let definition = DomainDefinition(type: "kvm", memory: MemorySize(mebibytes: 64), vcpus: 1)
                return DomainSpec(
                    name: try DomainName(name), uuid: uuid, definition: definition, xml: [], xmlBlob: nil)
            }
            let cluster = ClusterSpec(name: commit == tipCommit ? nameAtTip : "c")
            let state = DesiredState(cluster: cluster, nodes: nodes, domains: domains)
            guard outlawed.contains(commit) else { return SpecLoad(state: state, findings: []) }
            let place = Place(file: "domains/web1.xml")
            let finding = Finding(.error, place, code: "policy-disk", "the file '/etc/shadow'")
            return SpecLoad(state: state, outlawed: ["web1"], findings: [finding])
        } catch {
            throw DesiredSourceError("\(error)")
        }
    }

    func has(_ commit: ObjectID) throws(DesiredSourceError) -> Bool { !missing.contains(commit) }

    func isDescendant(_ newer: ObjectID, of older: ObjectID) throws(DesiredSourceError) -> Bool {
        guard let newer = order.firstIndex(of: newer), let older = order.firstIndex(of: older) else { return false }
        return newer >= older
    }

    func newestCommit(with path: String, before commit: ObjectID) throws(DesiredSourceError) -> ObjectID? {
        order.last { $0 < commit }
    }

    func changedPaths(from older: ObjectID, to newer: ObjectID) throws(DesiredSourceError) -> [String] {
        guard isComparable else { throw DesiredSourceError("too many files") }
        return changed
    }
}
