import ChildProcess
import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("ssh, against an sshd on this machine", .enabled(if: LocalSSHD.isPossible), .serialized)
struct SSHTransportTests {
    static let echo: StaticString = "read -r first; printf '%s\\n' \"$first\"; cat"

    private func request(_ script: StaticString, _ input: [UInt8] = [], seconds: Int64 = 20) -> NodeRequest {
        NodeRequest(script: NodeScript(.other, script), input: input, deadline: .seconds(seconds))
    }

    private func silence(_ body: () async throws -> Void) async -> Silence? {
        let error = await #expect(throws: NodeError.self) { try await body() }
        if case .transport(let silence) = error { return silence }
        Issue.record("\(String(describing: error))")
        return nil
    }

    @Test("any bytes reach the script as data, byte for byte")
    func bytes() async throws {
        let daemon = try await LocalSSHD()
        let transport = try SSHTransport(daemon.settings)
        let input = HostileText.all.flatMap { Array($0.utf8) + [10] } + (0...255).map { UInt8($0) }
        let reply = try await transport.run(request(Self.echo, [0x61, 10] + input), on: daemon.destination())
        #expect(reply.output == [0x61, 10] + input)
        #expect(reply.status == 0)
        let failing = try await transport.run(request("echo no >&2; exit 7"), on: daemon.destination())
        #expect(failing.status == 7)
        #expect(failing.errorOutput == Array("no\n".utf8))
        await daemon.stop()
    }

    @Test("no daemon, no trust, no key, no time, too much: five ways to be silent")
    func failures() async throws {
        let daemon = try await LocalSSHD()
        let transport = try SSHTransport(daemon.settings)
        let node = try daemon.destination()
        #expect(
            await silence { _ = try await transport.run(request("sleep 30", seconds: 1), on: node) }?.cause == .deadline
        )
        let flood = NodeRequest(script: NodeScript(.other, "yes"), deadline: .seconds(20), outputBytesMax: 100_000)
        #expect(await silence { _ = try await transport.run(flood, on: node) }?.cause == .flood)
        // The configuration says StrictHostKeyChecking no; ours comes first.
        try daemon.knownHost("other")
        #expect(await silence { _ = try await transport.run(request("true"), on: node) }?.cause == .unreachable)
        try writeFile("\(daemon.folder)/known_hosts", [])
        #expect(await silence { _ = try await transport.run(request("true"), on: node) }?.cause == .unreachable)
        try daemon.knownHost("host")
        try writeFile("\(daemon.folder)/authorized_keys", [])
        #expect(await silence { _ = try await transport.run(request("true"), on: node) }?.cause == .unreachable)
        await daemon.stop()
        #expect(await silence { _ = try await transport.run(request("true"), on: node) }?.cause == .unreachable)
    }

    @Test("a session talks both ways, and its end is told from a lost connection")
    func session() async throws {
        let daemon = try await LocalSSHD()
        let transport = try SSHTransport(daemon.settings)
        let node = try daemon.destination()
        let session = try await transport.open(
            request("while read -r line; do echo \"got $line\"; done", Array("one\n".utf8)), on: node)
        #expect(try await session.readLine(deadline: .seconds(10)) == Array("got one".utf8))
        try await session.send(Array("two\n".utf8))
        #expect(try await session.readLine(deadline: .seconds(10)) == Array("got two".utf8))
        await session.close()
        let short = try await transport.open(request("echo x"), on: node)
        #expect(try await short.readLine(deadline: .seconds(10)) == [0x78])
        #expect(try await short.readLine(deadline: .seconds(10)) == nil)
        let lost = try await transport.open(request("kill -9 $PPID; sleep 30"), on: node)
        #expect(await silence { _ = try await lost.readLine(deadline: .seconds(10)) }?.cause == .unreachable)
        await daemon.stop()
    }

    @Test("connections are kept, and one that hangs is left behind")
    func kept() async throws {
        let daemon = try await LocalSSHD()
        var settings = daemon.settings
        settings.controlFolder = "\(daemon.folder)/control"
        settings.controlPersist = Seconds(20)
        let transport = try SSHTransport(settings)
        let node = try daemon.destination()
        let socket = ControlFolder.socket(in: "\(daemon.folder)/control", for: node, settings)
        let ask = request("echo $SSH_CONNECTION")
        let first = try await transport.run(ask, on: node).output
        #expect(access(socket, F_OK) == 0)
        #expect(try await transport.run(ask, on: node).output == first)
        let check = try await runChild(
            ChildRequest(executable: "ssh", arguments: ["-o", "ControlPath=\(socket)", "-O", "check", "alpha"]))
        let digits = check.errorOutput.drop { !(0x30...0x39).contains($0) }.prefix { (0x30...0x39).contains($0) }
        let master = try #require(pid_t(String(decoding: digits, as: UTF8.self)))
        kill(master, SIGSTOP)
        defer { kill(master, SIGKILL) }
        let quick = request("echo $SSH_CONNECTION", seconds: 2)
        #expect(await silence { _ = try await transport.run(quick, on: node) }?.cause == .deadline)
        #expect(try await transport.run(ask, on: node).output != first)
        // A name in the folder with no process behind it.
        _ = try await runChild(
            ChildRequest(executable: "ssh", arguments: ["-o", "ControlPath=\(socket)", "-O", "exit", "alpha"]))
        unlink(socket)
        try writeFile(socket, [])
        #expect(try await transport.run(ask, on: node).status == 0)
        await daemon.stop()
    }

    @Test("a scan over ssh")
    func scan() async throws {
        let daemon = try await LocalSSHD()
        var node = NodeSpec(name: try NodeName("alpha"))
        node.ssh = try daemon.destination()
        let hypervisor = VirshHypervisor(transport: try SSHTransport(daemon.settings))
        let scan = await hypervisor.scan(node, of: try ClusterName("demo"), deadline: Seconds(20))
        // Whether this machine runs libvirt or not: the script ran, and said so itself.
        switch scan {
        case .answered: break
        case .silent(let silence): #expect(silence.cause == .hypervisor || silence.cause == .notRoot, "\(silence)")
        }
        await daemon.stop()
    }

    @Test("who lets nobody in is heard all the same; where nobody listens nobody is")
    func heard() async throws {
        let daemon = try await LocalSSHD()
        let transport = try SSHTransport(daemon.settings)
        let node = try daemon.destination()
        #expect(try await transport.isHeard(node, deadline: .seconds(20)))
        // Another key than the known one, and no way to log in.
        try daemon.knownHost("other")
        try writeFile("\(daemon.folder)/authorized_keys", [10])
        #expect(try await transport.isHeard(node, deadline: .seconds(20)))
        let known = try readFile("\(daemon.folder)/known_hosts")
        var spec = NodeSpec(name: try NodeName("alpha"))
        spec.ssh = node
        spec.fenced = Fencing(bootID: try #require(DomainUUID("c0ffee00-0000-4000-8000-000000000001")), reason: "x")
        let hypervisor = VirshHypervisor(transport: transport)
        let cluster = try ClusterName("c")
        guard case .silent(let silence) = await hypervisor.scan(spec, of: cluster, deadline: Seconds(20)) else {
            Issue.record("it answers")
            return
        }
        #expect(silence.cause == .hostKey && silence.isSignOfLife)
        await daemon.stop()
        #expect(try await !transport.isHeard(node, deadline: .seconds(20)))
        guard case .silent(let gone) = await hypervisor.scan(spec, of: cluster, deadline: Seconds(20)) else {
            Issue.record("it answers")
            return
        }
        #expect(gone.cause == .unreachable)
        #expect(try readFile("\(daemon.folder)/known_hosts") == known, "the operator's own file is left alone")
    }
}
