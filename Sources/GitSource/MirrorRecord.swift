internal import Glibc
internal import StateSpec

/// Remembers when one branch was last fetched from one remote: a file in the mirror that holds the address, with the
/// time of the fetch as its own.
struct MirrorRecord {
    private let path: String
    private let remote: String

    init(_ mirror: Mirror, _ branch: BranchName) {
        // `%` first, so that no two branches share a file.
        let name = branch.text.replacing("%", with: "%25").replacing("/", with: "%2F")
        path = mirror.directory + "/havirt-fetched-" + name
        remote = mirror.remote.text
    }

    /// Nil when there was no fetch, or one from another address.
    var moment: Timestamp? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        var bytes = [UInt8](repeating: 0, count: 2_048)
        guard fstat(file, &status) == 0 else { return nil }
        let count = read(file, &bytes, bytes.count)
        guard count >= 0, bytes.prefix(count).elementsEqual(remote.utf8) else { return nil }
        return Timestamp(secondsSinceEpoch: Int64(status.st_mtim.tv_sec))
    }

    /// Records a fetch that ended just now.
    func set() throws(MirrorError) -> Timestamp {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .cannotPrepare(MirrorLock.failure(path)) }
        defer { close(file) }
        let bytes = Array(remote.utf8)
        guard write(file, bytes, bytes.count) == bytes.count, futimens(file, nil) == 0 else {
            throw .cannotPrepare(MirrorLock.failure(path))
        }
        guard let moment else { throw .cannotPrepare("\(Escaped(path)) does not hold what was written") }
        return moment
    }
}
