internal import Glibc
internal import StateSpec

/// A file with a private key that nobody else can read.
public struct PrivateKeyFile: Hashable, Sendable {
    /// Where it is: absolute, and nothing in it that ssh would expand.
    public let path: String

    /// Fails with the reason if ssh could not use it, or others could.
    public init(_ path: String) throws(PrivateKeyError) {
        if let objection = Self.objection(to: path) { throw PrivateKeyError(path: path, objection: objection) }
        self.path = path
    }

    private static func objection(to path: String) -> String? {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= 1_000, path.utf8.allSatisfy(isPlain) else {
            return "it must be an absolute path of plain characters"
        }
        var status = stat()
        guard stat(path, &status) == 0 else { return String(cString: strerror(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { return "it is no regular file" }
        if status.st_uid == geteuid() {
            return status.st_mode & 0o077 == 0 ? nil : "others can read it; `chmod 600` it"
        }
        // systemd leaves a credential to root, and lets the service's user read it by an ACL, which shows as the group.
        guard status.st_uid == 0 else { return "it belongs to another user" }
        guard status.st_mode & 0o007 == 0 else { return "others can read it; `chmod o=` it" }
        return access(path, R_OK) == 0 ? nil : String(cString: strerror(errno))
    }

    /// ssh expands `%`, `$` and `~`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21..<0x7F).contains(byte) && !"%$~\"'\\".utf8.contains(byte)
    }
}

/// A file that is no private key for havirt.
public struct PrivateKeyError: Error, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// Why not.
    public let objection: String

    /// One line, safe to print.
    public var description: String { "the private key \(Escaped(path)) cannot be used: \(objection)" }
}
