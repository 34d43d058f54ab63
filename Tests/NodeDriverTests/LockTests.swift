import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("the cluster's lock on a node")
struct LockTests {
    static let shells = ["dash", "bash"]

    private func holder(_ run: String) throws -> LockHolder {
        LockHolder(
            cluster: try ClusterName("demo"), run: try RunID(run), from: "ann@ops1",
            since: Timestamp(secondsSinceEpoch: 1_800_000_000), activity: "apply", node: try NodeName("alpha"))
    }

    private func node() throws -> NodeSpec { NodeSpec(name: try NodeName("alpha")) }

    @Test("one holds it, the other is told who, and gets it afterwards", arguments: shells)
    func contention(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        // Long enough that a machine under load does not let the lock go meanwhile.
        var timing = NodeTiming()
        timing.heartbeatMax = Seconds(600)
        let hypervisor = VirshHypervisor(transport: local, timing: timing)
        let first = try await hypervisor.lock(try node(), holder: try holder("one"))
        #expect(await first.isHeld)
        await #expect(throws: LockError.held(by: try holder("one"))) {
            _ = try await hypervisor.lock(try node(), holder: try holder("two"))
        }
        await first.release()
        #expect(await !first.isHeld)
        let second = try await hypervisor.lock(try node(), holder: try holder("two"))
        #expect(await second.isHeld)
        await second.release()
    }

    @Test("without a heartbeat the node gives it up, and the holder knows", arguments: shells)
    func heartbeat(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        var timing = NodeTiming()
        timing.heartbeat = Seconds(60)
        timing.heartbeatMax = Seconds(1)
        let silent = VirshHypervisor(transport: local, timing: timing)
        let first = try await silent.lock(try node(), holder: try holder("one"))
        try await Task.sleep(for: .seconds(2))
        #expect(await !first.isHeld)
        let second = try await VirshHypervisor(transport: local).lock(try node(), holder: try holder("two"))
        #expect(await second.isHeld)
        await second.release()
    }

    @Test("heartbeats keep it beyond that time")
    func kept() async throws {
        let local = try LocalNode()
        var timing = NodeTiming()
        timing.heartbeat = Seconds(1)
        timing.heartbeatMax = Seconds(20)
        let lock = try await VirshHypervisor(transport: local, timing: timing).lock(
            try node(), holder: try holder("one"))
        try await Task.sleep(for: .seconds(24))
        #expect(await lock.isHeld)
        await lock.release()
    }

    @Test("a forgotten lock is given up")
    func forgotten() async throws {
        let local = try LocalNode()
        let hypervisor = VirshHypervisor(transport: local)
        do { _ = try await hypervisor.lock(try node(), holder: try holder("one")) }
        let second = try await hypervisor.lock(try node(), holder: try holder("two"))
        #expect(await second.isHeld)
        await second.release()
    }

    @Test("what the holder says of himself is cut to one printable line", arguments: ["a\nrun=evil", "é\u{1B}[2J"])
    func hostileHolder(text: String) async throws {
        let local = try LocalNode()
        let hypervisor = VirshHypervisor(transport: local)
        let hostile = LockHolder(
            cluster: try ClusterName("demo"), run: try RunID("one"), from: text,
            since: Timestamp(secondsSinceEpoch: 0), activity: text)
        let lock = try await hypervisor.lock(try node(), holder: hostile)
        let error = await #expect(throws: LockError.self) {
            _ = try await hypervisor.lock(try node(), holder: try holder("two"))
        }
        guard case .held(let shown?) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(shown.run == hostile.run)
        #expect(shown.from.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
        await lock.release()
    }

    @Test("a node without flock is refused with the package to install")
    func noTool() async throws {
        let local = try LocalNode()
        try writeFile("\(local.folder)/bin/id", "#!/bin/sh\necho 1000\n".utf8, mode: 0o755)
        await #expect(throws: LockError.node(.refused("the login is not root; log in as root"))) {
            _ = try await VirshHypervisor(transport: local).lock(try node(), holder: try holder("one"))
        }
    }
}
