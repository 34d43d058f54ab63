import ChildProcess
import Reconciler
import Testing

@testable import NodeDriver

/// What somebody with a key has havirt's own scripts read. Nothing of it reaches virsh, iscsiadm, a path or a shell.
@Suite("hostile input of every script, behind the gate", .serialized) struct HostileInputTests {
    private static let token = "0123456789abcdef0123456789abcdef"
    private static let uuid = "c0ffee00-0000-4000-8000-000000000001"
    private static let boot = "00000000-0000-4000-8000-000000000000"

    private static let tokens = ["", "t", "$(id)", "0a;id", "-n", "0A", "%s", "../x"]
    private static let clusters = ["", ".", "..", "../x", "a/b", "-x", ".x", "a b", "a;id", "$(id)", "a*", "\u{1B}[2J"]

    static let scans =
        tokens.map { "\($0)\ndemo\n5\nround\nask\n\n" } + clusters.map { "\(token)\n\($0)\n5\nround\nask\n\n" }
        + ["", "x", "-1", "5;id", "5 6", "99999999", "1e9"].map { "\(token)\ndemo\n\($0)\nround\nask\n\n" }
        + ["-oProxyCommand=id", "x;id", "$(id)", "x y", "-F/etc/shadow", "a/b", "*", "a@b"].map {
            "\(token)\ndemo\n5\ncrosswise\n\($0)\n\nask\n\n"
        }
        + [
            "a \(uuid);destroy \(uuid)", "a x", "i \(uuid)x", "a \(uuid) \(uuid)x", "a --all", "a $(id)",
            "x;id \(uuid)",
            "a \(uuid.uppercased())", "a '\(uuid)'", "a \(uuid.dropLast())", "ab\(uuid)", "a ?\(uuid.dropFirst())",
            "\(uuid)", "a \(uuid)\t;list",
        ].map { "\(token)\ndemo\n5\nround\ntold\n\($0)\n\n" }

    static let locks =
        tokens.map { "\($0)\ndemo\n5\nrun=x\n\n" } + clusters.map { "\(token)\n\($0)\n5\nrun=x\n\n" }
        + ["", "0", "00", "-1", "99999", "5;id"].map { "\(token)\ndemo\n\($0)\nrun=x\n\n" }
        + [
            "", "run=", "run=../x", "run=-x", "run=.x", "run=a b", "run=x\nrun=y", "run=x\nother=1",
            "run=x\nfrom=\u{1B}[2J",
            "run=x\n\(String(repeating: "from=0123456789\n", count: 200))",
        ].map { "\(token)\ndemo\n5\n\($0)\n\n" }

    static let holders =
        tokens.map { "\($0)\ndemo\n5\n-\n" } + clusters.map { "\(token)\n\($0)\n5\n-\n" }
        + ["", "x", "-1", "99999"].map { "\(token)\ndemo\n\($0)\n-\n" }
        + ["", "../x", "a b", "--", "-9", ".x", "a;id"].map { "\(token)\ndemo\n5\n\($0)\n" }

    static let discoveries =
        tokens.map { "\($0)\n5\n10.0.0.1:3260\n" }
        + ["", "0", "-1", "99999", "x"].map { "\(token)\n\($0)\n10.0.0.1\n" }
        + ["", "-d8", "a b", "a;id", "$(id)", "a/b", "a\u{1B}", "*"].map { "\(token)\n5\n\($0)\n" }

    static let commands =
        tokens.map { command(token: $0) } + clusters.map { command(cluster: $0) }
        + ["", "../x", "a b", "-x", ".x", "$(id)", "a/b"].map { command(run: $0) }
        + ["", "x", "-1", "1;id", "9999999999999999"].flatMap {
            [command(epoch: $0), command(until: $0), command(limit: $0)]
        }
        + ["0", "00", "99999999"].map { command(limit: $0) }
        + ["", "x", "-1", "100", "999999"].map { command(count: $0) }
        + ["", "x", "../../../../etc/passwd", uuid.uppercased(), "\(uuid)x", "$(id)", "*"].map { command(uuid: $0) }

    private static func command(
        token: String = token, cluster: String = "demo", run: String = "ours", epoch: String = "7",
        until: String = "99999999",
        limit: String = "5", uuid: String = uuid, count: String = "5"
    ) -> String {
        let words = ["virsh", "-c", "qemu:///system", "destroy", uuid]
        return ([token, cluster, run, epoch, boot, until, limit, uuid, count] + words).joined(separator: "\n") + "\n"
    }

    /// A script, its key and what it must not read.
    private static let table: [(script: NodeScript, inputs: [String])] = [
        (ScanScript.script(.crosswise), scans), (ScanScript.script(.round), Array(scans.prefix(24))),
        (LockScript.script, locks), (HolderScript.script, holders), (DiscoverScript.script, discoveries),
        (GuardScript.script, commands),
    ]

    /// Other tests of this machine wait for heartbeats: bash is asked every fourth.
    @Test("it ends at what it does not take", arguments: [("dash", 1), ("bash", 4)])
    func ends(shell: String, every: Int) async throws {
        let gate = try await LocalGate(shell: shell)
        for name in ["iscsiadm", "ssh", "ssh-keygen"] {
            try writeFile(
                "\(gate.node.folder)/bin/\(name)", "#!/bin/sh\necho \(name) \"$@\" >>\(gate.node.folder)/calls\n".utf8,
                mode: 0o755)
        }
        var sent = 0
        for (script, inputs) in Self.table {
            let role = try #require(script.purpose.role)
            let text = gate.node.patched(script)
            for index in stride(from: 0, to: inputs.count, by: every) {
                let input = inputs[index]
                let ran = try await gate.ask(role.rawValue, text, Array(input.utf8))
                #expect(ran.exit == .code(90), "\(script.purpose): \(input): \(ran.exit)")
                #expect(!String(decoding: ran.output, as: UTF8.self).contains("uid="), "\(input)")
                sent += 1
            }
        }
        #expect(sent > 180 / every)
        #expect(gate.node.calls == [], "nothing was asked of virsh, iscsiadm or ssh")
        #expect(gate.log.isEmpty)
        try gate.node.shell("[ -z \"$(ls lib)$(ls run)\" ]")
    }
}
