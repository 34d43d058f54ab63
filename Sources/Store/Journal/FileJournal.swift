internal import Glibc
public import Reconciler
internal import StateSpec

/// The journal in a directory: `journal.jsonl`, one JSON object a line, and its older parts `journal.1.jsonl`….
public final class FileJournal: Journal {
    private let directory: Directory
    private let bytesMax: Int
    private let lock: FileLock

    /// How many older parts are kept.
    static let olderMax = 4

    /// The journal in `directory`. A part that has grown to `bytesMax` is set aside.
    public init(
        directory: String = FileRecordStore.defaultDirectory, bytesMax: Int = 16 << 20,
        lockWait: Duration = .seconds(10)
    ) {
        self.directory = Directory(path: directory)
        self.bytesMax = bytesMax
        // A lock of its own, so that a line never waits for somebody who rewrites the records.
        lock = FileLock(path: directory + "/.journal.lock", holder: "the journal", wait: lockWait)
    }

    /// Appends one entry; it is on disk when this returns.
    public func append(_ entry: JournalEntry) throws {
        let line = try JournalLine.bytes(entry)
        try directory.prepare()
        try lock.hold {
            var file = try open()
            var size = Int(try file.demandRegularFile().st_size)
            if size > 0, size + line.count > bytesMax {
                try rotate()
                file = try open()
                size = 0
            }
            try Self.append(line, to: file, size: size)
            if size == 0 { try directory.sync() }
        }
    }

    private func open() throws(StoreError) -> Descriptor {
        let flags = O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK
        return try Descriptor(opening: directory.file(Self.name(0)), flags, to: "open")
    }

    private static func append(_ line: [UInt8], to file: borrowing Descriptor, size: Int) throws(StoreError) {
        var last: UInt8 = 0x0A
        if size > 0, pread(file.number, &last, 1, off_t(size - 1)) != 1 { throw .last("read", file.path) }
        do throws(StoreError) {
            // A line that a crash has cut is ended first, or ours would be lost with it.
            try file.write(last == 0x0A ? line : [0x0A] + line)
            guard fdatasync(file.number) == 0 else { throw .last("sync", file.path) }
        } catch {
            // Under the lock nobody has written behind us, so half a line can be taken back.
            _ = ftruncate(file.number, off_t(size))
            throw error
        }
    }

    /// Moves each part one number up; the oldest one goes.
    private func rotate() throws(StoreError) {
        for number in stride(from: Self.olderMax - 1, through: 0, by: -1) {
            let from = directory.file(Self.name(number))
            if rename(from, directory.file(Self.name(number + 1))) != 0, errno != ENOENT {
                throw .last("rotate", from)
            }
        }
        try directory.sync()
    }

    /// The newest entries, the oldest of them first. What a crash has cut is passed over.
    public func entries(limit: Int) throws -> [JournalEntry] {
        var entries: [JournalEntry] = []
        for number in 0...Self.olderMax where entries.count < limit {
            // Twice the limit, because the last line may exceed it by one line.
            guard let bytes = try directory.read(Self.name(number), bytesMax: 2 * bytesMax + JournalLine.bytesMax)
            else { continue }
            for line in bytes.split(separator: 0x0A).reversed() where entries.count < limit {
                if let entry = JournalLine.entry(line) { entries.append(entry) }
            }
        }
        return entries.reversed()
    }

    static func name(_ number: Int) -> String { number == 0 ? "journal.jsonl" : "journal.\(number).jsonl" }
}
