internal import CLinux
internal import Glibc

/// A descriptor that is closed exactly once.
struct Descriptor: ~Copyable {
    let number: Int32

    /// Takes what a C call returned: a descriptor, or a negative number with errno set.
    init(checking number: Int32) throws(Errno) {
        guard number >= 0 else { throw Errno.last }
        self.number = number
    }

    fileprivate init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// Standard input that holds `bytes`: a file in memory, so that a child which never reads it costs nothing and
    /// blocks nobody.
    static func input(holding bytes: [UInt8]) throws(Errno) -> Descriptor {
        if bytes.isEmpty { return try Descriptor(checking: open("/dev/null", O_RDONLY | O_CLOEXEC)) }
        let file = try Descriptor(checking: havirt_memfd("input"))
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(file.number, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw Errno.last
            }
        }
        guard lseek(file.number, 0, SEEK_SET) == 0 else { throw Errno.last }
        return file
    }

    /// Appends what can be read without blocking, at most `bytesMax` in one go; false at the end of the stream.
    func read(into bytes: inout [UInt8], bytesMax: Int) -> Bool {
        while true {
            let count = withUnsafeTemporaryAllocation(byteCount: min(bytesMax, 1 << 16), alignment: 1) { buffer in
                let count = Glibc.read(number, buffer.baseAddress, buffer.count)
                if count > 0 { bytes.append(contentsOf: buffer[0..<count]) }
                return count
            }
            if count < 0, errno == EINTR { continue }
            return count > 0 || (count < 0 && errno == EAGAIN)
        }
    }

    /// How many bytes wait in a pipe.
    var waitingBytes: Int {
        var count: Int32 = 0
        return ioctl(number, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }
}

/// A new pipe, of which one end stays with us and does not block.
struct Pipe: ~Copyable {
    let read: Descriptor
    let write: Descriptor

    enum End: Int32 { case read, write }

    init(ours: End) throws(Errno) {
        var numbers: [Int32] = [-1, -1]
        guard havirt_pipe(&numbers, ours.rawValue) == 0 else { throw Errno.last }
        read = Descriptor(owning: numbers[0])
        write = Descriptor(owning: numbers[1])
    }
}

/// A counter in the kernel that makes a poll(2) in another thread return.
final class Bell: Sendable {
    private let number: Int32

    init() throws(Errno) {
        number = havirt_eventfd()
        guard number >= 0 else { throw Errno.last }
    }

    deinit { if number >= 0 { close(number) } }

    /// What to poll; valid as long as the bell lives.
    var pollNumber: Int32 { number }

    func ring() {
        var one: UInt64 = 1
        // Only a full counter can fail this, and then the bell is ringing already.
        _ = write(number, &one, 8)
    }

    /// Makes it silent until the next ring.
    func clear() {
        var count: UInt64 = 0
        _ = read(number, &count, 8)
    }
}

/// An errno value.
struct Errno: Error {
    let number: Int32

    static var last: Errno { Errno(number: errno) }

    /// "No such file or directory"
    var text: String { String(cString: strerror(number)) }
}
