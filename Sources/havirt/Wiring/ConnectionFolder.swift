import Glibc

/// The folder of this run's ssh sockets. Connections are shared within a run and not beyond: one that outlived its run
/// would let the next one reach a node whose sshd has been stopped.
final class ConnectionFolder: Sendable {
    /// Where the sockets are.
    let path: String

    /// Makes the folder below `parent`, and clears away what runs that were killed have left there.
    init(below parent: String, run: String) throws(Failure) {
        path = "\(parent)/\(run)"
        try Self.make(parent)
        for name in Self.names(in: parent) {
            // Only an old and empty one goes: a socket may be in use, and a new folder may be about to get one.
            var status = stat()
            let sibling = "\(parent)/\(name)"
            if lstat(sibling, &status) == 0, time(nil) - status.st_mtim.tv_sec > 3_600 { rmdir(sibling) }
        }
        try Self.make(path)
    }

    deinit {
        // Without its socket nobody can use a connection any more; it ends by itself when it has been idle.
        for name in Self.names(in: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Makes a folder, or checks the one that is there: a real folder, ours, closed to others.
    private static func make(_ path: String) throws(Failure) {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw Failure("cannot make the folder \(path): \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & 0o077 == 0
        else { throw Failure("\(path) must be a folder of your own that nobody else can enter (mode 0700)") }
    }

    private static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
