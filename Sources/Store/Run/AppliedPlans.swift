internal import Glibc
public import Reconciler
public import StateSpec

/// Which saved plans were carried out: a plan runs once (rule S6).
public struct AppliedPlans: Sendable {
    private let directory: Directory

    /// How long a marker stays: far longer than a saved plan may be applied.
    static let keptSeconds = 2 * 86_400

    /// The markers below the directory of records.
    public init(directory: String = FileRecordStore.defaultDirectory) {
        self.directory = Directory(path: directory + "/plans")
    }

    /// Marks a plan as begun, on disk when this returns. Throws when it was marked before, by anybody.
    public func claim(_ id: RunID) throws {
        try directory.prepare()
        prune()
        let marker = directory.file(id.text)
        do throws(StoreError) {
            // Exclusive creation is the test and the mark in one, on NFS too.
            try directory.create(id.text, with: [])
        } catch .system(_, _, EEXIST) {
            throw StoreError.alreadyApplied(plan: id.text, marker: marker)
        }
        try directory.sync()
    }

    /// Removes markers of plans that have expired long ago. What cannot be removed does no harm.
    private func prune() {
        guard let stream = opendir(directory.path) else { return }
        defer { closedir(stream) }
        let now = time(nil)
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            let path = directory.file(name)
            guard (try? RunID(name)) != nil, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                now - status.st_mtim.tv_sec > Self.keptSeconds
            else { continue }
            _ = unlink(path)
        }
    }
}
