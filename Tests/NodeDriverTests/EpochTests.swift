import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("epochs: a node obeys the last one that it accepted")
struct EpochTests {
    static let shells = ["dash", "bash"]
    let uuid = "c0ffee00-0000-4000-8000-000000000001"

    private func holder(_ run: String) throws -> LockHolder {
        LockHolder(
            cluster: try ClusterName("demo"), run: try RunID(run), from: "ann@ops1",
            since: Timestamp(secondsSinceEpoch: 1_800_000_000), activity: "apply")
    }

    private func node() throws -> NodeSpec { NodeSpec(name: try NodeName("alpha")) }

    private func permit(_ run: String, _ number: Int64) throws -> CommandGuard {
        let boot = try readFile("/proc/sys/kernel/random/boot_id").prefix(36)
        return CommandGuard(
            cluster: try ClusterName("demo"), run: try RunID(run), epoch: try epoch(number),
            bootID: try #require(DomainUUID(String(decoding: boot, as: UTF8.self))), notAfter: Seconds(1 << 40))
    }

    @Test("a claim is written, and known to the next holder", arguments: shells)
    func claims(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        // Long enough that a machine under load does not let the lock go meanwhile.
        var timing = NodeTiming()
        timing.heartbeatMax = Seconds(600)
        let hypervisor = VirshHypervisor(transport: local, timing: timing)
        let first = try await hypervisor.lock(try node(), holder: try holder("one"))
        #expect(first.known == .none)
        try await first.claim(try epoch(41))
        #expect(await first.isHeld)
        #expect(String(decoding: try readFile("\(local.folder)/lib/demo/epoch"), as: UTF8.self) == "epoch 41 one\n")
        await first.release()
        let second = try await hypervisor.lock(try node(), holder: try holder("two"))
        #expect(second.known == Epoch(41))
        // Not greater: refused, and what is known stays.
        for number in [Int64(41), 40, 0] {
            let next = try epoch(number)
            await #expect(throws: NodeError.self) { try await second.claim(next) }
        }
        #expect(String(decoding: try readFile("\(local.folder)/lib/demo/epoch"), as: UTF8.self) == "epoch 41 one\n")
        try await second.claim(try epoch(Epoch.numberMax))
        await second.release()
        let third = try await hypervisor.lock(try node(), holder: try holder("three"))
        #expect(third.known == Epoch(Epoch.numberMax))
        await third.release()
    }

    @Test("heartbeats go on beside a claim")
    func beats() async throws {
        let local = try LocalNode()
        var timing = NodeTiming()
        timing.heartbeat = Seconds(1)
        timing.heartbeatMax = Seconds(20)
        let lock = try await VirshHypervisor(transport: local, timing: timing).lock(
            try node(), holder: try holder("one"))
        for number in Int64(1)...12 {
            try await Task.sleep(for: .seconds(2))
            try await lock.claim(try epoch(number))
        }
        #expect(await lock.isHeld)
        await lock.release()
        await #expect(throws: NodeError.self) { try await lock.claim(try epoch(9)) }
    }

    @Test("a damaged record refuses the lock", arguments: ["", "epoch", "epoch x one\n", "epoch -1 one\n", "7\n"])
    func damaged(text: String) async throws {
        let local = try LocalNode()
        try makeFolder("\(local.folder)/lib/demo")
        try writeFile("\(local.folder)/lib/demo/epoch", text.utf8)
        let error = await #expect(throws: LockError.self) {
            _ = try await VirshHypervisor(transport: local).lock(try node(), holder: try holder("one"))
        }
        guard case .node(.refused) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a command of the epoch before is refused, even if the holder file still names its run", arguments: shells)
    func fenced(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        try local.answer("run", "")
        var timing = NodeTiming()
        timing.heartbeatMax = Seconds(600)
        let hypervisor = VirshHypervisor(transport: local, timing: timing)
        let id = try #require(DomainUUID(uuid))
        let lock = try await hypervisor.lock(try node(), holder: try holder("one"))
        try await lock.claim(try epoch(1))
        try await hypervisor.perform(.destroy(id), on: try node(), guard: try permit("one", 1))
        // Another run has taken over; the lock and the name of the holder are as the first one left them.
        try writeFile("\(local.folder)/lib/demo/epoch", "epoch 2 two\n".utf8)
        await #expect(throws: NodeError.refused(GuardedReply.explanation(of: "epoch"))) {
            try await hypervisor.perform(.destroy(id), on: try node(), guard: try permit("one", 1))
        }
        // Nor does the right number help another run.
        await #expect(throws: NodeError.refused(GuardedReply.explanation(of: "epoch"))) {
            try await hypervisor.perform(.destroy(id), on: try node(), guard: try permit("one", 2))
        }
        #expect(local.calls.count == 1)
        await lock.release()
    }
}
