import EndToEnd
import Testing

extension OnTheLab {
    /// What somebody tries who has stolen one of the keys. Nothing may be started, changed, or told but what a scan tells.
    @Suite("somebody with one of the gate's keys") struct GateAttackTests {
        private let one = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")

        /// Arguments of ssh, each of which reaches the gate, or sshd.
        private static let attempts: [(arguments: [String], reachesTheGate: Bool)] =
            [
                ["alpha"], ["alpha", "id"], ["alpha", "sh"], ["alpha", "virsh", "-c", "qemu:///system", "list"],
                ["alpha", "/usr/local/sbin/havirt-gate act"],
                ["-s", "alpha", "sftp"], ["alpha", "scp -t /tmp"], ["alpha", "rsync --server"],
                ["-A", "alpha", "ssh-add -l"], ["-X", "alpha", "id"],
                ["-o", "SetEnv=LC_ALL=x LC_X=() LANG=$(id)", "alpha", "id"],
            ].map { ($0, true) }
            + ["-5", "0", "5;id", "$(id)", "99999999999999999999", "1000000", "", "5)\"'; id #"].map { count in
                (["alpha", GatedCluster.bootstrap(count)], true)
            }
            + ["1", "5", "14", "999999"].map { (["alpha", GatedCluster.bootstrap($0)], true) }
            + [
                (["-tt", "alpha"], false), (["-tt", "alpha", "sh"], false), (["-s", "alpha", "sh"], false),
                (["-W", "127.0.0.1:22", "alpha"], false),
                (["-o", "ExitOnForwardFailure=yes", "-R", "12345:127.0.0.1:22", "-N", "alpha"], false),
            ]

        @Test("gets neither a shell nor any command, file, terminal or forwarding", arguments: ["scan", "act"])
        func attempts(key: String) async throws {
            try await GatedCluster.with("gated-attempts-\(key)", []) { gated in
                for (arguments, reachesTheGate) in Self.attempts {
                    try await gated.forgetLog()
                    let ran = try await gated.ssh(key, arguments, input: "echo hello; id; virsh list\n")
                    #expect(ran.status != 0, "\(arguments): \(ran)")
                    for word in ["hello", "uid=", "SSH-2.0", "Id  "] {
                        #expect(!ran.output.contains(word), "\(arguments): \(ran)")
                    }
                    #expect(try gated.refusals().count == (reachesTheGate ? 1 : 0), "\(arguments): \(ran)")
                }
                // Nobody forges a line, or a terminal's title.
                try await gated.forgetLog()
                _ = try await gated.ssh(key, ["alpha", "x\n<36>Nov 29 havirt-gate: refused: \u{1B}]0;y\u{7}"])
                #expect(try gated.refusals().count == 1)
                let copied = try await sftp(gated, key)
                #expect(copied.status != 0, "\(copied)")
                // A local forwarding is opened on this side, and refused when it is used.
                let forwarded = try await gated.ssh(
                    key,
                    [
                        "-o", "ExitOnForwardFailure=yes", "-L", "/tmp/havirt-none.\(key):/run/libvirt/libvirt-sock",
                        "-N", "-f", "alpha",
                    ])
                #expect(forwarded.status == 0, "\(forwarded)")
                let used = try await gated.cluster.inLab(
                    ["timeout", "5", "virsh", "-c", "qemu+unix:///system?socket=/tmp/havirt-none.\(key)", "list"])
                #expect(used.status != 0, "\(used)")
                _ = try await gated.cluster.inLab(["pkill", "-f", "havirt-none.\(key):"])
                try? TextFile.remove("/tmp/havirt-none.\(key)")
            }
        }

        private func sftp(_ gated: GatedCluster, _ key: String) async throws -> Ran {
            try await gated.cluster.inLab([
                "sftp", "-F", Lab.program.sshConfig, "-o", "IdentityFile=none", "-i", "\(Lab.state)/gate/\(key)",
                "alpha:/etc/hostname", gated.cluster.path("stolen"),
            ])
        }

        /// Everything that a havirt sends, as files: the bootstrap's number, and standard input.
        private func recorded(_ gated: GatedCluster) async throws -> [Recording] {
            let folder = gated.cluster.path("wire")
            try gated.cluster.write("wire/none", "")
            try gated.cluster.write(
                "bin/ssh",
                """
                #!/bin/sh
                for last; do :; done
                n=$(mktemp \(folder)/XXXXXXXX)
                printf '%s' "$last" >"$n.command"
                tee "$n.input" | /usr/bin/ssh "$@"
                """)
            _ = try await gated.cluster.inLab(["chmod", "755", gated.cluster.path("bin/ssh")])
            try await gated.cluster.havirt(expect: 0, "apply", "--yes")
            try await gated.cluster.havirt(expect: 0, "node", "scan", "--save", gated.cluster.path("scan.json"))
            try TextFile.remove(gated.cluster.path("bin/ssh"))
            return try TextFile.names(in: folder).filter { $0.hasSuffix(".command") }.compactMap { name in
                let base = "\(folder)/\(name.dropLast(8))"
                return Recording(
                    command: try TextFile.read(base + ".command"), input: try TextFile.read(base + ".input"))
            }
        }

        @Test("replays what was heard, and has every script read what no havirt would send")
        func hostileInput() async throws {
            try await GatedCluster.with("gated-input", [one], multiplex: false) { gated in
                let recordings = try await recorded(gated)
                try await expectHome(one, "alpha")
                try await Lab.virsh("alpha", "destroy", one.uuid)
                try await gated.forgetLog()
                let before = try await gated.world()
                let depths = ["round", "whole", "crosswise"]
                let scans = recordings.filter { recording in depths.contains { recording.input.contains("\n\($0)\n") } }
                let acts = recordings.filter { $0.script.contains("inflight") && !scans.contains($0) || $0.isLock }
                #expect(!scans.isEmpty && acts.contains { $0.input.contains("virsh\n-c\n") }, "\(recordings.count)")
                for recording in acts {
                    // The key that scans runs nothing of it, whole or in part.
                    let refused = try await gated.ssh("scan", ["alpha", recording.command], input: recording.input)
                    #expect(refused.status == 94 && refused.output.isEmpty, "\(refused)")
                }
                #expect(try gated.refusals().count == acts.count)
                try await sendAgain(acts, gated)
                for scan in scans.prefix(2) { try await expectNothing(of: scan, gated) }
                #expect(try await gated.world() == before)
            }
        }

        /// With the key that acts: the lock is not held any more, and what was for another node is for another boot.
        private func sendAgain(_ acts: [Recording], _ gated: GatedCluster) async throws {
            for recording in acts where !recording.isLock {
                let ran = try await gated.ssh("act", ["alpha", recording.command], input: recording.input)
                #expect(ran.output.contains(":refused/lock") || ran.output.contains(":refused/boot"), "\(ran)")
            }
        }

        /// Has a scan's script read hostile input.
        private func expectNothing(of scan: Recording, _ gated: GatedCluster) async throws {
            let token = "0123456789abcdef0123456789abcdef"
            let uuid = one.uuid
            let inputs = [
                "$(id)\ndemo\n5\nround\nask\n\n", "\(token)\n../../etc\n5\nround\nask\n\n",
                "\(token)\n..\n5\nround\nask\n\n",
                "\(token)\ndemo\n5;id\nround\nask\n\n", "\(token)\ndemo\n99999999999\nround\nask\n\n",
                "\(token)\ndemo\n5\nround\ntold\na \(uuid);destroy \(uuid)\n\n",
                "\(token)\ndemo\n5\nround\ntold\na x;list;\(uuid)\n\n", "\(token)\ndemo\n5\nround\ntold\na --help\n\n",
                "\(token)\ndemo\n5\nround\ntold\na;id \(uuid) ;id\n\n", "\(token)\ndemo\n5\nround\ntold\na $(id)\n\n",
                "\(token)\ndemo\n5\ncrosswise\n-oProxyCommand=id\n\nask\n\n",
                "\(token)\ndemo\n5\ncrosswise\nx;id\n\nask\n\n",
                "\(token)\ndemo\n5\ncrosswise\n$(id)\n\nask\n\n",
                "\(token)\ndemo\n5\ncrosswise\n-F/etc/shadow\n\nask\n\n",
            ]
            for input in inputs {
                let ran = try await gated.ssh("scan", ["alpha", scan.command], input: scan.script + input)
                // It may have begun to answer; it ends at what it does not take.
                #expect(ran.status == 90, "\(input): \(ran)")
                #expect(!ran.description.contains("uid=") && !ran.description.contains("Domain"), "\(input): \(ran)")
            }
        }
    }
}

/// One call of ssh by havirt.
private struct Recording: Equatable {
    let command: String
    let input: String
    /// The first bytes of the input, as many as the command says.
    let script: String

    init?(command: String, input: String) {
        guard let count = Int(command.filter(\.isNumber)) else { return nil }
        self.command = command
        self.input = input
        script = String(decoding: Array(input.utf8).prefix(count), as: UTF8.self)
    }

    var isLock: Bool { script.contains("flock -w 1 9") }
}
