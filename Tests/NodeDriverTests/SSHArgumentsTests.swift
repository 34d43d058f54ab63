import ChildProcess
import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("ssh's command line")
struct SSHArgumentsTests {
    private func arguments(_ text: String, _ settings: SSHSettings = SSHSettings()) throws -> [String] {
        SSHArguments.arguments(
            settings, to: try #require(SSHDestination.parse(text)), controlPath: nil, scriptBytes: 42)
    }

    @Test("what comes from git stands behind -- or is the value of an option of ours")
    func shape() throws {
        let arguments = try arguments("ann@node7.lab:2222")
        #expect(
            Array(arguments.suffix(8)) == [
                "-p", "2222", "-l", "ann", "-T", "--", "node7.lab", "exec /bin/sh -c 'eval \"$(head -c 42)\"'",
            ])
        for option in [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UpdateHostKeys=no", "ForwardAgent=no", "ForwardX11=no",
            "ClearAllForwardings=yes", "PermitLocalCommand=no", "ControlMaster=no", "ControlPath=none",
        ] {
            let index = try #require(arguments.firstIndex(of: option), "\(option)")
            #expect(arguments[index - 1] == "-o")
        }
    }

    @Test("a console has a terminal and a connection of its own, and nothing in it comes from outside")
    func console() throws {
        let uuid = try #require(DomainUUID("6a1f5c1e-0b7d-4f5e-9c6a-3d2b8e7f1a01"))
        let node = try #require(SSHDestination.parse("ann@node7.lab:2222"))
        let arguments = ConsoleCommand(uuid, isForced: true).sshArguments(on: node, SSHSettings())
        #expect(
            Array(arguments.suffix(8)) == [
                "-p", "2222", "-l", "ann", "-t", "--", "node7.lab",
                "exec virsh -c qemu:///system console --force \(uuid)",
            ])
        for option in [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "ForwardAgent=no", "ClearAllForwardings=yes",
            "PermitLocalCommand=no", "RequestTTY=yes", "EscapeChar=none", "ControlMaster=no", "ControlPath=none",
        ] {
            #expect(arguments.contains(option), "\(option)")
        }
        #expect(!arguments.contains("RequestTTY=no"))
        let line = ConsoleCommand(uuid, isForced: false).pasteable(on: node, tools: PastedTools())
        #expect(line == "ssh -t -e none -p 2222 -l ann node7.lab virsh -c qemu:///system console \(uuid)")
    }

    @Test("each script goes in by its own key, over a connection of its own; without a key that acts nothing does")
    func keys() throws {
        var template = Array("/tmp/havirt-keys-XXXXXX".utf8CString)
        let folder = String(cString: try #require(mkdtemp(&template)))
        defer { _ = system("rm -rf '\(folder)'") }
        for name in ["scan", "act"] { try writeFile("\(folder)/\(name)", "x".utf8, mode: 0o600) }
        var settings = SSHSettings()
        settings.controlFolder = folder
        let scan = try PrivateKeyFile("\(folder)/scan")
        settings.keys = SSHKeys(scan: scan, act: try PrivateKeyFile("\(folder)/act"))
        let node = try #require(SSHDestination.parse("alpha"))
        let transport = try SSHTransport(settings)
        var sockets: Set<String?> = []
        for (script, file) in [
            (ScanScript.script(.round), "scan"), (KeptShell.script, "scan"), (GuardScript.script, "act"),
            (LockScript.script, "act"), (HolderScript.script, "act"), (DiscoverScript.script, "act"),
        ] {
            let key = try transport.key(for: script)
            let request = NodeRequest(script: script, deadline: .seconds(9))
            let arguments = transport.childRequest(for: request, on: node, key, socket: nil).arguments
            let index = try #require(arguments.firstIndex(of: "-i"))
            #expect(arguments[index + 1] == "\(folder)/\(file)")
            #expect(Array(arguments[(index - 2)..<index]) == ["-o", "IdentitiesOnly=yes"])
            sockets.insert(transport.controlPath(to: node, key))
        }
        #expect(sockets.count == 2 && !sockets.contains(transport.controlPath(to: node, nil)))
        #expect(try transport.key(for: NodeScript(.other, "")) == nil)
        settings.keys = SSHKeys(scan: scan, act: nil)
        let looking = try SSHTransport(settings)
        #expect(try looking.key(for: KeptShell.script) == scan)
        #expect(throws: NodeError.transport(Silence(.unreachable, SSHTransport.noActKey))) {
            try looking.key(for: LockScript.script)
        }
    }

    @Test("the operator's options come after ours, and ssh takes the first")
    func extra() throws {
        var settings = SSHSettings()
        try settings.setExtraOptions(["StrictHostKeyChecking=no", "ProxyJump=bastion"])
        settings.configFile = "/etc/havirt/ssh_config"
        let arguments = try arguments("alpha", settings)
        #expect(Array(arguments.prefix(2)) == ["-F", "/etc/havirt/ssh_config"])
        let ours = try #require(arguments.firstIndex(of: "StrictHostKeyChecking=yes"))
        #expect(try #require(arguments.firstIndex(of: "StrictHostKeyChecking=no")) > ours)
        for bad in ["", "x", "=x", "-oA=b", "A b=c", "A=b\nC=d", "A=\u{1B}"] {
            #expect(throws: SSHOptionError.self, "\(bad.debugDescription)") { try settings.setExtraOptions([bad]) }
        }
    }

    @Test("nothing hostile is a destination", arguments: HostileText.all)
    func hostile(text: String) {
        guard let destination = SSHDestination.parse(text) else { return }
        let words = [destination.host, destination.user ?? "x"]
        #expect(words.allSatisfy { !$0.hasPrefix("-") && ShellQuote.word($0) == $0 })
    }

    @Test("a control folder must be ours alone and short")
    func controlFolder() throws {
        var template = Array("/tmp/havirt-control-XXXXXX".utf8CString)
        let folder = String(cString: try #require(mkdtemp(&template)))
        defer { rmdir(folder) }
        #expect(ControlFolder.objection(to: folder) == nil)
        chmod(folder, 0o755)
        #expect(ControlFolder.objection(to: folder) != nil)
        for path in ["relative", "/tmp/" + String(repeating: "x", count: 100), "/tmp/a b", "/tmp/%h", "/dev/null"] {
            #expect(ControlFolder.objection(to: path) != nil, "\(path)")
        }
        let parsed = try ["a", "b", "u@a", "a:22"].map { try #require(SSHDestination.parse($0)) }
        var other = SSHSettings()
        other.configFile = "/etc/havirt/other"
        var third = SSHSettings()
        try third.setExtraOptions(["ProxyJump=gate"])
        let sockets = [SSHSettings(), other, third].flatMap { settings in
            parsed.map { ControlFolder.socket(in: folder, for: $0, settings) }
        }
        #expect(Set(sockets).count == 12, "an alias under another configuration is another machine")
    }

    @Test(
        "ssh gives up before the deadline, so that a deadline is never the silence of a dead node",
        arguments: [
            (Int64(4), "ConnectTimeout=3"), (1, "ConnectTimeout=1"), (60, "ConnectTimeout=10"),
        ])
    func connectTimeout(seconds: Int64, option: String) throws {
        let request = NodeRequest(script: NodeScript(.other, "true"), deadline: .seconds(seconds))
        let child = try SSHTransport().childRequest(for: request, on: SSHDestination(try NodeName("n1")), socket: nil)
        #expect(child.arguments.contains(option), "\(child.arguments)")
    }
}
