import Foundation
import Reconciler
import StateSpec
import Testing

@testable import Store

/// The journal.
struct JournalTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func entry(_ number: Int, result: String? = nil) throws -> JournalEntry {
        var entry = JournalEntry(at: Sample.time(Int64(number)), run: try Sample.run(), kind: .outcome)
        entry.step = number
        entry.result = result
        return entry
    }

    @Test func aLineIsOneObjectWithSortedKeys() throws {
        var intent = JournalEntry(at: Sample.time(0), run: try Sample.run(), kind: .intent)
        intent.commit = try Sample.commit("a")
        intent.command = "virsh -c qemu:///system \"x\"\n"
        try FileJournal(directory: scratch.path).append(intent)
        let id = String(repeating: "a", count: 40)
        #expect(
            try scratch.text("journal.jsonl") == """
                {"at":"2026-09-21T14:13:20Z","command":"virsh -c qemu:///system \\"x\\"\\n","commit":"\(id)",\
                "kind":"intent","run":"r1"}

                """)
        var status = stat()
        #expect(stat(scratch.path + "/journal.jsonl", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func theNewestEntriesComeOldestFirst() throws {
        let journal = FileJournal(directory: scratch.path)
        for number in 1...5 { try journal.append(entry(number)) }
        #expect(try journal.entries(limit: 3).compactMap(\.step) == [3, 4, 5])
        #expect(try journal.entries(limit: 0).count == 0)
        #expect(try FileJournal(directory: scratch.path + "/none").entries(limit: 9).count == 0)
    }

    @Test func aCutLineHidesNoneOfItsNeighbours() throws {
        let journal = FileJournal(directory: scratch.path)
        try journal.append(entry(1))
        try scratch.write(try scratch.text("journal.jsonl") + "{\"at\":\"2026-1", to: "journal.jsonl")
        #expect(try journal.entries(limit: 9).compactMap(\.step) == [1])
        try journal.append(entry(2))
        #expect(try journal.entries(limit: 9).compactMap(\.step) == [1, 2])
        #expect(try scratch.text("journal.jsonl").hasSuffix("\n"))
    }

    @Test func itIsRotatedBySizeAndTheOldestPartGoes() throws {
        let journal = FileJournal(directory: scratch.path, bytesMax: 300)
        for number in 1...40 { try journal.append(entry(number, result: String(repeating: "r", count: 60))) }
        let parts = try scratch.names.filter { $0.hasSuffix("jsonl") }
        #expect(
            parts == ["journal.1.jsonl", "journal.2.jsonl", "journal.3.jsonl", "journal.4.jsonl", "journal.jsonl"])
        let steps = try journal.entries(limit: 100).compactMap(\.step)
        #expect(steps == Array((40 - steps.count + 1)...40))
        for name in parts { #expect(try scratch.text(name).utf8.count <= 300) }
    }

    @Test func aLineNeverExceedsItsBound() throws {
        let journal = FileJournal(directory: scratch.path)
        var long = try entry(1, result: String(repeating: "\u{1}", count: 100_000))
        long.command = String(repeating: "é", count: 100_000)
        try journal.append(long)
        #expect(try scratch.text("journal.jsonl").utf8.count <= 64 << 10)
        let read = try #require(try journal.entries(limit: 1).first)
        #expect(read.result?.hasSuffix("…") == true)
        #expect(read.step == 1)
    }

    @Test func itFollowsNoLink() throws {
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/journal.jsonl", withDestinationPath: "/dev/full")
        let error = #expect(throws: StoreError.self) {
            try FileJournal(directory: scratch.path).append(entry(1))
        }
        #expect(error?.description.contains("journal.jsonl': Too many levels of symbolic links") == true)
    }
}
