internal import StateSpec

/// The address of a git repository in one of the forms that cannot run a command or carry a secret:
/// `ssh://[user@]host[:port]/path`, `[user@]host:path`, `https://host[:port]/path`, `file:///path` or `/path`.
public struct RemoteURL: Hashable, Sendable, CustomStringConvertible {
    /// As written.
    public let text: String

    /// Fails with the reason when `text` has none of these forms.
    public init(_ text: String) throws(MirrorError) {
        if let objection = Self.objection(to: text) {
            // A refused address may hold a password, so it is not repeated.
            throw .refused("the repository's address: \(objection)")
        }
        self.text = text
    }

    /// As written: it holds no secret.
    public var description: String { text }

    private static func objection(to text: String) -> String? {
        if text.isEmpty || text.utf8.count > 1_024 { return "it is empty or longer than 1,024 bytes" }
        if Escaped(text, charactersMax: 1_024).bare != text || text.contains(where: \.isWhitespace) {
            return "control characters, blanks and backslashes may not stand in it"
        }
        if text.hasPrefix("-") { return "it would be taken for an option" }
        if text.hasPrefix("/") { return nil }
        guard let end = text.firstRange(of: "://") else { return objectionToShort(text) }
        let rest = text[end.upperBound...]
        switch text[..<end.lowerBound] {
        case "file": return rest.hasPrefix("/") ? nil : "a file:// address has no host"
        case "ssh": return objection(toHostAndPath: rest, mayHaveUser: true)
        case "https": return objection(toHostAndPath: rest, mayHaveUser: false)
        default: return "only ssh, https and file addresses are used"
        }
    }

    /// `host:path`, which git reads as ssh. `transport::address` would start a program named git-remote-transport.
    private static func objectionToShort(_ text: String) -> String? {
        // The host may be an IPv6 address in brackets.
        let host = text.firstRange(of: "]:")?.lowerBound ?? text.startIndex
        guard let colon = text[host...].firstIndex(of: ":") else {
            return "it is neither an address nor an absolute path"
        }
        let path = text[text.index(after: colon)...]
        if path.hasPrefix(":") { return "a remote helper would be run" }
        if path.isEmpty || path.hasPrefix("-") { return "it names no path" }
        return objection(toHost: text[..<colon], mayHaveUser: true)
    }

    private static func objection(toHostAndPath text: Substring, mayHaveUser: Bool) -> String? {
        guard let slash = text.firstIndex(of: "/"), text.index(after: slash) < text.endIndex else {
            return "it names no path"
        }
        if text.contains("?") || text.contains("#") { return "it has a '?' or a '#'" }
        var host = text[..<slash]
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            let port = host[host.index(after: colon)...]
            if host[..<colon].contains("@") || !host.contains("@") {
                guard let number = UInt16(port), number > 0 else { return "its port is no number" }
                host = host[..<colon]
            }
        }
        return objection(toHost: host, mayHaveUser: mayHaveUser)
    }

    private static func objection(toHost text: Substring, mayHaveUser: Bool) -> String? {
        var host = text
        if let at = text.lastIndex(of: "@") {
            if !mayHaveUser { return "no user or password may stand in it: use a git credential helper" }
            if !isName(text[..<at]) { return "its user is no plain name, or a password stands in it" }
            host = text[text.index(after: at)...]
        }
        if host.hasPrefix("[") && host.hasSuffix("]") {
            let address = host.dropFirst().dropLast()
            return !address.isEmpty && address.allSatisfy({ $0.isHexDigit || $0 == ":" })
                ? nil : "its host is no address"
        }
        return isName(host) ? nil : "its host is no host name"
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, NameBytes.isAlphanumeric(first) || first == 0x5F else { return false }
        return text.utf8.allSatisfy { NameBytes.isAlphanumeric($0) || $0 == 0x2E || $0 == 0x2D || $0 == 0x5F }
    }
}

/// Classes of ASCII bytes.
enum NameBytes {
    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
