import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("the scan script, in real shells with a scripted virsh")
struct ScanScriptTests {
    static let shells = ["dash", "bash"]
    let cluster = "demo"
    let uuid = "5ca10000-0000-4000-8000-000000000001"
    let other = "5ca10000-0000-4000-8000-000000000002"

    private func scan(
        _ local: LocalNode, _ hypervisor: VirshHypervisor, seconds: Int64 = 300, depth: ScanDepth = .round
    ) async throws -> NodeScan {
        await hypervisor.scan(
            NodeSpec(name: try NodeName("alpha")), of: try ClusterName(cluster), deadline: Seconds(seconds),
            depth: depth)
    }

    private func observed(_ scan: NodeScan) throws -> ObservedNode {
        guard case .answered(let node) = scan else {
            Issue.record("\(scan)")
            throw TestFileError(path: "\(scan)")
        }
        return node
    }

    private func silence(_ scan: NodeScan) throws -> Silence {
        guard case .silent(let silence) = scan else {
            Issue.record("\(scan)")
            throw TestFileError(path: "\(scan)")
        }
        return silence
    }

    @Test("a node with domains answers", arguments: shells)
    func answers(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        try local.add(uuid, name: "web1", isActive: true, state: "running (booted)")
        try local.add(other, name: "a;b $(touch x) `id`", isActive: false, state: "shut off (crashed)")
        try local.answer("net-list --all --name", "default\nlab net\n")
        try local.answer("net-list --name", "lab net\n")
        let node = try observed(try await scan(local, VirshHypervisor(transport: local)))
        #expect(node.hostUUID.description == LocalNode.hostUUID)
        #expect(node.domains.map(\.name) == ["web1", "a;b $(touch x) `id`"])
        #expect(node.domains.map(\.state.description) == ["running (booted)", "shut off (crashed)"])
        #expect(node.domains.map(\.isPersistent) == [false, true])
        #expect(node.domains.map(\.job) == [nil, nil])
        #expect(node.networks.map(\.isActive) == [false, true])
        #expect(node.memory == MemorySize(kibibytes: 5_204_184))
        #expect(node.uptime > Seconds(0))
    }

    @Test("a whole scan has each domain's XML, too, in as many virsh", arguments: shells)
    func whole(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        try local.add(uuid, name: "web1", isActive: true, state: "paused (user)")
        try local.add(other, name: "db1", isActive: false, state: "shut off (shutdown)")
        try local.answer("dumpxml --inactive \(uuid)", "<domain kept='web1'/>\n\n")
        try local.answer("dumpxml --inactive \(other)", "<domain kept='db1'/>\n\n")
        let hypervisor = VirshHypervisor(transport: local)
        let shallow = try observed(try await scan(local, hypervisor))
        #expect(shallow.domains.map(\.documents) == [nil, nil])
        let count = local.calls.count
        let documents = try observed(try await scan(local, hypervisor, depth: .whole)).domains.map(\.documents)
        #expect(local.calls.count == count + 1)
        #expect(documents.first??.live?.contains("<name>web1</name>") == true)
        // A transient domain has no definition that would be kept, though virsh prints one.
        #expect(documents.first??.persistent == nil)
        #expect(documents.last??.live == nil)
        #expect(documents.last??.persistent?.hasPrefix("<domain kept='db1'/>") == true)
    }

    @Test("the first scan takes two virsh, the next one, until the domains change", arguments: shells)
    func counts(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        try local.add(uuid, name: "web1", isActive: true, state: "running (booted)")
        let hypervisor = VirshHypervisor(transport: local)
        _ = try observed(try await scan(local, hypervisor))
        #expect(local.calls.count == 2)
        _ = try observed(try await scan(local, hypervisor))
        #expect(local.calls.count == 3)
        try local.add(other, name: "web2", isActive: true, state: "paused (user)")
        #expect(try observed(try await scan(local, hypervisor)).domains.count == 2)
        #expect(local.calls.count == 6)
        #expect(try observed(try await scan(local, hypervisor)).domains.count == 2)
        #expect(local.calls.count == 7)
    }

    @Test(
        "a domain whose XML is not understood hides nothing but itself",
        arguments: [
            "", "<domain", "<!DOCTYPE d [<!ENTITY a 'b'>]><domain type='kvm'/>", "<domain type='kvm'></domain>",
            "<domain type='kvm'><name>a</name><uuid>UUID</uuid><memory>lots</memory><vcpu>1</vcpu></domain>",
            "<domain type='kvm'><name>a</name><uuid>UUID</uuid><memory>1</memory><vcpu>many</vcpu></domain>",
            "<domain type='kvm'><name>a</name><name>b</name><uuid>UUID</uuid><memory>1</memory></domain>",
        ])
    func notUnderstood(xml: String) async throws {
        let local = try LocalNode()
        let hypervisor = VirshHypervisor(transport: local)
        try local.add(uuid, name: "web1", isActive: true, state: "running (booted)")
        try local.add(other, name: "web2", isActive: true, state: "running (booted)")
        try local.answer("dumpxml \(other)", xml.replacing("UUID", with: other))
        for _ in 0..<2 {
            let node = try observed(try await scan(local, hypervisor))
            #expect(node.domains.map(\.name) == ["web1", other])
            #expect(node.domains.map { $0.definition != nil } == [true, false])
            #expect(node.domains.map(\.activity) == [.active, .active])
        }
        // One that bears another's uuid is a contradiction, and no answer.
        let first = try readFile("\(local.folder)/answers/dumpxml \(uuid)")
        try local.answer("dumpxml \(other)", String(decoding: first, as: UTF8.self))
        #expect(try silence(try await scan(local, hypervisor)).cause == .unreadable)
    }

    @Test("a job under way, a saved image, autostart")
    func particulars() async throws {
        let local = try LocalNode()
        try local.add(uuid, name: "web1", isActive: true, state: "running (booted)")
        try local.answer("domjobinfo \(uuid)", "Job type:         Unbounded   \nOperation:        Outgoing migration\n")
        try local.add(other, name: "web2", isActive: false, state: "shut off (saved)")
        try local.answer("list --all --uuid --with-managed-save", "\(other)\n")
        try local.answer("list --all --uuid --autostart", "\(other)\n")
        let node = try observed(try await scan(local, VirshHypervisor(transport: local)))
        #expect(node.domains[0].job == "Outgoing migration")
        #expect(node.domains[0].activity == .transition)
        #expect(node.domains[1].hasManagedSave)
        #expect(node.domains[1].isAutostarted)
    }

    @Test("an empty node answers, and is told apart from a node without libvirt", arguments: shells)
    func empty(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        #expect(try observed(try await scan(local, VirshHypervisor(transport: local))).domains.isEmpty)
        try local.answer("refuse", "")
        let silence = try silence(try await scan(local, VirshHypervisor(transport: local)))
        #expect(silence == Silence(.hypervisor, "error: failed to connect to the hypervisor"))
    }

    @Test("a virsh that hangs is given up on the node")
    func hangs() async throws {
        let local = try LocalNode()
        try local.answer("hang", "")
        let silence = try silence(try await scan(local, VirshHypervisor(transport: local), seconds: 3))
        #expect(silence == Silence(.hypervisor, "virsh had not finished after 1s"))
    }

    @Test("a command that fails in the middle voids the scan")
    func fails() async throws {
        let local = try LocalNode()
        try local.answer("list --all --uuid", "\(uuid)\n")
        let silence = try silence(try await scan(local, VirshHypervisor(transport: local)))
        #expect(silence.cause == .hypervisor)
        // Listed first, looked at, and once more.
        #expect(local.calls.count == 4)
    }

    @Test("a login that is not root is no answer")
    func notRoot() async throws {
        let local = try LocalNode()
        try writeFile("\(local.folder)/bin/id", "#!/bin/sh\necho 1000\n".utf8, mode: 0o755)
        #expect(try silence(try await scan(local, VirshHypervisor(transport: local))).cause == .notRoot)
    }

    @Test("noise of a login shell is passed over, a shell that cannot run the script is silent")
    func noise() async throws {
        let local = try LocalNode()
        try local.answer("version", "Using library: libvirt 9.0.0\r\nRunning hypervisor: QEMU 7.2.22\n")
        #expect(try observed(try await scan(local, VirshHypervisor(transport: local))).domains.isEmpty)
        let broken = try LocalNode(shell: "/nonexistent/sh")
        #expect(try silence(try await scan(broken, VirshHypervisor(transport: broken))).cause == .unreadable)
    }

    @Test("what havirts remember on the node", arguments: shells)
    func memo(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        let hypervisor = VirshHypervisor(transport: local)
        let member = Member(
            name: try NodeName("alpha"), ssh: "root@alpha:22", hostUUID: try #require(DomainUUID(uuid)),
            bootID: try #require(DomainUUID(other)), lastAnswer: Timestamp(secondsSinceEpoch: 1_800_000_000),
            isRetired: false)
        try makeFolder("\(local.folder)/lib/\(cluster)")
        try writeFile("\(local.folder)/lib/\(cluster)/members", MemoText.text([member]))
        #expect(try observed(try await scan(local, hypervisor)).memo == NodeMemo(members: [member]))
        // Half a file is no memory that may be lost.
        try writeFile("\(local.folder)/lib/\(cluster)/members", MemoText.text([member]).dropLast(6))
        let silence = try silence(try await scan(local, hypervisor))
        #expect(silence.cause == .unreadable)
        #expect(silence.detail.contains("/members there is damaged: move it away"))
    }

    @Test("a node that is a member of another cluster is none of ours", arguments: shells)
    func otherCluster(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        let hypervisor = VirshHypervisor(transport: local)
        func member(_ name: String, _ host: String, isRetired: Bool = false) throws -> Member {
            Member(
                name: try NodeName(name), ssh: "root@\(name):22", hostUUID: try #require(DomainUUID(host)),
                bootID: try #require(DomainUUID(other)), lastAnswer: Timestamp(secondsSinceEpoch: 1_800_000_000),
                isRetired: isRetired)
        }
        for name in [cluster, "prod"] { try makeFolder("\(local.folder)/lib/\(name)") }
        let file = "\(local.folder)/lib/prod/members"
        let stranger = try member("a", uuid)
        // Ours, another cluster's folder without it, and one that it has left.
        try writeFile("\(local.folder)/lib/\(cluster)/members", MemoText.text([member("alpha", LocalNode.hostUUID)]))
        for members in [[stranger], [stranger, try member("b", LocalNode.hostUUID, isRetired: true)]] {
            try writeFile(file, MemoText.text(members))
            #expect(try observed(try await scan(local, hypervisor)).memo.members.count == 1)
        }
        try writeFile(file, [0, 10] + Array("member member\n".utf8))
        #expect(try observed(try await scan(local, hypervisor)).memo.members.count == 1)
        try writeFile(file, MemoText.text([stranger, try member("b", LocalNode.hostUUID)]))
        let silence = try silence(try await scan(local, hypervisor))
        #expect(silence.cause == .otherCluster && silence.isSignOfLife)
        #expect(silence.detail.contains("cluster prod") && silence.detail.contains("/var/lib/havirt/prod"))
    }

    /// This machine may run QEMUs of its own.
    private func isUnderWay(_ local: LocalNode, _ hypervisor: VirshHypervisor) async throws -> Bool {
        try observed(try await scan(local, hypervisor)).processes.contains { $0.description == uuid }
    }

    @Test("a command under way on the node blocks its domain")
    func inflight() async throws {
        let local = try LocalNode()
        try makeFolder("\(local.folder)/lib/\(cluster)")
        try makeFolder("\(local.folder)/lib/\(cluster)/inflight")
        let marker = "\(local.folder)/lib/\(cluster)/inflight/\(uuid)"
        let boot = String(decoding: try readFile("/proc/sys/kernel/random/boot_id").prefix(36), as: UTF8.self)
        try writeFile(marker, "run9 create \(boot) 17.25\n".utf8)
        let hypervisor = VirshHypervisor(transport: local)
        let id = try #require(DomainUUID(uuid))
        func marked(_ isAlive: Bool) throws -> InFlight {
            InFlight(uuid: id, run: try RunID("run9"), verb: .create, since: Seconds(17), isAlive: isAlive)
        }
        // Filled, but not locked: its command is over, and may be in libvirtd's queue.
        #expect(!(try await isUnderWay(local, hypervisor)))
        #expect(try observed(try await scan(local, hypervisor)).inFlight == [try marked(false)])
        let lock = try FileLock(marker)
        #expect(try await isUnderWay(local, hypervisor))
        #expect(try observed(try await scan(local, hypervisor)).inFlight == [try marked(true)])
        lock.release()
        // That queue died with the boot.
        try writeFile(marker, "run9 create \(other) 17.25\n".utf8)
        #expect(try observed(try await scan(local, hypervisor)).inFlight.isEmpty)
        // Damage holds back, as a command that nobody knows.
        try writeFile(marker, "run9 cre".utf8)
        #expect(try observed(try await scan(local, hypervisor)).inFlight.map(\.verb) == [.unknown])
        for damage in [Array(repeating: UInt8(0), count: 60), [10, 10], Array("\nrun9".utf8), Array(" \n".utf8)] {
            try writeFile(marker, damage)
            let seen = try observed(try await scan(local, hypervisor)).inFlight
            #expect(seen.map(\.verb) == [.unknown] && seen.map(\.isAlive) == [false], "\(damage)")
        }
        try writeFile(marker, [])
        #expect(try observed(try await scan(local, hypervisor)).inFlight.isEmpty)
    }
}
