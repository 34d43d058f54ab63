internal import Glibc
internal import StateSpec

/// Reads a list of signers, which nobody but root and the user who runs havirt may be able to change.
enum SignerFile {
    private static let bytesMax = 4 << 20

    static func read(_ path: String) throws(SignerFileError) -> [UInt8] {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw SignerFileError(path, "it is no absolute path")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SignerFileError(path, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SignerFileError(path, String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SignerFileError(path, "it is no plain file") }
        if let objection = objection(to: status) {
            throw SignerFileError(path, "\(objection): whoever can write it decides whose commits are applied")
        }
        try demandSafeFolders(of: path)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SignerFileError(path, String(cString: strerror(errno))) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= bytesMax else { throw SignerFileError(path, "it is larger than \(bytesMax) bytes") }
        }
    }

    /// In a folder that others may write, they can put another file in its place.
    private static func demandSafeFolders(of path: String) throws(SignerFileError) {
        guard let resolved = realpath(path, nil) else {
            throw SignerFileError(path, String(cString: strerror(errno)))
        }
        defer { free(resolved) }
        var folder = String(cString: resolved)
        while let slash = folder.lastIndex(of: "/"), folder != "/" {
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
            var status = stat()
            guard lstat(folder, &status) == 0 else { throw SignerFileError(path, String(cString: strerror(errno))) }
            // With the sticky bit, as /tmp has it, nobody replaces what is another's.
            if status.st_mode & S_ISVTX != 0 { continue }
            if let objection = objection(to: status) {
                throw SignerFileError(path, "of its folder \(Escaped(folder).bare), \(objection)")
            }
        }
    }

    private static func objection(to status: stat) -> String? {
        if status.st_uid != 0 && status.st_uid != geteuid() {
            return "the owner is user \(status.st_uid), and must be root or user \(geteuid())"
        }
        return status.st_mode & 0o022 == 0 ? nil : "others than the owner may write (chmod go-w)"
    }
}

/// Why a list of signers cannot be used.
struct SignerFileError: Error, Equatable, CustomStringConvertible {
    /// One line, safe to print.
    let description: String

    init(_ path: String, _ reason: String) {
        description = "the signers cannot be read from \(Escaped(path)): \(reason)"
    }
}
