import Glibc

/// flock(2) held by this process.
final class FileLock: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw TestFileError(path: path) }
    }

    /// Takes it again after a release.
    func take() throws {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw TestFileError(path: "flock") }
    }

    func release() { flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}

func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw TestFileError(path: path) }
}
