import ChildProcess
import Glibc
import Reconciler
import StateSpec

@testable import NodeDriver

/// A `LocalNode` behind a gate that knows its scripts, called as sshd calls it.
final class LocalGate: Transport {
    let node: LocalNode
    private let file: String

    /// - Parameter knows: whether it knows any script; making the digests takes its time.
    init(shell: String = "dash", knows: Bool = true) async throws {
        node = try LocalNode(shell: shell)
        file = "\(node.folder)/havirt-gate"
        var entries: [GateEntry] = []
        for role in knows ? GateRole.allCases : [] {
            for (name, script) in role.scripts {
                let digest = try await Gate.digest(node.patched(script))
                entries.append(GateEntry(treatment: .runs(role), digest: digest, name: name, version: "test"))
            }
        }
        let loop = try await Gate.digest(KeptShell.script.bytes)
        entries.append(GateEntry(treatment: .replaces, digest: loop, name: "kept-shell", version: "test"))
        let text = GateScript.text(entries).replacing("/bin/sh", with: "/bin/\(shell)")
            .replacing("exec /bin/\(shell) -c '", with: "exec /bin/sh -c '")
            .replacing("env -i ", with: "env -i HAVIRT_FAKE=\(node.folder) ")
            .replacing(" PATH=", with: " PATH=\(node.folder)/bin:")
        try writeFile(file, text.utf8, mode: 0o755)
        try writeFile(
            "\(node.folder)/bin/logger",
            "#!/bin/sh\nprintf '[%s]' \"$@\" >>\(node.folder)/log\necho >>\(node.folder)/log\n".utf8,
            mode: 0o755)
    }

    /// What was logged, a line for each refusal.
    var log: [String] {
        ((try? readFile("\(node.folder)/log")) ?? []).split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What a client with a key asks for; `command` is nil where it asks for a shell.
    func ask(_ role: String, _ command: String?, _ input: [UInt8]) async throws -> ChildResult {
        var request = child(role, command)
        request.input = input
        return try await runChild(request)
    }

    /// The same for a script, as our door sends it.
    func ask(_ role: String, _ script: [UInt8], _ input: [UInt8] = []) async throws -> ChildResult {
        try await ask(role, SSHArguments.bootstrap(scriptBytes: script.count), script + input)
    }

    /// A kept shell behind the gate.
    func shell() async throws -> (shell: KeptShell, opening: [UInt8]) {
        let opening = KeptShell.script.bytes
        let child = child("scan", SSHArguments.bootstrap(scriptBytes: opening.count))
        return (KeptShell(session: try await ChildSession.start(child)), opening)
    }

    func run(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply {
        let script = self.node.patched(request.script)
        let result: ChildResult
        do {
            result = try await ask(request.script.purpose.role?.rawValue ?? "none", script, request.input)
        } catch {
            throw .unreadable("\(error)")
        }
        if let refusal = GateRefusal(result.exit, output: result.output) { throw .transport(refusal.silence) }
        guard case .code(let status) = result.exit else { throw .unreadable("\(result.exit)") }
        return NodeReply(status: status, output: result.output, errorOutput: result.errorOutput)
    }

    func open(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> any NodeSession {
        let script = self.node.patched(request.script)
        let child = child("act", SSHArguments.bootstrap(scriptBytes: script.count))
        do throws(ChildError) {
            let session = try await ChildSession.start(child)
            try await session.send(script + request.input)
            return SSHSession(session)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    private func child(_ role: String, _ command: String?) -> ChildRequest {
        var environment = ["SSH_CONNECTION": "192.0.2.7 50000 192.0.2.1 22"]
        environment["SSH_ORIGINAL_COMMAND"] = command
        return ChildRequest(
            executable: file, arguments: [role], environment: environment, deadline: .seconds(20),
            outputBytesMax: 1 << 20)
    }
}
