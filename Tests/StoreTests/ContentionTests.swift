import Foundation
import Reconciler
import StateSpec
import Testing

@testable import Store

/// Several havirts, full disks and disks that take no writes.
struct ContentionTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Each writer has a store of its own, and flock(2) keeps apart open files, not processes.
    @Test func eightWritersLoseNothing() async throws {
        let path = scratch.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 1...8 {
                group.addTask { try Self.write(as: writer, to: path) }
            }
            try await group.waitForAll()
        }
        let store = try scratch.store()
        #expect(try store.nodes().count == 8)
        #expect(try store.domains().count == 40)
        #expect(try store.population().values.allSatisfy { $0.seen == Sample.time(5) })
        #expect(try FileJournal(directory: path).entries(limit: 100).count == 40)
    }

    private static func write(as writer: Int, to path: String) throws {
        let run = try Sample.run("r\(writer)")
        let store = FileRecordStore(directory: path, run: run, lockWait: .seconds(60))
        let journal = FileJournal(directory: path, lockWait: .seconds(60))
        for turn in 1...5 {
            let node = try Sample.observed(host: 900 + writer, domains: [Sample.domain(writer * 10 + turn)])
            let moment = Sample.time(Int64(turn))
            try store.record(Sample.scan(Int64(turn), ["n\(writer)": .answered(node, at: moment)]))
            try journal.append(JournalEntry(at: moment, run: run, kind: .round))
            _ = try store.recall()
        }
    }

    @Test func aHeldLockIsAnErrorThatNamesItsHolder() throws {
        let lock = FileLock(path: scratch.path + "/.lock", holder: "run other", wait: .seconds(1))
        let impatient = try scratch.store(wait: .milliseconds(50))
        try lock.hold { () throws in
            let error = #expect(throws: StoreError.self) { try impatient.record(failures: []) }
            #expect(error?.description.contains("/.lock' is held by run other (process ") == true)
            // Reading waits for nobody.
            #expect(try impatient.recall() == Recollection())
        }
        try impatient.record(failures: [])
    }

    /// A file system of its own takes the right to mount; without it these tests are shown as skipped.
    static let canMount: Bool = {
        guard let scratch = try? Scratch(), Mount(at: scratch.path) != nil else { return false }
        return true
    }()

    @Test(.enabled(if: canMount)) func aFullDiskLeavesTheOldRecords() throws {
        let mount = try #require(Mount(at: scratch.path))
        defer { withExtendedLifetime(mount) {} }
        let store = try scratch.store()
        try store.record(Sample.scan(1, ["n1": .answered(Sample.observed(), at: Sample.time(1))]))
        let before = try scratch.text("node_population.yaml")
        let domains = try (1...2000).map { try Sample.domain($0, name: "a-long-name-that-fills-the-disk") }
        let large = try Sample.scan(2, ["n1": .answered(Sample.observed(domains: domains), at: Sample.time(2))])
        let error = #expect(throws: StoreError.self) { try store.record(large) }
        #expect(error?.description.contains("No space left on device; make room") == true)
        #expect(try scratch.text("node_population.yaml") == before)
        #expect(try scratch.names.filter { $0.hasSuffix(".unfinished") } == [])
        #expect(try scratch.store().recall().sightings == [])
    }

    @Test(.enabled(if: canMount)) func aFullDiskNeverKeepsHalfAJournalLine() throws {
        let mount = try #require(Mount(at: scratch.path))
        defer { withExtendedLifetime(mount) {} }
        let journal = FileJournal(directory: scratch.path)
        var entry = JournalEntry(at: Sample.time(1), run: try Sample.run(), kind: .intent)
        entry.command = String(repeating: "x", count: 5000)
        var written = 0
        let error = #expect(throws: StoreError.self) {
            for _ in 0..<1000 {
                try journal.append(entry)
                written += 1
            }
        }
        #expect(error?.description.contains("journal.jsonl") == true)
        #expect(try journal.entries(limit: 1000).count == written)
        #expect(try scratch.text("journal.jsonl").hasSuffix("}\n"))
    }

    @Test(.enabled(if: canMount)) func aReadOnlyDirectoryCanBeReadAndSaysWhyNotWritten() throws {
        let mount = try #require(Mount(at: scratch.path))
        let small = try Sample.scan(1, ["n1": .answered(Sample.observed(), at: Sample.time(1))])
        try scratch.store().record(small)
        #expect(mount.makeReadOnly())
        #expect(try scratch.store().nodes().count == 1)
        let error = #expect(throws: StoreError.self) { try scratch.store().record(small) }
        #expect(error?.description.contains("mounted read-only") == true)
        #expect(throws: StoreError.self) { try AppliedPlans(directory: scratch.path).claim(Sample.run()) }
    }
}

/// A file system of 256 KiB in memory, until it goes.
final class Mount {
    private let path: String

    init?(at path: String) {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_NOSUID | MS_NODEV), "size=256k,mode=700") == 0 else { return nil }
        self.path = path
    }

    func makeReadOnly() -> Bool { mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0 }

    deinit { umount2(path, Int32(MNT_DETACH)) }
}
