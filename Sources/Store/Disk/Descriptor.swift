internal import Glibc

/// An open file. It is closed when it goes; `close()` does it earlier and tells what the system says.
struct Descriptor: ~Copyable {
    /// -1 once it is closed.
    private(set) var number: Int32
    let path: String

    /// Opens without following a symbolic link in the last part of the path.
    init(opening path: String, _ flags: Int32, mode: mode_t = 0o600, to operation: String) throws(StoreError) {
        var number: Int32
        repeat { number = open(path, flags | O_NOFOLLOW | O_CLOEXEC, mode) } while number < 0 && errno == EINTR
        guard number >= 0 else { throw .last(operation, path) }
        self.number = number
        self.path = path
    }

    deinit { if number >= 0 { _ = Glibc.close(number) } }

    /// What the system knows about the file.
    borrowing func status() throws(StoreError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .last("look at", path) }
        return status
    }

    /// Refuses devices, pipes and directories: reading one may block for ever.
    borrowing func demandRegularFile() throws(StoreError) -> stat {
        let status = try status()
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unsafe(path: path, why: "it is no regular file") }
        return status
    }

    /// Writes all bytes.
    borrowing func write(_ bytes: [UInt8]) throws(StoreError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .last("write", path) }
            rest = rest.dropFirst(written)
        }
    }

    /// All bytes from the beginning, at most `bytesMax`.
    borrowing func readAll(bytesMax: Int) throws(StoreError) -> [UInt8] {
        let size = Int(try demandRegularFile().st_size)
        var bytes: [UInt8] = []
        while bytes.count <= bytesMax {
            // One more than the size, so that the usual file ends without a second round.
            let room = max(size + 1 - bytes.count, 4096)
            let offset = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: room))
            let count = bytes.withUnsafeMutableBytes {
                pread(number, $0.baseAddress?.advanced(by: offset), room, off_t(offset))
            }
            bytes.removeLast(room - max(count, 0))
            if count == 0 { return bytes }
            if count < 0, errno != EINTR { throw .last("read", path) }
        }
        throw .unsafe(path: path, why: "it is larger than \(bytesMax) bytes")
    }

    /// Waits until the content is on disk.
    borrowing func sync() throws(StoreError) {
        guard fsync(number) == 0 else { throw .last("sync", path) }
    }

    /// Closes the file. NFS tells only here that there was no room.
    consuming func close() throws(StoreError) {
        let result = Glibc.close(number)
        // Linux has freed the number even where it reports an error.
        number = -1
        if result != 0 { throw .last("close", path) }
    }
}
