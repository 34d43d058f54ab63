import ChildProcess
import FoundationEssentials
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

/// Outputs of nodes that are no answers, each through the whole scan.
@Suite("bad outputs of a node")
struct BadOutputTests {
    private let uuid = "5ca10000-0000-4000-8000-000000000001"

    private func local() throws -> LocalNode {
        let local = try LocalNode()
        try local.add(uuid, name: "web1", isActive: true, state: "running (booted)")
        return local
    }

    private func scan(_ local: any Transport) async throws -> NodeScan {
        await VirshHypervisor(transport: local).scan(
            NodeSpec(name: try NodeName("alpha")), of: try ClusterName("demo"), deadline: Seconds(300))
    }

    private func silence(_ transport: any Transport) async throws -> Silence? {
        if case .silent(let silence) = try await scan(transport) { silence } else { nil }
    }

    private func node(_ transport: any Transport) async throws -> ObservedNode? {
        if case .answered(let node) = try await scan(transport) { node } else { nil }
    }

    @Test("B153, B175: ssh's own failure, a host key that has changed included, is a silence that says why")
    func ofSSH() {
        let text = "@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@\nHost key failed.\n"
        let silence = SSHFailure.silence(.code(SSHFailure.status), Array(text.utf8))
        #expect(silence.cause == .unreachable)
        #expect(silence.detail.contains("REMOTE HOST IDENTIFICATION HAS CHANGED"))
        #expect(SSHFailure.silence(.code(SSHFailure.status), []).detail == "ssh: exit status 255")
    }

    @Test("B155, B159: nothing, and what is cut after a full line, is no answer", arguments: ["", "vm1\n"])
    func cut(output: String) async throws {
        let fixed = FixedAnswer(output: Array(output.utf8))
        #expect(try await silence(fixed)?.cause == .unreadable)
        let noise = FixedAnswer(output: [], errorOutput: Array("Authorised users only\n".utf8))
        #expect(try await silence(noise)?.detail.contains("Authorised users only") == true)
    }

    @Test("B157: a banner on the error output hides nothing")
    func banner() async throws {
        let banner = Banner(local: try local())
        #expect(try await node(banner)?.domains.count == 1)
    }

    @Test(
        "B163, B165, B167: errors of virsh void the scan",
        arguments: [
            "error: failed to get domain 'vm1'", "error: failed to connect to the hypervisor",
            "error: End of file while reading data: Input/output error",
        ])
    func errors(text: String) async throws {
        let local = try local()
        // virsh exits 0 when a command in the middle of a batch fails.
        let virsh = String(decoding: try readFile("\(local.folder)/bin/virsh"), as: UTF8.self)
        try writeFile(
            "\(local.folder)/bin/virsh", virsh.replacing("exit 0\n", with: "echo \"\(text)\" >&2; exit 0\n").utf8,
            mode: 0o755)
        let silence = try #require(try await silence(local))
        #expect(silence.cause == .hypervisor)
        #expect(silence.detail.contains(text), "\(silence)")
    }

    @Test("B169: a state that nobody knows is in transition")
    func stateWord() async throws {
        let local = try local()
        try local.answer("domstate --reason \(uuid)", "hibernating (deeply)\n")
        #expect(try await node(local)?.domains.first?.activity == .transition)
    }

    @Test("B171, B179: a uuid that is listed twice is no answer")
    func twice() async throws {
        let local = try local()
        try local.answer("list --all --uuid", "\(uuid)\n\(uuid)\n")
        #expect(try await silence(local)?.cause == .unreadable)
    }

    @Test("B173: a flood is cut off")
    func flood() async throws {
        let local = try local()
        let hypervisor = VirshHypervisor(transport: local)
        let alpha = NodeSpec(name: try NodeName("alpha"))
        // The second scan knows the domains, so that all that virsh says goes straight through.
        _ = await hypervisor.scan(alpha, of: try ClusterName("demo"), deadline: Seconds(300))
        try writeFile("\(local.folder)/bin/virsh", "#!/bin/sh\nexec yes\n".utf8, mode: 0o755)
        let scan = await hypervisor.scan(alpha, of: try ClusterName("demo"), deadline: Seconds(300))
        guard case .silent(let silence) = scan else {
            Issue.record("\(scan)")
            return
        }
        #expect(silence.cause == .flood)
    }

    @Test("B181: no secret is asked for, and one that is shown is not kept")
    func secrets() async throws {
        #expect(!"\(ScanScript.text)".contains("security-info"))
        let local = try local()
        let answer = "\(local.folder)/answers/dumpxml \(uuid)"
        let xml = String(decoding: try readFile(answer), as: UTF8.self).replacing(
            "</domain>",
            with: "<devices><graphics type='vnc' port='5900' passwd='canary'/></devices></domain>")
        try writeFile(answer, xml.utf8)
        let node = try #require(try await node(local))
        #expect(node.domains.first?.definition?.graphics.count == 1)
        let saved = String(decoding: try JSONEncoder().encode(node), as: UTF8.self)
        #expect(!saved.contains("canary"))
    }

    @Test(
        "B205: a lock whose holder is not readable is held all the same",
        arguments: ["", "\u{1B}[2J\u{FFFD}=", "run=\n"])
    func lockFile(holder: String) async throws {
        let local = try local()
        try makeFolder("\(local.folder)/run/demo")
        let lock = try FileLock("\(local.folder)/run/demo/lock")
        try writeFile("\(local.folder)/run/demo/holder", holder.utf8)
        let who = LockHolder(
            cluster: try ClusterName("demo"), run: try RunID("two"), from: "ann@ops1",
            since: Timestamp(secondsSinceEpoch: 1_800_000_000), activity: "apply")
        await #expect(throws: LockError.held(by: nil)) {
            _ = try await VirshHypervisor(transport: local).lock(NodeSpec(name: try NodeName("alpha")), holder: who)
        }
        lock.release()
    }
}

/// A node that always says the same.
private struct FixedAnswer: Transport {
    var output: [UInt8]
    var errorOutput: [UInt8] = []

    func run(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply {
        NodeReply(status: 0, output: output, errorOutput: errorOutput)
    }

    func open(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> any NodeSession {
        throw .unreadable("it opens no session")
    }
}

/// A node whose log-in greets on the error output.
private struct Banner: Transport {
    let local: LocalNode

    func run(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply {
        let reply = try await local.run(request, on: node)
        return NodeReply(
            status: reply.status, output: reply.output,
            errorOutput: Array("Welcome to alpha!\n".utf8) + reply.errorOutput)
    }

    func open(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> any NodeSession {
        try await local.open(request, on: node)
    }
}
