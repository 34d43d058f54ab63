import Glibc
import StateSpec

/// Reads whole files, bounded, with errors that say what and why.
enum FileBytes {
    /// - Parameter isObeyed: for what havirt obeys, such as its settings: a file that everybody may change is refused.
    static func read(_ path: String, bytesMax: Int, isObeyed: Bool = false) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("look at", path) }
        guard !isObeyed || status.st_mode & S_IFMT != S_IFREG || status.st_mode & 0o002 == 0 else {
            throw Failure("everybody may change \(Escaped(path).bare): look at it, then `chmod o-w` it")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= bytesMax else {
                throw Failure("\(Escaped(path).bare) is larger than \(bytesMax) bytes")
            }
        }
    }

    /// Writes a file as a whole: a reader sees the old or the new one, and a failure leaves the old.
    static func replace(_ path: String, with bytes: [UInt8]) throws(Failure) {
        let unfinished = "\(path).\(getpid()).unfinished"
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("write", path) }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            sent += count
        }
        let isWritten = sent == bytes.count && fsync(descriptor) == 0
        let isClosed = close(descriptor) == 0
        guard isWritten, isClosed, rename(unfinished, path) == 0 else {
            let failure = failure("write", path)
            unlink(unfinished)
            throw failure
        }
    }

    private static func failure(_ what: String, _ path: String) -> Failure {
        Failure("cannot \(what) \(Escaped(path).bare): \(String(cString: strerror(errno)))")
    }
}
