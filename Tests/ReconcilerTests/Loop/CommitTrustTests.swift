import StateSpec
import Testing

@testable import Reconciler

/// Which commits are read where signatures are asked for (rule S8), by a table of who signed what. With real keys:
/// GitSourceTests.
@Suite("commits that somebody signed") struct CommitTrustTests {
    private static let line: [ObjectID] = ["c1", "c2", "c3", "c4"].map { ObjectID(stringLiteral: $0) }

    private static func judge(
        _ signedBy: [Int: String], _ demand: SignatureDemand = .every,
        faults: [String: [CommitStanding: SignatureFault.Code]] = [:]
    ) -> FakeJudge {
        let names = Dictionary(uniqueKeysWithValues: signedBy.map { (line[$0.key], $0.value) })
        return FakeJudge(demand: demand, signedBy: names, faults: faults) { commit in
            line.firstIndex(of: commit).map { Array(line[...$0].reversed()) }
        }
    }

    private static func trust(_ judge: FakeJudge?) -> CommitTrust { CommitTrust(judge) }

    @Test("none is asked for: all are read")
    func withoutSigners() async throws {
        let verdict = try await Self.trust(nil).judge(tip: Self.line[3], words: [])
        #expect(verdict.readable == ReadableCommit(Self.line[3], signer: nil))
        #expect(verdict.findings.isEmpty && verdict.notes.isEmpty)
    }

    @Test("all since the applied one, or the tip alone", arguments: SignatureDemand.allCases)
    func demand(demand: SignatureDemand) async throws {
        let trust = Self.trust(Self.judge([0: "ann", 1: "ann", 3: "bob"], demand))
        let verdict = try await trust.judge(tip: Self.line[3], words: [Self.line[1]])
        #expect((verdict.readable == nil) == (demand == .every))
        #expect(verdict.findings.map(\.place) == (demand == .every ? [.commit(Self.line[2])] : []))
        #expect(demand == .every || verdict.readable?.signer?.name == "bob")
    }

    @Test("applied is a word of nodes: without a signature it is no base, and is not gone on from")
    func plantedBase() async throws {
        let trust = Self.trust(Self.judge([0: "ann", 3: "ann"]))
        let verdict = try await trust.judge(tip: Self.line[3], words: [Self.line[2], Self.line[0]])
        #expect(verdict.findings.map(\.place) == [.commit(Self.line[2]), .commit(Self.line[1])])
        #expect(try await trust.judge(tip: Self.line[2], words: [Self.line[2]]).readable == nil)
    }

    @Test("a key that expired stops what is new, and not what was applied; a revoked one stops both")
    func standing() async throws {
        let faults: [String: [CommitStanding: SignatureFault.Code]] = [
            "old": [.new: .expired], "thief": [.new: .revoked, .applied: .revoked],
        ]
        let trust = Self.trust(Self.judge([1: "old", 2: "thief"], faults: faults))
        let new = try await trust.judge(tip: Self.line[1], words: [])
        #expect(new.findings.map(\.code) == ["commit-signer-expired"])
        let applied = try await trust.judge(tip: Self.line[1], words: [Self.line[1]])
        #expect(applied.readable?.signer?.name == "old")
        for list in [[], [Self.line[2]]] {
            let revoked = try await trust.judge(tip: Self.line[2], words: list)
            #expect(revoked.readable == nil && revoked.findings.map(\.code) == ["commit-signer-revoked"])
        }
    }

    @Test("more than a round can check is refused")
    func bound() async throws {
        var judge = Self.judge([0: "ann", 3: "ann"])
        judge = FakeJudge(signedBy: judge.signedBy) { commit in
            commit == Self.line[0]
                ? [commit]
                : [commit] + (0..<CommitTrust.commitsMax).map { ObjectID(stringLiteral: "d\(10_000 + $0)") } + [
                    Self.line[0]
                ]
        }
        let verdict = try await Self.trust(judge).judge(tip: Self.line[3], words: [Self.line[0]])
        #expect(verdict.readable == nil && verdict.findings.map(\.code) == ["commits-too-many"])
    }

    @Test("an unsigned tip holds what it changes, unread; its tree may be anything")
    func chooser() async throws {
        let branch = FakeBranch()
        let files = ["cluster.yaml": "name: c\n", "nodes/alpha.yaml": "ssh: root@alpha\n"].mapValues { Array($0.utf8) }
        let domain = { (run: String) in ["domains/web.xml": Self.xml, "domains/web.yaml": Array("run: \(run)\n".utf8)] }
        let good = branch.commit(files.merging(domain("keepalive")) { $1 })
        let tip = branch.commit(files.merging(domain("stopped")) { $1 })
        branch.signedBy = [good: "ann"]
        let applied = AppliedCommit(commit: good, at: Timestamp(secondsSinceEpoch: 0))
        let loaded = try await CommitChooser(branch).load(applied: [applied])
        #expect(loaded.commit == good && loaded.signer?.name == "ann")
        #expect(loaded.held == HeldObjects(commit: tip, domains: ["web"]))
        #expect(loaded.findings.map(\.code) == ["commit-unsigned"])
        let error = await #expect(throws: DesiredSourceError.self) {
            _ = try await CommitChooser(branch).load(applied: [])
        }
        #expect(error?.findings.map(\.code) == ["commit-unsigned"])
        let preview = try await CommitChooser(branch, preview: .ofRevision).load(applied: [applied])
        #expect(preview.commit == tip && preview.signer == nil)
        #expect(preview.notes.contains("\(tip.short) would be refused for its signatures"))
        // That a scan was saved says nothing about signatures.
        let saved = try await CommitChooser(branch, preview: .ofSavedScan).load(applied: [applied])
        #expect(saved.commit == good && saved.held == loaded.held)
    }

    private static let xml = Array(
        """
        <domain type='kvm'><name>web</name><uuid>00000000-0000-4000-8000-000000000001</uuid>
        <memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64'>hvm</type></os></domain>

        """.utf8)

    @Test("every fault has a code of its own and says what to do")
    func faults() {
        let codes = SignatureFault.Code.allCases
        #expect(Set(codes.map(\.rawValue)).count == codes.count)
        for code in codes {
            let finding = SignatureFault(code, "is wrong").finding(about: Self.line[0])
            #expect(finding.description.hasPrefix("commit c1"), "\(finding)")
            #expect(finding.hint?.isEmpty == false && finding.severity == .error)
        }
    }
}

extension CommitTrust {
    /// Judges where single nodes have each called one of these applied.
    fileprivate func judge(tip: ObjectID, words applied: [ObjectID]) async throws(DesiredSourceError) -> Verdict {
        let moment = Timestamp(secondsSinceEpoch: 0)
        return try await judge(tip: tip, applied: applied.map { AppliedCommit(commit: $0, at: moment) })
    }
}
