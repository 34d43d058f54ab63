import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("markers of commands whose end is not known")
struct MarkerTests {
    static let shells = ["dash", "bash"]
    let uuid = "c0ffee00-0000-4000-8000-000000000001"

    private struct Held: Sendable {
        let local: LocalNode
        let lock: FileLock
        let guardian: CommandGuard
        let hypervisor: VirshHypervisor
        let node: NodeSpec
        let marker: String
    }

    private func held(_ shell: String, timing: NodeTiming = NodeTiming()) throws -> Held {
        let local = try LocalNode(shell: shell)
        try local.answer("run", "")
        for folder in ["run/demo", "lib/demo", "lib/demo/inflight"] { try makeFolder("\(local.folder)/\(folder)") }
        try writeFile("\(local.folder)/run/demo/holder", "run=ours\n".utf8)
        try writeFile("\(local.folder)/lib/demo/epoch", "epoch 7 ours\n".utf8)
        let guardian = CommandGuard(
            cluster: try ClusterName("demo"), run: try RunID("ours"), epoch: try epoch(7),
            bootID: try #require(DomainUUID(try boot())), notAfter: Seconds(1 << 40))
        return Held(
            local: local, lock: try FileLock("\(local.folder)/run/demo/lock"), guardian: guardian,
            hypervisor: VirshHypervisor(transport: local, timing: timing), node: NodeSpec(name: try NodeName("alpha")),
            marker: "\(local.folder)/lib/demo/inflight/\(uuid)")
    }

    private func boot() throws -> String {
        String(decoding: try readFile("/proc/sys/kernel/random/boot_id").prefix(36), as: UTF8.self)
    }

    private func scanned(_ held: Held) async throws -> ObservedNode {
        unlink("\(held.local.folder)/answers/run")
        defer { try? held.local.answer("run", "") }
        let scan = await held.hypervisor.scan(held.node, of: held.guardian.cluster, deadline: Seconds(20))
        guard case .answered(let node) = scan else { throw TestFileError(path: "\(scan)") }
        return node
    }

    @Test("a command that did not end by itself leaves its marker, and bars the next", arguments: shells)
    func unsettled(shell: String) async throws {
        var timing = NodeTiming()
        timing.create = Seconds(1)
        let held = try held(shell, timing: timing)
        try held.local.answer("seconds", "30")
        let id = try #require(DomainUUID(uuid))
        await #expect(throws: NodeError.self) {
            try await held.hypervisor.perform(.create(id, xml: [60]), on: held.node, guard: held.guardian)
        }
        let marker = try #require(try await scanned(held).inFlight.first)
        #expect(marker.uuid == id && marker.run == held.guardian.run && marker.verb == .create && !marker.isAlive)
        unlink("\(held.local.folder)/answers/seconds")
        let before = held.local.calls.count
        for command in [NodeCommand.create(id, xml: [60]), .destroy(id), .shutdown(id)] {
            await #expect(throws: NodeError.refused(GuardedReply.explanation(of: "unsettled"))) {
                try await held.hypervisor.perform(command, on: held.node, guard: held.guardian)
            }
        }
        #expect(held.local.calls.count == before)
        // A refusal is not the end of the command before.
        #expect(try await scanned(held).inFlight == [marker])
        try await held.hypervisor.settle(id, on: held.node, guard: held.guardian)
        #expect(try await scanned(held).inFlight.isEmpty)
        try await held.hypervisor.perform(.destroy(id), on: held.node, guard: held.guardian)
    }

    @Test("a marker of another boot bars nothing", arguments: shells)
    func otherBoot(shell: String) async throws {
        let held = try held(shell)
        let id = try #require(DomainUUID(uuid))
        try writeFile(held.marker, "run9 create 00000000-0000-4000-8000-000000000000 5.00\n".utf8)
        try await held.hypervisor.perform(.destroy(id), on: held.node, guard: held.guardian)
        #expect(try readFile(held.marker).isEmpty)
        try writeFile(held.marker, "run9 cre".utf8)
        await #expect(throws: NodeError.refused(GuardedReply.explanation(of: "unsettled"))) {
            try await held.hypervisor.perform(.destroy(id), on: held.node, guard: held.guardian)
        }
    }

    @Test("a live command is not settled", arguments: shells)
    func alive(shell: String) async throws {
        let held = try held(shell)
        let id = try #require(DomainUUID(uuid))
        try writeFile(held.marker, "run9 create \(try boot()) 5.00\n".utf8)
        let lock = try FileLock(held.marker)
        await #expect(throws: NodeError.refused(GuardedReply.explanation(of: "inflight"))) {
            try await held.hypervisor.settle(id, on: held.node, guard: held.guardian)
        }
        lock.release()
        #expect(!(try readFile(held.marker).isEmpty))
    }

    @Test("what was seen is noted with the node's uptime, under the guard", arguments: shells)
    func witness(shell: String) async throws {
        let held = try held(shell)
        let id = try #require(DomainUUID(uuid))
        let before = try await scanned(held).uptime
        try await held.hypervisor.witness(id, digest: "00ff00ff00ff00ff", on: held.node, guard: held.guardian)
        let node = try await scanned(held)
        let witness = try #require(node.witnesses.first)
        #expect(witness.uuid == id && witness.digest == "00ff00ff00ff00ff")
        #expect(witness.at > before && witness.at.count <= node.uptime.count + 1)
        let theirs = held.guardian.with(epoch: try epoch(6))
        await #expect(throws: NodeError.self) {
            try await held.hypervisor.witness(id, digest: "11", on: held.node, guard: theirs)
        }
        await #expect(throws: NodeError.self) { try await held.hypervisor.settle(id, on: held.node, guard: theirs) }
        #expect(try await scanned(held).witnesses == [witness])
        // Of another boot: void.
        let file = "\(held.local.folder)/lib/demo/seen/\(uuid)"
        try writeFile(file, "00000000-0000-4000-8000-000000000000 5.00 00ff\n".utf8)
        #expect(try await scanned(held).witnesses.isEmpty)
    }
}
