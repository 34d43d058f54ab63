internal import FoundationEssentials
internal import Glibc
public import Reconciler
public import StateSpec

/// Rounds that acted, one file each, so that `havirt replay` can derive their plans again. The oldest go first.
public struct FileRoundArchive: RoundArchive {
    private let directory: Directory
    private let roundsMax: Int

    /// How large the record of one round may be: a scan of 1,000 nodes with 30,000 domains takes some 60 MB.
    private static let bytesMax = 512 << 20
    private static let suffix = ".json"

    /// The archive below the directory of records.
    public init(directory: String = FileRecordStore.defaultDirectory, roundsMax: Int = 200) {
        self.directory = Directory(path: directory + "/rounds")
        self.roundsMax = roundsMax
    }

    /// Keeps a record, on disk when this returns.
    public func keep(_ record: RoundRecord) throws {
        try directory.prepare()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try directory.replace(record.run.text + Self.suffix, with: Array(try encoder.encode(record)))
        let runs = try runs()
        for run in runs.dropLast(roundsMax) {
            // What cannot be removed does no harm, and is tried again.
            _ = unlink(directory.file(run.text + Self.suffix))
        }
    }

    /// The rounds that are kept, the oldest first: a run's id begins with its time.
    public func runs() throws -> [RunID] {
        guard let stream = opendir(directory.path) else {
            if errno == ENOENT { return [] }
            throw StoreError.last("list", directory.path)
        }
        defer { closedir(stream) }
        var runs: [RunID] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(Self.suffix), let run = try? RunID(String(name.dropLast(Self.suffix.count))) else {
                continue
            }
            runs.append(run)
        }
        return runs.sorted()
    }

    /// The record of a round; nil if it is not kept.
    public func record(of run: RunID) throws -> RoundRecord? {
        guard let bytes = try directory.read(run.text + Self.suffix, bytesMax: Self.bytesMax) else { return nil }
        return try JSONDecoder().decode(RoundRecord.self, from: Data(bytes))
    }
}
