internal import Glibc
internal import StateSpec
internal import Synchronization

/// A lock between processes: flock(2) on a file that stays. The kernel gives it up when its holder dies, so a stale
/// one cannot be. On NFS, where Linux makes it a lock of the whole process, the mutex keeps our own threads apart.
final class FileLock: Sendable {
    private let path: String
    private let holder: String
    private let wait: Duration
    private let ours = Mutex(())

    init(path: String, holder: String, wait: Duration) {
        self.path = path
        self.holder = holder
        self.wait = wait
    }

    /// Runs `body` while no other process holds the lock; gives up after `wait`.
    func hold<T>(_ body: () throws -> T) throws -> T {
        try ours.withLock { _ in
            let file = try acquire()
            // Who holds it is for whoever waits in vain; that it could not be written is no reason to stop.
            let note = Array("\(holder) (process \(getpid()))\n".utf8)
            if ftruncate(file.number, 0) == 0 { _ = pwrite(file.number, note, note.count, 0) }
            return try body()
        }
    }

    private func acquire() throws(StoreError) -> Descriptor {
        // Opened for writing, because NFS grants an exclusive lock on such a file only.
        let file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_NONBLOCK, to: "lock")
        _ = try file.demandRegularFile()
        let start = ContinuousClock.now
        var pauseMicroseconds: UInt32 = 500
        while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            guard errno == EWOULDBLOCK else { throw .last("lock", path) }
            guard ContinuousClock.now - start < wait else { throw .locked(path: path, holder: reader(file)) }
            usleep(pauseMicroseconds)
            pauseMicroseconds = min(pauseMicroseconds * 2, 20_000)
        }
        return file
    }

    private func reader(_ file: borrowing Descriptor) -> String? {
        guard let bytes = try? file.readAll(bytesMax: 4096), !bytes.isEmpty else { return nil }
        return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    }
}
