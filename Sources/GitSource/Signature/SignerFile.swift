internal import Glibc
internal import StateSpec

/// Reads a list of signers, which nobody but root and the user who runs havirt may be able to change.
enum SignerFile {
    private static let bytesMax = 4 << 20
    /// As many as the kernel follows.
    private static let linksMax = 40
    private static let targetBytesMax = 4_096

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

    /// In a folder that others may write, they can put another file in its place, or another link: so this goes the way
    /// that the path goes, and looks at every folder of it.
    private static func demandSafeFolders(of path: String) throws(SignerFileError) {
        var folder = "/"
        var names = parts(path)
        var linkCount = 0
        try demandSafe(folder, on: path, status(folder, on: path))
        while !names.isEmpty {
            let name = names.removeFirst()
            if name == "." { continue }
            if name == ".." {
                // No link, since links are replaced by what they lead to.
                folder = "/" + parts(folder).dropLast().joined(separator: "/")
                continue
            }
            let place = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            let status = try status(place, on: path)
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                folder = place
                try demandSafe(folder, on: path, status)
            case S_IFLNK:
                linkCount += 1
                guard linkCount <= linksMax else { throw SignerFileError(path, String(cString: strerror(ELOOP))) }
                // The sticky bit keeps nobody from replacing a link of his own.
                if let objection = objection(toOwnerOf: status) {
                    throw SignerFileError(path, "of the link \(Escaped(place).bare) on the way, \(objection)")
                }
                let target = try target(of: place, on: path)
                if target.hasPrefix("/") { folder = "/" }
                names = parts(target) + names
            default: break
            }
        }
    }

    private static func parts(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }

    private static func status(_ place: String, on path: String) throws(SignerFileError) -> stat {
        var status = stat()
        guard lstat(place, &status) == 0 else { throw SignerFileError(path, String(cString: strerror(errno))) }
        return status
    }

    private static func target(of link: String, on path: String) throws(SignerFileError) -> String {
        var buffer = [CChar](repeating: 0, count: targetBytesMax)
        let count = readlink(link, &buffer, targetBytesMax)
        guard count >= 0 else { throw SignerFileError(path, String(cString: strerror(errno))) }
        guard count < targetBytesMax else { throw SignerFileError(path, String(cString: strerror(ENAMETOOLONG))) }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func demandSafe(_ folder: String, on path: String, _ status: stat) throws(SignerFileError) {
        // With the sticky bit, as /tmp has it, nobody but the folder's owner replaces what is another's.
        let isSticky = status.st_mode & S_ISVTX != 0
        if let objection = isSticky ? objection(toOwnerOf: status) : objection(to: status) {
            throw SignerFileError(path, "of its folder \(Escaped(folder).bare), \(objection)")
        }
    }

    private static func objection(to status: stat) -> String? {
        if let objection = objection(toOwnerOf: status) { return objection }
        return status.st_mode & 0o022 == 0 ? nil : "others than the owner may write (chmod go-w)"
    }

    private static func objection(toOwnerOf status: stat) -> String? {
        if status.st_uid == 0 || status.st_uid == geteuid() { return nil }
        return "the owner is user \(status.st_uid), and must be root or user \(geteuid())"
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
