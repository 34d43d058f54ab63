import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("who holds the lock, and breaking it")
struct UnlockTests {
    private let holder = "run=one\nfrom=ann@ops1\nsince=2026-11-23T20:00:00Z\nactivity=apply\n"

    private func view(_ local: LocalNode, breaking run: String? = nil) async throws -> LockView {
        try await VirshHypervisor(transport: local).lockView(
            of: NodeSpec(name: try NodeName("alpha")), cluster: try ClusterName("demo"),
            breaking: try run.map { try RunID($0) })
    }

    private func uptime() throws -> Int {
        let text = String(decoding: try readFile("/proc/uptime"), as: UTF8.self)
        return Int(text.prefix { $0 != "." }) ?? 0
    }

    @Test("a lock that is alive is shown and never broken", arguments: ["dash", "bash"])
    func alive(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        #expect(try await view(local) == LockView(isHeld: false, holder: nil, silence: nil, breaking: nil))
        try makeFolder("\(local.folder)/run/demo")
        let lock = try FileLock("\(local.folder)/run/demo/lock")
        try writeFile("\(local.folder)/run/demo/holder", holder.utf8)
        try writeFile("\(local.folder)/run/demo/beat", "1 \(try uptime()).00\n".utf8)
        let seen = try await view(local)
        #expect(seen.isHeld && seen.holder?.run.text == "one" && seen.breaking == nil)
        #expect(try await view(local, breaking: "one").breaking == .alive)
        #expect(try await view(local, breaking: "two").breaking == .other)
        // Not heard for long, but the process that is named does not hold it: nothing is killed.
        try writeFile("\(local.folder)/run/demo/beat", "1 \(try uptime() - 16).00\n".utf8)
        #expect(try await view(local, breaking: "one").breaking == .unknown)
        // Who does not say when he was heard is not known to be dead.
        unlink("\(local.folder)/run/demo/beat")
        #expect(try await view(local, breaking: "one").breaking == .alive)
        lock.release()
        #expect(try await view(local, breaking: "one").breaking == .file)
        #expect(try await view(local).holder == nil)
    }
}
