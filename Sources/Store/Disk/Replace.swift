internal import Glibc

extension Directory {
    /// Replaces a file as a whole: whoever reads it, now or after a power cut, sees the old or the new one.
    ///
    /// The caller holds the lock, so one name for the unfinished file is enough, and a left-over one is nobody's.
    func replace(_ name: String, with bytes: [UInt8]) throws(StoreError) {
        let unfinished = file(Self.unfinished(name))
        if unlink(unfinished) != 0, errno != ENOENT { throw .last("remove", unfinished) }
        do throws(StoreError) {
            try create(Self.unfinished(name), with: bytes)
            guard rename(unfinished, self.file(name)) == 0 else { throw .last("replace", self.file(name)) }
        } catch {
            _ = unlink(unfinished)
            throw error
        }
        try sync()
    }

    /// Makes a file that is not there yet, on disk when this returns.
    func create(_ name: String, with bytes: [UInt8]) throws(StoreError) {
        let file = try Descriptor(opening: file(name), O_WRONLY | O_CREAT | O_EXCL, to: "create")
        try file.write(bytes)
        try file.sync()
        try file.close()
    }

    /// Removes what a writer that was killed left behind.
    func removeUnfinished(_ name: String) { _ = unlink(file(Self.unfinished(name))) }

    static func unfinished(_ name: String) -> String { ".\(name).unfinished" }
}
