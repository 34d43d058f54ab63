import ChildProcess
import Glibc
import Testing

/// Each in a process of its own, where nobody else opens descriptors or waits for children.
@Suite(.serialized) struct LeakTests {
    @Test func twoHundredAtOnceLeaveNothingBehind() async {
        await #expect(processExitsWith: .success) {
            let before = try await descriptorsAtRest()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let result = try await runChild(shell("sleep 0.2; echo \(index)"))
                        return result.exit == .code(0) && result.output == Array("\(index)\n".utf8)
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(try await nothingIsLeft(openBefore: before))
        }
    }

    @Test func aStormOfCancellationsLeavesNothingBehind() async {
        await #expect(processExitsWith: .success) {
            let before = try await descriptorsAtRest()
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        let task = Task { try await runChild(shell("sleep 60")) }
                        try? await Task.sleep(for: .milliseconds(index % 20))
                        task.cancel()
                        await #expect(throws: ChildError.cancelled) { try await task.value }
                    }
                }
            }
            #expect(try await nothingIsLeft(openBefore: before))
        }
    }

    @Test func sessionsAndFailedStartsLeaveNothingBehind() async {
        await #expect(processExitsWith: .success) {
            let before = try await descriptorsAtRest()
            for _ in 0..<20 {
                let closed = try await ChildSession.start(ChildRequest(executable: "cat"))
                _ = await closed.close()
                // Forgotten at once.
                _ = try await ChildSession.start(shell("trap '' TERM; sleep 60"))
                let missing = ChildRequest(executable: "havirt-no-such-program")
                await #expect(throws: ChildError.self) { try await runChild(missing) }
                await #expect(throws: ChildError.self) { _ = try await ChildSession.start(missing) }
            }
            #expect(try await nothingIsLeft(openBefore: before))
        }
    }

    @Test func withoutDescriptorsAChildFailsAlone() async {
        await #expect(processExitsWith: .success) {
            _ = try await runChild(shell("true"))
            var limit = rlimit(rlim_cur: rlim_t(openDescriptors() + 12), rlim_max: 0)
            limit.rlim_max = limit.rlim_cur
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 {
                    group.addTask { (try? await runChild(shell("sleep 0.1"))) != nil }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.contains(false))
            #expect(try await runChild(shell("true")).exit == .code(0))
        }
    }
}

/// What is open once the runtime's own timers and queues exist and the first child's thread has ended.
private func descriptorsAtRest() async throws -> Int {
    _ = try await runChild(shell("true"))
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 { group.addTask { try await Task.sleep(for: .milliseconds(50)) } }
        try await group.waitForAll()
    }
    return openDescriptors()
}

/// No more descriptors than before, and no child to wait for, alive or zombie; given a moment for threads to end.
private func nothingIsLeft(openBefore: Int) async throws -> Bool {
    for _ in 0..<200 {
        var information = siginfo_t()
        let hasChild = waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0
        if !hasChild && openDescriptors() <= openBefore { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
