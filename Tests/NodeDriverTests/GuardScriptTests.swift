import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("the guard around every command")
struct GuardScriptTests {
    static let shells = ["dash", "bash"]
    let uuid = "c0ffee00-0000-4000-8000-000000000001"

    /// A node whose lock is held by the run `ours`, and what may act on it.
    private struct Held: Sendable {
        let local: LocalNode
        let lock: FileLock
        let guardian: CommandGuard
        let hypervisor: VirshHypervisor
        let node: NodeSpec
    }

    private func held(shell: String = "dash", run: String = "ours", timing: NodeTiming = NodeTiming()) throws -> Held {
        let local = try LocalNode(shell: shell)
        try local.answer("run", "")
        try makeFolder("\(local.folder)/run/demo")
        try writeFile("\(local.folder)/run/demo/holder", "run=ours\nfrom=x\n".utf8)
        try makeFolder("\(local.folder)/lib/demo")
        try writeFile("\(local.folder)/lib/demo/epoch", "epoch 7 ours\n".utf8)
        let boot = try readFile("/proc/sys/kernel/random/boot_id").prefix(36)
        let guardian = CommandGuard(
            cluster: try ClusterName("demo"), run: try RunID(run), epoch: try epoch(7),
            bootID: try #require(DomainUUID(String(decoding: boot, as: UTF8.self))), notAfter: Seconds(1 << 40))
        return Held(
            local: local, lock: try FileLock("\(local.folder)/run/demo/lock"), guardian: guardian,
            hypervisor: VirshHypervisor(transport: local, timing: timing), node: NodeSpec(name: try NodeName("alpha")))
    }

    private func arguments(_ held: Held) throws -> [String] {
        String(decoding: try readFile("\(held.local.folder)/arguments"), as: UTF8.self).split(separator: "\n")
            .map { String($0.dropFirst().dropLast()) }
    }

    @Test("XML arrives byte for byte", arguments: shells)
    func create(shell: String) async throws {
        let held = try held(shell: shell)
        let id = try #require(DomainUUID(uuid))
        let xml = HostileText.all.flatMap { Array($0.utf8) } + (0...255).map { UInt8($0) }
        try await held.hypervisor.perform(.create(id, xml: xml), on: held.node, guard: held.guardian)
        #expect(try readFile("\(held.local.folder)/created") == xml)
        #expect(try arguments(held) == ["create", "--validate", "/dev/stdin"])
        #expect(try readFile("\(held.local.folder)/lib/demo/inflight/\(uuid)").isEmpty)
    }

    @Test("every verb arrives as its own arguments", arguments: shells)
    func verbs(shell: String) async throws {
        let held = try held(shell: shell)
        let id = try #require(DomainUUID(uuid))
        for command in [NodeCommand.shutdown(id), .destroy(id), .abortJob(id)] {
            try await held.hypervisor.perform(command, on: held.node, guard: held.guardian)
        }
        try await held.hypervisor.perform(
            .migrate(id, to: held.node, isPersistent: false, timeout: Seconds(9)), on: held.node, guard: held.guardian)
        #expect(
            try arguments(held) == [
                "shutdown", uuid, "destroy", uuid, "domjobabort", uuid, "migrate", "--live", "--p2p",
                "--abort-on-error", uuid, "qemu+ssh://alpha/system",
            ])
        // With a keepalive virsh would end by itself while a frozen libvirtd still has the command.
        #expect(try readFile("\(held.local.folder)/keepalive") == Array("0\n0\n0\n0\n".utf8))
    }

    /// Ways to ask for something else than havirt does, with a hostile word in it.
    private func requests(_ text: String) -> [[String]] {
        let migrate = ["migrate", "--live", "--p2p", "--abort-on-error"]
        let calls =
            [
                [text], [text, uuid], ["destroy", text], ["destroy", uuid, text], ["destroy", "\(uuid)\(text)x"],
                ["shutdown", "\(uuid);\(text)"], ["create", "--validate", text], ["create", text, "/dev/stdin"],
                migrate + [uuid, text], migrate + [uuid, "qemu+ssh://\(text)/system?command=id"],
                migrate + [uuid, "qemu+ssh://-\(text)/system"], migrate + [text, uuid, "qemu+ssh://beta/system"],
            ].map { ["virsh", "-c", "qemu:///system"] + $0 }
        return calls + [
            [text], ["virsh", text], ["virsh", "-c", text, "destroy", uuid], ["sh", "-c", text], ["remember", text],
            ["remember", "0", "0", "1\(text)x"], ["witness", "\(text)z"], ["settle", text], ["witness", "00", text],
            ["iscsi-remove", "\(text)/", "p:1", "1", "sda"], ["iscsi-password", "..", "p:1", "file", "/etc/\(text)"],
            ["iscsiadm", "-m", "node", "-T", "../\(text)", "-p", "p:1", "--login"],
            ["iscsiadm", "-m", "node", "-T", "iqn.x", "-p", "-\(text)", "--login"],
            ["iscsiadm", "-m", "node", "-T", "iqn.x", "-p", "p:1", "--login", text],
            ["iscsiadm", "-m", "node", "-T", "iqn.x", "-p", "p:1", "-o", "update", "-n", "node.\(text)", "-v", "1"],
            ["iscsiadm", "-m", "node", "-T", "iqn.x", "-p", "p:1", "-o", "update", "-n", "node.startup", "-x", text],
        ]
    }

    @Test(
        "what is not a call of havirt's is refused, whatever words it is made of", .serialized,
        arguments: HostileText.all)
    func hostile(text: String) async throws {
        let held = try held()
        var sent = 0
        // Each word in every seventh request, each request with every seventh word.
        let first = (HostileText.all.firstIndex(of: text) ?? 0) % 7
        for arguments in requests(text).enumerated().filter({ $0.offset % 7 == first }).map(\.element) {
            let request = GuardedRequest(
                token: ScanToken(), guardian: held.guardian, limit: Seconds(10), uuid: DomainUUID(uuid),
                arguments: arguments, payload: [])
            // What cannot be a line is not sent.
            guard let input = try? request.input else { continue }
            sent += 1
            let reply = try await held.local.run(
                NodeRequest(script: GuardScript.script, input: input, deadline: .seconds(20)), on: held.node.ssh)
            #expect(try GuardedReply(reply.output, token: request.token) == .refused("verb"), "\(arguments)")
        }
        #expect(sent > 0 || text.isEmpty || text.utf8.contains { $0 < 0x20 || $0 == 0x7F })
        #expect(held.local.calls.isEmpty)
    }

    @Test("another boot, too late, another run, no lock: refused, and virsh never ran")
    func refusals() async throws {
        let held = try held()
        let id = try #require(DomainUUID(uuid))
        let good = held.guardian
        let other = try #require(DomainUUID("00000000-0000-4000-8000-000000000000"))
        for bad in [
            good.with(boot: other), good.with(notAfter: Seconds(0)), good.with(run: try RunID("theirs")),
            good.with(cluster: try ClusterName("other")), good.with(epoch: try epoch(6)),
            good.with(epoch: try epoch(8)),
        ] {
            let error = await #expect(throws: NodeError.self) {
                try await held.hypervisor.perform(.destroy(id), on: held.node, guard: bad)
            }
            guard case .refused = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            // Nothing of it may come later, and nobody need wait for it.
            let marker = try? readFile("\(held.local.folder)/lib/demo/inflight/\(uuid)")
            #expect(marker?.isEmpty ?? true)
        }
        held.lock.release()
        await #expect(throws: NodeError.refused("the cluster's lock on it is not held by this run")) {
            try await held.hypervisor.perform(.destroy(id), on: held.node, guard: good)
        }
        #expect(held.local.calls.isEmpty)
    }

    @Test("a command that fails says how", arguments: shells)
    func failure(shell: String) async throws {
        let held = try held(shell: shell)
        try held.local.answer("fail", "")
        let id = try #require(DomainUUID(uuid))
        await #expect(throws: NodeError.exit(status: 1, errorOutput: "error: it failed")) {
            try await held.hypervisor.perform(.shutdown(id), on: held.node, guard: held.guardian)
        }
    }

    @Test("a second command for a domain waits for the first one's end", arguments: shells)
    func inflight(shell: String) async throws {
        let held = try held(shell: shell)
        // Longer than the second one takes to begin on the slowest machine; it is not waited for.
        try held.local.answer("seconds", "50")
        let id = try #require(DomainUUID(uuid))
        let first = Task { try await held.hypervisor.perform(.destroy(id), on: held.node, guard: held.guardian) }
        while held.local.calls.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
        await #expect(throws: NodeError.refused("an earlier command for this domain is still under way there")) {
            try await held.hypervisor.perform(.shutdown(id), on: held.node, guard: held.guardian)
        }
        first.cancel()
        await #expect(throws: NodeError.self) { try await first.value }
    }

    @Test("one that takes too long has not finished: it may still take effect")
    func tooLong() async throws {
        var timing = NodeTiming()
        timing.request = Seconds(1)
        let held = try held(timing: timing)
        try held.local.answer("seconds", "30")
        let id = try #require(DomainUUID(uuid))
        await #expect(throws: NodeError.unfinished("virsh had not finished after 1s")) {
            try await held.hypervisor.perform(.shutdown(id), on: held.node, guard: held.guardian)
        }
    }

    @Test("a migration beyond its time is asked to end, again and again, and its own status counts", arguments: shells)
    func migrateTooLong(shell: String) async throws {
        let held = try held(shell: shell)
        try held.local.answer("seconds", "4")
        let id = try #require(DomainUUID(uuid))
        try await held.hypervisor.perform(
            .migrate(id, to: held.node, isPersistent: true, timeout: Seconds(1)), on: held.node, guard: held.guardian)
        #expect(
            held.local.calls.first == "migrate --live --p2p --abort-on-error --persistent --undefinesource \(uuid) "
                + "qemu+ssh://alpha/system ")
        #expect(held.local.calls.dropFirst().allSatisfy { $0 == "domjobabort \(uuid) " })
        #expect(held.local.calls.count >= 2)
    }

    @Test("what is remembered is read back by a scan, and what is left out stays", arguments: shells)
    func remember(shell: String) async throws {
        let held = try held(shell: shell)
        let id = try #require(DomainUUID(uuid))
        let moment = Timestamp(secondsSinceEpoch: 1_800_000_000)
        let member = Member(
            name: try NodeName("alpha"), ssh: "alpha", hostUUID: id, bootID: id, lastAnswer: moment, isRetired: false)
        let applied = AppliedCommit(commit: try #require(ObjectID(String(repeating: "b", count: 40))), at: moment)
        try await held.hypervisor.remember(NodeMemo(members: [member]), on: held.node, guard: held.guardian)
        try await held.hypervisor.remember(NodeMemo(applied: applied), on: held.node, guard: held.guardian)
        let target = try #require(ISCSITargetName("iqn.2024-01.lab:a"))
        try await held.hypervisor.remember(NodeMemo(targets: [target]), on: held.node, guard: held.guardian)
        unlink("\(held.local.folder)/answers/run")
        let scan = await held.hypervisor.scan(held.node, of: held.guardian.cluster, deadline: Seconds(20))
        guard case .answered(let node) = scan else {
            Issue.record("\(scan)")
            return
        }
        #expect(node.memo == NodeMemo(applied: applied, members: [member], targets: [target]))
        held.lock.release()
        await #expect(throws: NodeError.self) {
            try await held.hypervisor.remember(NodeMemo(members: [member]), on: held.node, guard: held.guardian)
        }
    }
}
