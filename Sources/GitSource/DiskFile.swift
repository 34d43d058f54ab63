internal import Glibc

/// An open file or folder of the work tree, reached without following a symbolic link.
struct DiskFile: ~Copyable {
    private let descriptor: Int32

    private init(_ descriptor: Int32, _ path: String) throws(DiskError) {
        guard descriptor >= 0 else { throw .last(path) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Opens part by part, so that a link put in the middle of the path after the walk leads nowhere either. The root
    /// itself is the operator's own choice and may be a link.
    static func open(root: String, parts: [String], _ flags: Int32) throws(DiskError) -> DiskFile {
        var folder = try DiskFile(Glibc.open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), root)
        for (index, part) in parts.enumerated() {
            // O_NONBLOCK: opening a FIFO must not wait for its writer.
            let last = index == parts.count - 1 ? flags | O_NONBLOCK : O_RDONLY | O_DIRECTORY
            let number = openat(folder.descriptor, part, last | O_NOFOLLOW | O_CLOEXEC)
            folder = try DiskFile(number, parts[...index].joined(separator: "/"))
        }
        return folder
    }

    borrowing func openFolder(_ name: String, _ path: String) throws(DiskError) -> DiskFile {
        try DiskFile(openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), path)
    }

    borrowing func hasEntry(_ name: String) -> Bool {
        faccessat(descriptor, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// The names in a folder in byte order, without `.` and `..`.
    borrowing func names(_ path: String) throws(DiskError) -> [[UInt8]] {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0, let stream = fdopendir(copy) else { throw .last(path) }
        defer { closedir(stream) }
        rewinddir(stream)
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8) { names.append(name) }
        }
        if errno != 0 { throw .last(path) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Nil for a file that is gone: editors make and remove theirs at any time.
    borrowing func status(of name: [UInt8], _ path: String) throws(DiskError) -> stat? {
        var status = stat()
        let text = name.map { CChar(bitPattern: $0) } + [0]
        guard fstatat(descriptor, text, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw .last(path)
        }
        return status
    }

    /// The bytes of a plain file that is no larger than it was allowed to be when it was listed.
    consuming func contents(_ path: String, bytesMax: Int) throws(DiskError) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw DiskError(path: path, number: EINVAL) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(Int(status.st_size), bytesMax) + 1)
        while true {
            let count = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 { bytes.append(contentsOf: buffer[0..<count]) }
                return count
            }
            if count < 0 && errno != EINTR { throw .last(path) }
            if bytes.count > bytesMax { throw DiskError(path: path, number: EFBIG) }
            if count == 0 { return bytes }
        }
    }
}
