import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

/// A node with a session, its disk `loop7` and its record, whose lock is held by the run `ours`.
final class ISCSINode: Sendable {
    static let name = "iqn.2024-01.lab.store:vol1"
    static let unit = "/sys/class/iscsi_session/session3/device/target2:0:0/2:0:0:1"
    static let record = "/etc/iscsi/nodes/\(name)/10.0.0.1,3260"

    let node: CommandNode
    let target: ISCSITargetName
    let portal: ISCSIPortal
    private let spec: NodeSpec
    private let timing: NodeTiming

    var local: LocalNode { node.local }
    var folder: String { local.folder }

    init(shell: String = "dash", edit: ScriptEdit? = nil, timing: NodeTiming = NodeTiming()) throws {
        node = try CommandNode(shell: shell, edit: edit)
        target = try #require(ISCSITargetName(Self.name))
        portal = try #require(ISCSIPortal("10.0.0.1"))
        spec = NodeSpec(name: try NodeName("alpha"))
        self.timing = timing
        for (path, text) in [
            ("/sys/class/iscsi_session/session3/targetname", Self.name), ("\(Self.unit)/state", "running"),
            ("\(Self.unit)/block/loop7/size", "2048"), ("\(Self.unit)/delete", ""),
            ("/sys/class/iscsi_connection/connection3:0/persistent_address", "10.0.0.1"),
            ("/sys/class/iscsi_connection/connection3:0/persistent_port", "3260"), ("/sys/block/loop7/dev", "7:77777"),
            ("/proc/swaps", "Filename Type"),
        ] { try place(path, text + "\n") }
        try place(
            Self.record,
            "node.name = \(Self.name)\nnode.session.auth.password = old\nnode.session.auth.password_in = in\n# END RECORD\n",
            mode: 0o600)
        try program(
            "iscsiadm", "for word in \"$@\"; do printf '%s\\n' \"$word\" >>iscsiadm; done; echo said\nexit $status")
        try program("blockdev", "printf '%s\\n' \"$*\" >>blockdev\nexit $status")
    }

    func place(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
        try local.place(path, text)
        guard chmod(folder + path, mode) == 0 else { throw TestFileError(path: path) }
    }

    /// A program on the node, run in our folder; `$status` is what `fails` says.
    func program(_ name: String, _ text: String) throws {
        let head = "#!/bin/sh\ncd \"$HAVIRT_FAKE\" || exit 99\nstatus=0\n[ ! -e status ] || read -r status <status\n"
        try writeFile("\(folder)/bin/\(name)", "\(head)[ ! -e seconds ] || sleep 9\n\(text)\n".utf8, mode: 0o755)
    }

    func fails(_ status: Int) throws { try writeFile("\(folder)/status", "\(status)\n".utf8) }

    /// Has dm-3 stand on the disk.
    func use() throws { try place("/sys/block/loop7/holders/dm-3", "") }

    func perform(_ command: ISCSICommand) async throws {
        let guardian = CommandGuard(
            cluster: try ClusterName("demo"), run: try RunID("ours"), epoch: try epoch(7),
            bootID: try #require(DomainUUID(node.boot)), notAfter: Seconds(1 << 40))
        try await VirshHypervisor(transport: local, timing: timing).perform(
            .iscsi(command), on: spec, guard: guardian)
    }

    /// Sends arguments of any kind; the reason why they are refused, if they are.
    func refusal(of arguments: [String]) async throws -> String? {
        let token = ScanToken()
        let lines = [
            token.text, "demo", "ours", "7", node.boot, "99999999999", "10", "\(target.marker)", "\(arguments.count)",
        ]
        let reply = try await local.run(
            NodeRequest(
                script: GuardScript.script, input: Array(((lines + arguments).joined(separator: "\n") + "\n").utf8),
                deadline: .seconds(60)),
            on: spec.ssh)
        if case .refused(let reason) = try GuardedReply(reply.output, token: token) { return reason }
        return nil
    }

    /// A file's text; nil if there is none.
    func text(_ path: String) -> String? {
        (try? readFile(folder + path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The words with which a program was called.
    func arguments(of program: String) -> [String] {
        (text("/\(program)") ?? "").split(separator: "\n").map(String.init)
    }

    var marker: String? { text("/lib/demo/inflight/\(target.marker)") }
}
