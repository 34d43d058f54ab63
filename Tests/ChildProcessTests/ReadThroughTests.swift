import Testing

@testable import ChildProcess

@Suite struct ReadThroughTests {
    @Test func answersOfManyLinesComeWhole() async throws {
        let session = try await ChildSession.start(ChildRequest(executable: "cat"))
        for size in [0, 1, 1_000, 300_000] {
            let answer = [UInt8](repeating: UInt8(ascii: ":"), count: size) + Array("\n:a\n".utf8)
            try await session.send(answer + Array(":ab!".utf8))
            #expect(try await session.read(through: Array(":ab!".utf8), deadline: .seconds(10)) == answer)
        }
        // Lines and marks may take turns.
        try await session.send(Array("one\ntwo<>three\nrest".utf8))
        #expect(try await session.readLine(deadline: .seconds(10)) == Array("one".utf8))
        #expect(try await session.read(through: Array("<>".utf8), deadline: .seconds(10)) == Array("two".utf8))
        #expect(try await session.readLine(deadline: .seconds(10)) == Array("three".utf8))
        _ = await session.close()
    }

    @Test func whatEndsWithoutItsMarkIsNoAnswer() async throws {
        let session = try await ChildSession.start(shell("printf 'half an answer<'"))
        #expect(try await session.read(through: Array("<>".utf8), deadline: .seconds(10)) == nil)
        _ = await session.close()
    }

    @Test func tooMuchIsAnError() async throws {
        let session = try await ChildSession.start(shell("yes"))
        await #expect(throws: ChildError.outputTooLarge(limit: 2_000_000)) {
            try await session.read(through: [0], deadline: .seconds(30), bytesMax: 2_000_000)
        }
        _ = await session.close(grace: .zero)
    }

    @Test func aMarkThatComesInPiecesIsFound() {
        var buffer = LineBuffer()
        let mark = Array("--end--".utf8)
        for byte in Array("x--end".utf8) {
            buffer.append([byte])
            #expect(buffer.length(before: mark) == nil)
        }
        buffer.append(Array("--y".utf8))
        #expect(buffer.length(before: mark) == 1)
        #expect(buffer.take(1, mark: mark.count) == Array("x".utf8))
        #expect(buffer.length(before: mark) == nil)
        #expect(buffer.count == 1)
        // Another mark is looked for from the beginning again.
        #expect(buffer.length(before: Array("y".utf8)) == 0)
    }
}
