import ChildProcess
import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("a shell that is kept for scans, against an sshd on this machine", .enabled(if: LocalSSHD.isPossible))
struct KeptShellTests {
    private func request(_ script: StaticString, _ input: String = "", seconds: Int64 = 20) -> NodeRequest {
        NodeRequest(script: NodeScript(.other, script), input: Array(input.utf8), deadline: .seconds(seconds))
    }

    private func kept(_ daemon: LocalSSHD) throws -> SSHTransport {
        var settings = daemon.settings
        settings.controlFolder = "\(daemon.folder)/control"
        settings.controlPersist = Seconds(5)
        return try SSHTransport(settings)
    }

    @Test("one shell answers again and again, and tells output, errors and status apart")
    func again() async throws {
        let daemon = try await LocalSSHD()
        let (transport, node) = (try kept(daemon), try daemon.destination())
        let first = try await transport.runInKeptShell(request("echo $$; set -fu; cd /; LC_ALL=x"), on: node)
        // Neither what a script leaves unread nor what it sets reaches the next one.
        let noisy: StaticString = "read -r line; echo \"$line$-\"; printf 'no\\nno' >&2; exit 7"
        let second = try await transport.runInKeptShell(request(noisy, "one\ntwo\n"), on: node)
        #expect(second.status == 7)
        #expect(second.output.starts(with: Array("one".utf8)) && !second.output.contains(UInt8(ascii: "f")))
        #expect(second.errorOutput == Array("no\nno".utf8))
        let third = try await transport.runInKeptShell(request("echo $$"), on: node)
        #expect(third.output == first.output)
        #expect(third.status == 0 && third.errorOutput.isEmpty)
        let hostile = HostileText.all.joined(separator: "\n")
        #expect(try await transport.runInKeptShell(request("cat", hostile), on: node).output == Array(hostile.utf8))
        await daemon.stop()
    }

    @Test("two that ask at once get a shell each")
    func atOnce() async throws {
        let daemon = try await LocalSSHD()
        let (transport, node) = (try kept(daemon), try daemon.destination())
        async let left = transport.runInKeptShell(request("sleep 0.3; echo $$"), on: node)
        async let right = transport.runInKeptShell(request("sleep 0.3; echo $$"), on: node)
        #expect(try await left.output != right.output)
        await daemon.stop()
    }

    @Test("a shell that was killed, or talks out of turn, is replaced; one that hangs is a silence and then replaced")
    func doubt() async throws {
        let daemon = try await LocalSSHD()
        let (transport, node) = (try kept(daemon), try daemon.destination())
        let first = try await transport.runInKeptShell(request("echo $$"), on: node).output
        let pid = try #require(pid_t(String(decoding: first.dropLast(), as: UTF8.self)))
        kill(pid, SIGKILL)
        let second = try await transport.runInKeptShell(request("echo $$"), on: node).output
        #expect(second != first)
        do {
            _ = try await transport.runInKeptShell(request("sleep 30", seconds: 1), on: node)
            Issue.record("it did not hang")
        } catch {
            guard case .transport(let silence) = error else { throw error }
            #expect(silence.cause == .deadline)
        }
        #expect(try await transport.runInKeptShell(request("echo $$"), on: node).output != second)
        await daemon.stop()
    }

    @Test("no connection is the silence that ssh gives as its reason")
    func unreachable() async throws {
        let daemon = try await LocalSSHD()
        let (transport, node) = (try kept(daemon), try daemon.destination())
        await daemon.stop()
        do {
            _ = try await transport.runInKeptShell(request("true"), on: node)
            Issue.record("a stopped daemon answers")
        } catch {
            guard case .transport(let silence) = error else { throw error }
            #expect(silence.cause == .unreachable)
            #expect("\(silence)".contains("refused"), "\(silence)")
        }
    }

    @Test("an end that is not just as it must be is no reply")
    func garbled() throws {
        let token = try #require(ScanToken("0123456789abcdef0123456789abcdef"))
        func reply(_ text: String) -> NodeReply? { KeptShell.reply(Array(text.utf8), token) }
        #expect(reply("outerr\(token.text) 3 3")?.output == Array("out".utf8))
        #expect(reply("outerr\(token.text) 3 3")?.errorOutput == Array("err".utf8))
        #expect(reply("\(token.text) 0 0")?.output == [])
        for text in ["", "out", "out\(token.text)", "\(token.text) 0 1", "\(token.text) 256 0", "\(token.text) 0 0 0"] {
            #expect(reply(text) == nil, "\(text)")
        }
        for text in ["\(token.text) -1 0", "\(token.text)  0 0", "\(token.text) 0 0 \(token.text)"] {
            #expect(reply(text) == nil, "\(text)")
        }
    }
}
