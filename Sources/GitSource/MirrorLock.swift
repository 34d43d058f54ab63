internal import Glibc
internal import StateSpec

/// Keeps fetches into one mirror apart; given up when it goes out of scope, or with the process.
struct MirrorLock: ~Copyable {
    private let descriptor: Int32

    deinit { close(descriptor) }

    /// Makes the directory, checks that it is ours alone and opens its lock file.
    static func prepare(_ directory: String) throws(MirrorError) -> MirrorLock {
        guard directory.hasPrefix("/"), !directory.utf8.contains(0) else {
            throw .cannotPrepare("\(Escaped(directory)) is no absolute path")
        }
        try make(directory)
        var status = stat()
        guard lstat(directory, &status) == 0 else { throw .cannotPrepare(failure(directory)) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
            throw .cannotPrepare("\(Escaped(directory)) is not a directory of user \(geteuid())")
        }
        // What others may write there would be taken for what git brought.
        guard chmod(directory, 0o700) == 0 else { throw .cannotPrepare(failure(directory)) }
        let path = directory + "/havirt-fetch.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .cannotPrepare(failure(path)) }
        return MirrorLock(descriptor: descriptor)
    }

    /// False while somebody else has it.
    borrowing func take() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    /// "'/var/…': Permission denied", from errno.
    static func failure(_ path: String) -> String {
        let text = String(cString: strerror(errno))
        return "\(Escaped(path)): \(text)"
    }

    private static func make(_ directory: String) throws(MirrorError) {
        if mkdir(directory, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = directory.lastIndex(of: "/"), slash != directory.startIndex else {
            throw .cannotPrepare(failure(directory))
        }
        try make(String(directory[..<slash]))
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw .cannotPrepare(failure(directory)) }
    }
}
