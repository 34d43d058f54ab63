import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

/// A check of `LockScript`, and a session that it refuses.
struct LockCheck: Sendable, CustomTestStringConvertible {
    /// The guards that it is, on a node; none where a slip of ours would have to come first.
    let off: [Guard]
    let name: String
    let edit: ScriptEdit
    /// What the session asks, after the lines with which each begins.
    var asks = ""
    var cluster = "demo"
    var run = "ours"
    /// What the node knows of epochs.
    var epoch = "epoch 7 theirs\n"
    /// What the node must not say.
    var bad = "locked"
    /// What is different on the node.
    var prepare: @Sendable (LocalNode) throws -> FileLock? = { _ in nil }

    var testDescription: String { name }

    static let all = [
        Self(
            off: [.oneHolder], name: "one holder",
            edit: ScriptEdit(check: "if ! flock -w 1 9; then", instead: "if false; then"),
            prepare: { try FileLock("\($0.folder)/run/demo/lock") }),
        Self(
            off: [.epochsOnlyGrow], name: "a greater epoch",
            edit: ScriptEdit(check: #"if [ "$number" -le "$known" ]; then"#, instead: "if false; then"),
            asks: "e7" + String(repeating: "\n", count: 19), bad: "accepted"),
        Self(
            off: [.epochsOnlyGrow], name: "an epoch that is a number",
            edit: ScriptEdit(
                check: "case $number in '' | *[!0-9]* | ????????????????*) return 1 ;; esac"),
            asks: "e8x" + String(repeating: "\n", count: 18), bad: "accepted"),
        Self(
            off: [.epochsOnlyGrow], name: "a record of epochs",
            edit: ScriptEdit(check: #"&& [ "$word" = epoch ] || known="#, instead: "|| known="), epoch: "odd 7 theirs\n"
        ),
        Self(
            off: [.epochsOnlyGrow], name: "a record with a number",
            edit: ScriptEdit(
                check: "case $known in '' | *[!0-9]* | ????????????????*) say epoch; exit 0 ;; esac"),
            epoch: "epoch x theirs\n"),
        Self(
            off: [], name: "root", edit: ScriptEdit(check: #"[ "$(id -u)" = 0 ] || { say root; exit 0; }"#),
            prepare: { local in
                try writeFile("\(local.folder)/bin/id", "#!/bin/sh\necho 1000\n".utf8, mode: 0o755)
                return nil
            }),
        Self(
            off: [], name: "cluster",
            edit: ScriptEdit(check: "case $cluster in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac"),
            cluster: "demo/../demo"),
        Self(
            off: [], name: "run",
            edit: ScriptEdit(check: "case $run in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac"),
            run: "two words"),
    ]
}

/// Each check of the lock's script refuses what would be granted without it.
@Suite struct LockCheckTests {
    private let token = "0123456789abcdef0123456789abcdef"

    /// All that a session says whose input ends after what it asks.
    private func said(_ row: LockCheck, without edit: ScriptEdit?) async throws -> String {
        let local = try LocalNode(edit: edit)
        for folder in ["run/demo", "lib/demo"] { try makeFolder("\(local.folder)/\(folder)") }
        try writeFile("\(local.folder)/lib/demo/epoch", row.epoch.utf8)
        let lock = try row.prepare(local)
        let input = "\(token)\n\(row.cluster)\n600\nrun=\(row.run)\nfrom=x\n\n\(row.asks)"
        let reply = try await local.run(
            NodeRequest(script: LockScript.script, input: Array(input.utf8), deadline: .seconds(60)),
            on: NodeSpec(name: try NodeName("alpha")).ssh)
        lock?.release()
        return String(decoding: reply.output, as: UTF8.self)
    }

    @Test(arguments: LockCheck.all) func withoutItTheSessionIsGranted(_ row: LockCheck) async throws {
        #expect(row.edit.count(in: LockScript.script) == 1)
        #expect(try await !said(row, without: nil).contains("\(token) \(row.bad)"))
        #expect(try await said(row, without: row.edit).contains("\(token) \(row.bad)"))
    }

    @Test func aGoodSessionIsGranted() async throws {
        let asks = "e8" + String(repeating: "\n", count: 19)
        let row = LockCheck(off: [], name: "none", edit: ScriptEdit(check: ""), asks: asks)
        let said = try await said(row, without: nil)
        #expect(said.contains("\(token) locked 7\n") && said.contains("\(token) accepted\n"))
    }

    /// The lock of a holder that is not heard any more is free, or nobody else could go on.
    @Test func withoutItALockOutlivesItsHeartbeat() async throws {
        let edit = ScriptEdit(
            check: #"while byte=$(timeout "$limit" head -c 1 9>&-)"#, instead: "while byte=$(head -c 1 9>&-)")
        #expect(edit.count(in: LockScript.script) == 1)
        for isThere in [true, false] {
            let local = try LocalNode(edit: isThere ? nil : edit)
            let node = NodeSpec(name: try NodeName("alpha"))
            var timing = NodeTiming()
            timing.heartbeat = Seconds(600)
            timing.heartbeatMax = Seconds(1)
            let hypervisor = VirshHypervisor(transport: local, timing: timing)
            let first = try await hypervisor.lock(node, holder: try holder("one"))
            try await Task.sleep(for: .seconds(2))
            let second = try? await hypervisor.lock(node, holder: try holder("two"))
            #expect((second != nil) == isThere)
            await second?.release()
            await first.release()
        }
    }

    private func holder(_ run: String) throws -> LockHolder {
        LockHolder(
            cluster: try ClusterName("demo"), run: try RunID(run), from: "ann@ops1",
            since: Timestamp(secondsSinceEpoch: 1_800_000_000), activity: "apply")
    }
}
