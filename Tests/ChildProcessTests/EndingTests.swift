import ChildProcess
import Glibc
import Testing

@Suite struct EndingTests {
    // The scripts write their descendant's number to a file in memory of ours, because an ended child has no result.
    private func descendant(of script: String, _ end: (ChildRequest) async throws -> Void) async throws -> Int32 {
        var path = Array("/tmp/havirt-child-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        defer {
            close(descriptor)
            unlink(path)
        }
        let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try await end(shell(script.replacing("FILE", with: name), deadline: .milliseconds(400)))
        var text = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &text, text.count, 0)
        return try number(in: Array(text.prefix(max(0, count))))
    }

    @Test(arguments: [
        "sleep 60 & echo $! >FILE; wait",
        // Ignores SIGTERM, leader and descendant.
        "trap '' TERM; sleep 60 & echo $! >FILE; wait; sleep 60",
        // The leader goes at once and leaves a descendant that does not.
        "(trap '' TERM; sleep 60; sleep 60) & echo $! >FILE; wait",
    ])
    func deadlineEndsTheWholeGroup(script: String) async throws {
        let pid = try await descendant(of: script) { request in
            await #expect(throws: ChildError.deadlinePassed(after: .milliseconds(400))) { try await runChild(request) }
        }
        #expect(try await isGone(pid))
    }

    @Test func aChildThatNeverPausesMeetsItsDeadline() async {
        let request = shell("yes", deadline: .milliseconds(200), outputBytesMax: .max)
        await #expect(throws: ChildError.deadlinePassed(after: .milliseconds(200))) { try await runChild(request) }
        let errors = shell("yes >&2", deadline: .milliseconds(200))
        await #expect(throws: ChildError.deadlinePassed(after: .milliseconds(200))) { try await runChild(errors) }
    }

    @Test func cancellationEndsTheChild() async throws {
        let pid = try await descendant(of: "sleep 60 & echo $! >FILE; wait") { request in
            var request = request
            request.deadline = .seconds(60)
            let task = Task { [request] in try await runChild(request) }
            try await Task.sleep(for: .milliseconds(300))
            task.cancel()
            await #expect(throws: ChildError.cancelled) { try await task.value }
        }
        #expect(try await isGone(pid))
    }

    @Test func aCancelledTaskStartsNothingThatStays() async {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await runChild(shell("sleep 60"))
        }
        await #expect(throws: ChildError.cancelled) { try await task.value }
    }
}
