import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

/// A node whose lock is held by the run `ours`, with epoch 7, and whose scripts may lack a check.
final class CommandNode: Sendable {
    static let uuid = "c0ffee00-0000-4000-8000-000000000001"

    let local: LocalNode
    let lock: FileLock
    /// This machine's boot id.
    let boot: String
    private let marker: FileLock

    init(shell: String = "dash", edit: ScriptEdit?) throws {
        local = try LocalNode(shell: shell, edit: edit)
        try local.answer("run", "")
        for folder in ["run/demo", "lib/demo", "lib/demo/inflight"] { try makeFolder("\(local.folder)/\(folder)") }
        try writeFile("\(local.folder)/run/demo/holder", "run=ours\n".utf8)
        try writeFile("\(local.folder)/lib/demo/epoch", "epoch 7 ours\n".utf8)
        boot = String(decoding: try readFile("/proc/sys/kernel/random/boot_id").prefix(36), as: UTF8.self)
        lock = try FileLock("\(local.folder)/run/demo/lock")
        marker = try FileLock("\(local.folder)/lib/demo/inflight/\(Self.uuid)")
        marker.release()
    }

    func write(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
        try writeFile("\(local.folder)/\(path)", text.utf8, mode: mode)
    }

    /// Holds the marker's lock, as a command does that lives.
    func lockMarker() throws { try marker.take() }

    /// Sends a command; whether virsh was called.
    func carriesOut(_ command: CommandCheck.Command, payload: String = "") async throws -> Bool {
        let lines =
            [
                command.token, command.cluster, "ours", command.epoch, command.boot ?? boot, command.until,
                command.limit, command.uuid, "\(command.arguments.count)",
            ] + command.arguments
        _ = try await local.run(
            NodeRequest(
                script: GuardScript.script, input: Array((lines.joined(separator: "\n") + "\n" + payload).utf8),
                deadline: .seconds(60)),
            on: NodeSpec(name: try NodeName("alpha")).ssh)
        let verb = command.arguments.dropFirst(3).first ?? "none"
        return local.calls.contains { $0.hasPrefix("\(verb) ") }
    }
}
