internal import Glibc
internal import StateSpec

/// The folder of the sockets over which ssh shares connections: ours alone, because whoever can write there can read
/// and answer for every node.
enum ControlFolder {
    /// Room for "/", 16 digits, and the "." with 16 characters that ssh adds while it makes a socket.
    static let bytesMax = 107 - 34

    /// Makes the folder where it is missing. Gives back why it cannot be used; nil if it can.
    static func objection(to path: String) -> String? {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= bytesMax,
            path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "\"") })
        else {
            return "it must be an absolute path of at most \(bytesMax) plain characters"
        }
        if mkdir(path, 0o700) != 0 && errno != EEXIST { return String(cString: strerror(errno)) }
        var status = stat()
        guard lstat(path, &status) == 0 else { return String(cString: strerror(errno)) }
        guard status.st_mode & S_IFMT == S_IFDIR else { return "it is no folder" }
        guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            return "others may use it; it must belong to this user and have mode 0700"
        }
        return nil
    }

    /// The socket of a destination. ssh's own `%C` would do, but a name of ours can be removed when it hangs.
    ///
    /// An alias means another machine under another configuration, and `%C` does not know of that either: two clusters
    /// that both call a node `alpha` must not meet in one connection. Nor must two keys: what came in by one of them would
    /// do what the other may not.
    static func socket(
        in folder: String, for node: SSHDestination, _ settings: SSHSettings, key: PrivateKeyFile? = nil
    ) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let words =
            ["\(node.user ?? "") \(node.port ?? 0) \(node.host)", settings.executable, settings.configFile ?? ""]
            + (key.map { [$0.path] } ?? []) + settings.extraOptions
        for byte in words.joined(separator: "\n").utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        let digits = String(hash, radix: 16)
        return folder + "/" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Removes a socket behind which nobody answered, so that the next command makes a new connection. The old
    /// connection's process ends by itself when it has nothing more to do.
    static func remove(_ socket: String) { _ = unlink(socket) }
}
