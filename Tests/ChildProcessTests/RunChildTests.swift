import ChildProcess
import Glibc
import Testing

@Suite struct RunChildTests {
    @Test(arguments: [0, 1, 7, 255]) func exitCodes(code: Int32) async throws {
        #expect(try await runChild(shell("exit \(code)")).exit == .code(code))
    }

    @Test func signalsEndAChild() async throws {
        #expect(try await runChild(shell("kill -9 $$")).exit == .signal(9))
    }

    @Test func bothStreamsAreKeptApartAndRaw() async throws {
        let result = try await runChild(shell(#"printf 'a\000\377'; printf 'e\376' >&2"#))
        #expect(result.output == [0x61, 0, 0xFF])
        #expect(result.errorOutput == [0x65, 0xFE])
    }

    @Test func inputArrivesWhole() async throws {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let result = try await runChild(
            ChildRequest(executable: "cat", input: bytes, outputBytesMax: bytes.count))
        #expect(result.output == bytes)
    }

    @Test func aChildMayExitWithoutReadingItsInput() async throws {
        for _ in 0..<50 {
            #expect(try await runChild(shell("exit 3", input: Array(repeating: 1, count: 300_000))).exit == .code(3))
        }
    }

    @Test func argumentsAreNeverShellText() async throws {
        let hostile = ["$(id)", "`id`", "a b", "'", "\"", "*", "-n", "\u{1B}[2J", "ü\n"]
        let result = try await runChild(
            ChildRequest(executable: "printf", arguments: ["%s\u{1}"] + hostile))
        #expect(String(decoding: result.output, as: UTF8.self) == hostile.map { $0 + "\u{1}" }.joined())
    }

    @Test func environmentIsSmall() async throws {
        setenv("LIBVIRT_DEFAULT_URI", "test:///default", 1)
        setenv("GIT_OF_A_TEST", "x", 1)
        defer {
            unsetenv("LIBVIRT_DEFAULT_URI")
            unsetenv("GIT_OF_A_TEST")
        }
        var request = ChildRequest(executable: "env", environment: ["GIT_TERMINAL_PROMPT": "0"])
        let inherited = String(decoding: try await runChild(request).output, as: UTF8.self)
        let names = inherited.split(separator: "\n").map { String($0.prefix { $0 != "=" }) }
        #expect(Set(names).isSubset(of: ChildEnvironment.inheritedNames + ["LC_ALL", "GIT_TERMINAL_PROMPT"]))
        #expect(inherited.contains("LC_ALL=C\n"))
        request.environment = ["LC_ALL": "POSIX"]
        #expect(String(decoding: try await runChild(request).output, as: UTF8.self).contains("LC_ALL=POSIX\n"))
    }

    @Test func workingDirectory() async throws {
        var request = ChildRequest(executable: "pwd", workingDirectory: "/usr")
        #expect(try await runChild(request).output == Array("/usr\n".utf8))
        request.workingDirectory = "/usr/nowhere"
        await #expect(throws: ChildError.self) { try await runChild(request) }
    }

    @Test(arguments: [
        ChildRequest(executable: "havirt-no-such-program"), ChildRequest(executable: "/usr"),
        ChildRequest(executable: ""), ChildRequest(executable: "echo", arguments: ["a\0b"]),
        ChildRequest(executable: "echo", environment: ["A=B": "c"]),
    ])
    func whatCannotStart(request: ChildRequest) async {
        let error = await #expect(throws: ChildError.self) { try await runChild(request) }
        guard case .cannotStart(request.executable, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func outputBeyondTheCapEndsTheChild() async {
        let request = shell("yes", outputBytesMax: 100_000)
        await #expect(throws: ChildError.outputTooLarge(limit: 100_000)) { try await runChild(request) }
        let burst = shell("head -c 2000 /dev/zero", outputBytesMax: 1999)
        await #expect(throws: ChildError.outputTooLarge(limit: 1999)) { try await runChild(burst) }
    }

    @Test func outputAtTheCapIsTaken() async throws {
        let result = try await runChild(shell("head -c 200000 /dev/zero", outputBytesMax: 200_000))
        #expect(result.output.count == 200_000)
    }

    @Test func errorOutputIsCappedAndDrained() async throws {
        let result = try await runChild(shell("head -c 3000000 /dev/zero >&2; echo done"))
        #expect(result.errorOutput.count == 64 << 10)
        #expect(result.output == Array("done\n".utf8))
    }

    @Test func aDescendantThatKeepsThePipesOpenHoldsNobodyUp() async throws {
        let result = try await runChild(shell("setsid sleep 1000 & echo $!"))
        // It still sleeps, so nobody waited for it.
        #expect(kill(try number(in: result.output), SIGKILL) == 0)
    }
}
