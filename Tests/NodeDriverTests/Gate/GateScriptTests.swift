import ChildProcess
import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

/// One after the other: beside them, other tests wait for heartbeats.
@Suite("the gate, called as sshd calls it", .serialized)
struct GateScriptTests {
    static let shells = ["dash", "bash"]
    private static let uuid = "c0ffee00-0000-4000-8000-000000000001"

    @Test("a scan, the lock, a command and the lock's holder are what they are without it", arguments: shells)
    func works(shell: String) async throws {
        let gate = try await LocalGate(shell: shell)
        try gate.node.add(Self.uuid, name: "web1", isActive: true, state: "running (booted)")
        try gate.node.shell("cp 'answers/dumpxml \(Self.uuid)' 'answers/dumpxml --inactive \(Self.uuid)'")
        let hypervisor = VirshHypervisor(transport: gate)
        let spec = NodeSpec(name: try NodeName("alpha"))
        let cluster = try ClusterName("demo")
        for depth in [ScanDepth.round, .crosswise] {
            let scan = await hypervisor.scan(spec, of: cluster, deadline: Seconds(20), depth: depth, peers: ["beta"])
            guard case .answered(let node) = scan else { throw TestFileError(path: "\(scan)") }
            #expect(node.domains.map(\.uuid.description) == [Self.uuid])
        }
        let holder = LockHolder(
            cluster: cluster, run: try RunID("ours"), from: "x@y", since: Timestamp(secondsSinceEpoch: 1),
            activity: "test")
        let lock = try await hypervisor.lock(spec, holder: holder)
        try await lock.claim(try epoch(7))
        #expect(try await hypervisor.lockView(of: spec, cluster: cluster).holder?.run == holder.run)
        try gate.node.answer("run", "")
        let boot = String(decoding: try readFile("/proc/sys/kernel/random/boot_id").prefix(36), as: UTF8.self)
        let guardian = CommandGuard(
            cluster: cluster, run: holder.run, epoch: try epoch(7), bootID: try #require(DomainUUID(boot)),
            notAfter: Seconds(1 << 40))
        let xml = Array("<domain/>\n\n".utf8)
        try await hypervisor.perform(
            .create(try #require(DomainUUID(Self.uuid)), xml: xml), on: spec, guard: guardian)
        #expect(try readFile("\(gate.node.folder)/created") == xml)
        await lock.release()
        #expect(gate.log.isEmpty)
    }

    @Test("a kept shell answers again and again, and ends at a script that is not the key's", arguments: shells)
    func keptShell(shell: String) async throws {
        let gate = try await LocalGate(shell: shell)
        let scan = gate.node.patched(ScanScript.script(.round))
        let (kept, opening) = try await gate.shell()
        let request = { (token: ScanToken, script: [UInt8], input: [UInt8]) in
            Array("\(token.text) \(script.count) \(input.count)\n".utf8) + script + input
        }
        var start = opening
        for _ in 0..<3 {
            let token = ScanToken()
            let scanned = ScanToken()
            let input = Array("\(scanned.text)\ndemo\n5\nround\nask\n\n".utf8)
            try await kept.session.send(start + request(token, scan, input))
            let output = try await kept.session.read(
                through: Array(":\(token.text)\n".utf8), deadline: .seconds(20), bytesMax: 1 << 20)
            let reply = try #require(output.flatMap { KeptShell.reply($0, token) })
            _ = try Frames(reply.output, token: scanned)
            start = []
        }
        try await kept.session.send(request(ScanToken(), Array("echo hello".utf8), []))
        #expect(try await kept.session.readLine(deadline: .seconds(20)) == nil)
        #expect(await kept.session.close().exit == .code(93))
        #expect(gate.log.count == 1)
    }

    /// It would run anything.
    @Test(
        "the loop of a kept shell is never run as it was sent, not even from within the gate's own", arguments: shells)
    func loopInLoop(shell: String) async throws {
        let gate = try await LocalGate(shell: shell)
        let loop = KeptShell.script.bytes
        let order = { (script: String) in Array("0a \(script.utf8.count) 0\n".utf8) + Array(script.utf8) }
        let open = try await gate.ask("scan", loop, order("echo hello"))
        #expect(open.exit == .code(93) && open.output.isEmpty)
        let nested = try await gate.ask("scan", loop, Array("0a \(loop.count) 100\n".utf8) + loop + order("echo hello"))
        #expect(nested.exit == .code(94) && nested.output.isEmpty)
        #expect(try await gate.ask("act", loop, order("echo hello")).exit == .code(94))
        #expect(gate.log.count == 3)
    }

    @Test("a key runs no script of the other", arguments: shells)
    func roles(shell: String) async throws {
        let gate = try await LocalGate(shell: shell)
        var count = 0
        for role in GateRole.allCases {
            for (name, script) in role.scripts {
                #expect(script.purpose.role == role, "\(name)")
                let other = role == .scan ? "act" : "scan"
                let refused = try await gate.ask(other, gate.node.patched(script))
                #expect(refused.exit == .code(94) && refused.output.isEmpty, "\(name)")
                count += 1
            }
        }
        #expect(gate.log.count == count && count >= 6)
        #expect(gate.log.allSatisfy { $0.contains("a script that is not for this key") })
    }

    @Test("a script with any byte changed is refused, and so is one with a byte more, less, or NUL")
    func mutations() async throws {
        let gate = try await LocalGate()
        for role in GateRole.allCases {
            for (name, script) in role.scripts {
                let good = gate.node.patched(script)
                // Some of them: each one is several processes, and there are 40,000.
                for index in stride(from: 0, to: good.count, by: good.count / 11 + 1) {
                    var bad = good
                    bad[index] ^= 1
                    let refused = try await gate.ask(role.rawValue, bad)
                    #expect(refused.exit == .code(93) && refused.output.isEmpty, "\(name), byte \(index)")
                }
                for bad in [good + [10], good + Array("\necho hello".utf8), Array(good.dropLast()), [10] + good] {
                    #expect(try await gate.ask(role.rawValue, bad).exit == .code(93), "\(name)")
                }
                var holed = good
                holed.insert(0, at: good.count / 2)
                #expect(try await gate.ask(role.rawValue, holed).exit == .code(95), "\(name)")
            }
        }
        #expect(gate.node.calls.isEmpty)
    }

    private static let boot = "exec /bin/sh -c 'eval \"$(head -c "

    /// What else a client may ask for.
    static let commands: [String?] = [
        nil, "", "id", "sh", "virsh list", "internal-sftp", "/usr/lib/openssh/sftp-server", "scp -t /tmp",
        "\(boot)-5)\"'", "\(boot)+5)\"'", "\(boot)0)\"'", "\(boot)05)\"'", "\(boot)5;id)\"'", "\(boot)$(id))\"'",
        "\(boot)99999999999999999999)\"'", "\(boot)1000000)\"'", "\(boot))\"'", "\(boot) 5)\"'", "\(boot)5)\"';id",
        "\(boot)5)\"' x", "id;\(boot)5)\"'", "\(boot)5", "\(boot)5\n)\"'", "\(boot)5)\"'\n", "-c id", "--", "scan",
        "act",
        "\u{1B}[2J\nNov 29 havirt-gate: refused: nothing",
    ]

    @Test("any other command is refused with one line of the log, which it cannot forge", arguments: commands)
    func others(command: String?) async throws {
        for (role, shell) in [("scan", "dash"), ("act", "bash")] {
            let gate = try await LocalGate(shell: shell, knows: false)
            let refused = try await gate.ask(role, command, Array("echo hello\n".utf8))
            #expect(refused.exit == .code(95) && refused.output.isEmpty)
            let line = try #require(gate.log.first)
            #expect(gate.log.count == 1, "\(gate.log)")
            #expect(line.hasPrefix("[-p][auth.warning][-t][havirt-gate][refused: key=\(role) from=192.0.2.7 why="))
            #expect(line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            #expect(gate.node.calls.isEmpty)
        }
    }

    @Test("a good command of a number that is too small or too large is a script that is cut, or none of ours")
    func numbers() async throws {
        let gate = try await LocalGate()
        let script = gate.node.patched(DiscoverScript.script)
        for count in [1, script.count - 1, script.count + 1, 999_999] {
            let refused = try await gate.ask("act", SSHArguments.bootstrap(scriptBytes: count), script)
            #expect(refused.exit == .code(count > script.count ? 95 : 93) && refused.output.isEmpty, "\(count)")
        }
    }

    @Test("a role that authorized_keys does not give is none")
    func noRole() async throws {
        let gate = try await LocalGate()
        for role in ["", "root", "scan act", "loop", "*", "-c"] {
            #expect(try await gate.ask(role, gate.node.patched(DiscoverScript.script)).exit == .code(95), "\(role)")
        }
    }

    @Test("a long command is cut in the log")
    func long() async throws {
        let gate = try await LocalGate(knows: false)
        #expect(try await gate.ask("scan", String(repeating: "x", count: 100_000), []).exit == .code(95))
        #expect((gate.log.first?.utf8.count ?? 0) < 400)
    }

    @Test("nothing of the client's environment reaches a script")
    func environment() async throws {
        let gate = try await LocalGate()
        let seen = try await gate.ask("act", gate.node.patched(DiscoverScript.script), Array("0a\n5\nportal\n".utf8))
        #expect(seen.exit == .code(0))
        let text = GateScript.text([])
        #expect(text.contains("exec env -i LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
    }
}
