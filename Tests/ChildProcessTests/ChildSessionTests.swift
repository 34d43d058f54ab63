import ChildProcess
import Glibc
import Testing

@Suite struct ChildSessionTests {
    @Test func linesAreEchoed() async throws {
        let session = try await ChildSession.start(ChildRequest(executable: "cat"))
        for index in 0..<500 {
            try await session.send(Array("line \(index)\n".utf8))
            #expect(try await session.readLine(deadline: .seconds(10)) == Array("line \(index)".utf8))
        }
        let result = await session.close()
        #expect(result.exit == .code(0))
        #expect(session.exit == .code(0))
        #expect(await session.close().exit == .code(0))
    }

    @Test func aShellAnswersAndItsErrorsAreKept() async throws {
        let session = try await ChildSession.start(ChildRequest(executable: "sh"))
        try await session.send(Array("echo one; echo oops >&2; printf 'two'; exit 4\n".utf8))
        #expect(try await session.readLine(deadline: .seconds(10)) == Array("one".utf8))
        #expect(try await session.readLine(deadline: .seconds(10)) == Array("two".utf8))
        #expect(try await session.readLine(deadline: .seconds(10)) == nil)
        #expect(try await session.waitForExit() == .code(4))
        #expect(await session.close().errorOutput == Array("oops\n".utf8))
    }

    @Test func deathIsNoticed() async throws {
        let session = try await ChildSession.start(shell("echo $$; sleep 60"))
        let pid = try number(in: try await session.readLine(deadline: .seconds(10)) ?? [])
        async let line = session.readLine(deadline: .seconds(30))
        kill(-pid, SIGKILL)
        #expect(try await line == nil)
        #expect(try await session.waitForExit() == .signal(9))
        await #expect(throws: ChildError.ended) { try await session.send([0x0A]) }
    }

    @Test func aLateLineIsAnError() async throws {
        let session = try await ChildSession.start(shell("sleep 60"))
        await #expect(throws: ChildError.deadlinePassed(after: .milliseconds(100))) {
            try await session.readLine(deadline: .milliseconds(100))
        }
        #expect(await session.close(grace: .milliseconds(50)).exit == .signal(SIGTERM))
    }

    @Test func aLongLineIsAnErrorAndAFloodIsHeldBack() async throws {
        let session = try await ChildSession.start(shell("yes | tr -d '\\n'"))
        await #expect(throws: ChildError.outputTooLarge(limit: 5_000_000)) {
            try await session.readLine(deadline: .seconds(30), bytesMax: 5_000_000)
        }
        _ = await session.close(grace: .zero)
    }

    @Test func manyLinesAtOnceComeInOrder() async throws {
        let session = try await ChildSession.start(ChildRequest(executable: "seq", arguments: ["1", "400000"]))
        var count = 0
        while let line = try await session.readLine(deadline: .seconds(30)) {
            count += 1
            if line != Array("\(count)".utf8) { Issue.record("line \(count)") }
        }
        #expect(count == 400_000)
        #expect(await session.close().exit == .code(0))
    }

    @Test func moreInputThanThePipeHolds() async throws {
        let session = try await ChildSession.start(shell("sleep 0.3; wc -c"))
        for _ in 0..<30 { try await session.send(Array(repeating: 0x61, count: 100_000)) }
        let result = Task { await session.close(grace: .seconds(20)) }
        #expect(await result.value.exit == .code(0))
    }

    @Test func aChildThatReadsNothingCannotFillTheMemory() async throws {
        let session = try await ChildSession.start(shell("sleep 60"))
        try await session.send(Array(repeating: 0, count: 10 << 20))
        await #expect(throws: ChildError.outputTooLarge(limit: 16 << 20)) {
            try await session.send(Array(repeating: 0, count: 10 << 20))
        }
        _ = await session.close(grace: .zero)
    }

    @Test func cancellationFreesTheReaderAndKeepsTheChild() async throws {
        let session = try await ChildSession.start(ChildRequest(executable: "cat"))
        let task = Task { try await session.readLine(deadline: .seconds(60)) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: ChildError.cancelled) { try await task.value }
        try await session.send([0x61, 0x0A])
        #expect(try await session.readLine(deadline: .seconds(10)) == [0x61])
        let waiting = Task { try await session.waitForExit() }
        waiting.cancel()
        await #expect(throws: ChildError.cancelled) { try await waiting.value }
        _ = await session.close()
    }

    @Test func aForgottenSessionEndsItsChild() async throws {
        let pid: Int32
        do {
            let session = try await ChildSession.start(shell("trap '' TERM; echo $$; sleep 60; sleep 60"))
            pid = try number(in: try await session.readLine(deadline: .seconds(10)) ?? [])
            #expect(kill(pid, 0) == 0)
        }
        #expect(try await isGone(pid))
    }

    @Test func missingExecutable() async {
        let request = ChildRequest(executable: "havirt-no-such-program")
        await #expect(throws: ChildError.self) { _ = try await ChildSession.start(request) }
    }
}
