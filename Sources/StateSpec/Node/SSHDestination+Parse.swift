extension SSHDestination {
    /// Reads `[user@]host[:port]` or `ssh://[user@]host[:port]`, an IPv6 address in brackets; nil for anything else.
    ///
    /// The grammar is far narrower than ssh's: no leading dash, no shell characters, no zone, no path.
    public static func parse(_ text: String) -> SSHDestination? {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        var rest = text[...]
        if rest.hasPrefix("ssh://") { rest = rest.dropFirst(6) }
        var user: String?
        if let at = rest.firstIndex(of: "@") {
            guard isUser(rest[..<at]) else { return nil }
            user = String(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        guard let (host, port) = HostGrammar.split(rest) else { return nil }
        return SSHDestination(user: user, host: String(host), port: port)
    }

    /// Why `text` is no destination, as far as a common slip explains it.
    static func hint(for text: String) -> String {
        let colons = text.utf8.count { $0 == 0x3A }
        if colons > 1, !text.utf8.contains(0x5B), !text.hasPrefix("ssh://") {
            return "write an IPv6 address in brackets: [fd00::1]:22"
        }
        return "write [user@]host[:port]"
    }

    /// As useradd makes them.
    private static func isUser(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 32, NameGrammar.isAlphanumeric(first) || first == 0x5F
        else { return false }
        return text.utf8.allSatisfy {
            NameGrammar.isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D
        }
    }
}
