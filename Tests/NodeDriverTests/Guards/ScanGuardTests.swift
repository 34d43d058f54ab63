import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

/// Each guard that decides what counts as an answer: without it, what is no answer passes for one.
@Suite struct ScanGuardTests {
    /// A recorded answer, with something changed in it.
    struct Row: Sendable, CustomTestStringConvertible {
        let off: [Guard]
        let old: String
        let new: String

        var testDescription: String { "\(off)" }
    }

    private static let mark = "0123456789abcdef0123456789abcdef:"

    static let rows = [
        Row(off: [.framesAreWhole], old: "\(mark)end/", new: ""),
        Row(off: [.failureIsSilence], old: "\(mark)status/0\n", new: "\(mark)status/1\n"),
        Row(off: [.onlyRootIsHeard], old: "\(mark)host/0\n", new: "\(mark)host/1000\n"),
        Row(off: [.errorsVoidAScan], old: "\(mark)errors/", new: "\(mark)errors/error: failed to get domain 'x'\n"),
        Row(
            off: [.listingIsSteady], old: "\(mark)again/c0ffee00-0000-4000-8000-000000000004\n",
            new: "\(mark)again/"),
    ]

    /// What iscsiadm and sysfs say of sessions, and whether users of their disks were looked for to the end.
    static let sessions = [
        Row(off: [.sessionsAreProven], old: "iscsi-client/0\n", new: "iscsi-client/20\n"),
        Row(
            off: [.sessionsAreProven],
            old: "iscsi-client/0\ntcp: [4] 10.78.0.1:3260,1 iqn.2024-01.lab.store:vol1 (non-flash)\n",
            new: "iscsi-client/0\n"),
        Row(
            off: [.sessionsAreProven],
            old: "iscsi-client/0\ntcp: [4] 10.78.0.1:3260,1 iqn.2024-01.lab.store:vol1 (non-flash)\n"
                + "tcp: [5] [store]:3260,1 iqn.2024-01.lab.store:vol2 (non-flash)\n",
            new: "iscsi-client/21\n"),
    ]

    @Test(arguments: sessions) func sessionsThatAreContradictedPassForKnown(_ row: Row) throws {
        let whole = String(decoding: try Captures.bytes("scan/iscsi-sessions.raw"), as: UTF8.self)
        #expect(whole.ranges(of: row.old).count == 1)
        let text = whole.replacing(row.old, with: row.new)
        #expect(try iscsi(whole) != nil)
        #expect(try iscsi(text) == nil)
        #expect(try Guard.$off.withValue(Set(row.off)) { try iscsi(text)?.sessions.count } == 2)
    }

    /// A look that was cut short has found only those users that it came to.
    @Test func disksThatNobodyWasFoundToUsePassForUnused() throws {
        let whole = String(decoding: try Captures.bytes("scan/iscsi-sessions.raw"), as: UTF8.self)
        let cut = whole.replacing(
            "sda process 756 sleep\nsdb mount /srv/a\\040b\nall\n", with: "sda holder dm-0\n")
        #expect(cut.utf8.count < whole.utf8.count)
        #expect(try iscsi(cut) == nil)
        let off = try Guard.$off.withValue([.usersAreProven]) { try iscsi(cut) }
        #expect(off?.sessions.flatMap(\.devices).map(\.users) == [[], []])
    }

    private func iscsi(_ text: String) throws -> ObservedISCSI? {
        let frames = try Frames(Array(text.utf8), token: try #require(Captures.token))
        return try #require(ISCSIText.parse(frames)).value
    }

    private func read(_ text: String) throws -> Bool {
        let token = try #require(Captures.token)
        let reply = NodeReply(status: 0, output: Array(text.utf8), errorOutput: [])
        let request = ScanRequest(
            token: token, cluster: try ClusterName("demo"), limit: Seconds(9), known: nil, depth: .round)
        if case .answered = ScanAnswer.read(reply, of: request, old: nil) { return true }
        return false
    }

    @Test(arguments: rows) func whatIsNoAnswerPassesForOne(_ row: Row) throws {
        let whole = String(decoding: try Captures.bytes("scan/three-domains.raw"), as: UTF8.self)
        #expect(whole.ranges(of: row.old).count == 1)
        let text = whole.replacing(row.old, with: row.new)
        #expect(try read(whole))
        #expect(try !read(text))
        #expect(try Guard.$off.withValue(Set(row.off)) { try read(text) })
    }

    /// libvirtd dies between the listing and the look at a domain: it must not be missing from an answer.
    @Test func aDomainThatCannotBeLookedAtIsMissing() async throws {
        let local = try LocalNode()
        try local.answer("list --all --uuid", "5ca10000-0000-4000-8000-000000000001\n")
        let node = NodeSpec(name: try NodeName("alpha"))
        let cluster = try ClusterName("demo")
        func scan() async -> NodeScan {
            await VirshHypervisor(transport: local).scan(node, of: cluster, deadline: Seconds(300))
        }
        guard case .silent = await scan() else {
            Issue.record("it is an answer")
            return
        }
        guard case .answered(let seen) = await Guard.$off.withValue([.errorsVoidAScan], operation: scan) else {
            Issue.record("it is no answer, and the guard is good for nothing")
            return
        }
        #expect(seen.domains.isEmpty)
    }

    /// A network that swallows everything: the node has given the lock up, and nobody says so.
    @Test func aLockThatNobodyAnswersForLooksHeld() async {
        let clock = StoppedClock()
        let timing = NodeTiming()
        let pulse = Pulse(session: DeafSession(), token: ScanToken(), clock: clock, since: 0, timing: timing)
        #expect(Pulse(session: DeafSession(), token: ScanToken(), clock: clock, since: 60_000, timing: timing).isAlive)
        #expect(!pulse.isAlive)
        #expect(Guard.$off.withValue([.heartbeatIsAnswered]) { pulse.isAlive })
    }
}

/// A clock that stands at one minute.
private struct StoppedClock: ReconcilerClock {
    func now() -> Timestamp { Timestamp(secondsSinceEpoch: 1_800_000_060) }
    func monotonicMilliseconds() -> Int64 { 60_000 }
    func sleep(_ span: Duration) async throws {}
}

/// A session that says nothing.
private struct DeafSession: NodeSession {
    func send(_ bytes: [UInt8]) async throws(NodeError) {}
    func readLine(deadline: Duration) async throws(NodeError) -> [UInt8]? { nil }
    func close() async {}
}
