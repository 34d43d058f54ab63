internal import Glibc

/// The directory that holds havirt's files: made when something is first written, and never shared with everybody.
struct Directory: Sendable {
    let path: String

    /// The path of a file in it.
    func file(_ name: String) -> String { path + "/" + name }

    /// Makes it with all its parents, for its owner only, and refuses one in which everybody may write.
    func prepare() throws(StoreError) {
        var status = stat()
        if stat(path, &status) != 0 {
            guard errno == ENOENT else { throw .last("look at", path) }
            try Self.make(path)
            guard stat(path, &status) == 0 else { throw .last("look at", path) }
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .unsafe(path: path, why: "it is no directory") }
        guard status.st_mode & 0o002 == 0 else {
            throw .unsafe(path: path, why: "everybody may write in it: chmod o-w it, after a look at its files")
        }
    }

    /// The content of a file; nil when there is none.
    func read(_ name: String, bytesMax: Int) throws(StoreError) -> [UInt8]? {
        do throws(StoreError) {
            // Non-blocking, so that opening a pipe that somebody put there comes back at once.
            let file = try Descriptor(opening: file(name), O_RDONLY | O_NONBLOCK, to: "read")
            return try file.readAll(bytesMax: bytesMax)
        } catch .system(_, _, ENOENT) {
            return nil
        }
    }

    /// Waits until names that were made, moved or removed in it are on disk.
    func sync() throws(StoreError) {
        // With the dot, because systemd makes a state directory a symbolic link.
        let directory = try Descriptor(opening: path + "/.", O_RDONLY | O_DIRECTORY, to: "open")
        // Some file systems have nothing to do here and say so with EINVAL.
        if fsync(directory.number) != 0, errno != EINVAL { throw .last("sync", path) }
    }

    private static func make(_ path: String) throws(StoreError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .last("make the directory", path)
        }
        try make(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last("make the directory", path) }
    }
}
