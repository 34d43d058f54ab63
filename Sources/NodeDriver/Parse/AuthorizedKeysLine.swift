internal import Reconciler

/// A line of `authorized_keys`: options, if any, then type, key and comment.
enum AuthorizedKeysLine {
    private static let optionsMax = 64

    private static let names: Set<String> = [
        "agent-forwarding", "cert-authority", "command", "environment", "expiry-time", "from", "no-agent-forwarding",
        "no-port-forwarding", "no-pty", "no-touch-required", "no-user-rc", "no-x11-forwarding", "permitlisten",
        "permitopen", "port-forwarding", "principals", "pty", "restrict", "tunnel", "user-rc", "verify-required",
        "x11-forwarding",
    ]

    /// Nil for a comment, and for what sshd passes over, too.
    static func parse(_ line: String) -> AuthorizedKey? {
        guard !line.hasPrefix("#") else { return nil }
        if let key = key(line[...]) { return AuthorizedKey(key) }
        guard let (options, rest) = options(line[...]), let key = key(rest) else { return nil }
        // What is none of sshd's may be anything, and makes sshd refuse the line.
        return AuthorizedKey(key, options: options.map { Self.names.contains($0) ? $0 : "unknown" })
    }

    private static func key(_ text: Substring) -> PublicKey? {
        let words = text.split(maxSplits: 2) { $0 == " " || $0 == "\t" }
        guard words.count >= 2 else { return nil }
        return PublicKey(
            type: String(words[0]), blob: String(words[1]), comment: words.count > 2 ? String(words[2]) : "")
    }

    /// The names of the options before the first blank outside of quotes, and what follows it.
    private static func options(_ text: Substring) -> (names: [String], rest: Substring)? {
        var names: [String] = []
        var name = ""
        var isName = true
        var isQuoted = false
        var wasBackslash = false
        for index in text.unicodeScalars.indices {
            let scalar = text.unicodeScalars[index]
            if isQuoted {
                // Within quotes, only `\"` is no end.
                if scalar == "\"", !wasBackslash { isQuoted = false }
                wasBackslash = scalar == "\\"
                continue
            }
            switch scalar {
            case "\"":
                isQuoted = true
                wasBackslash = false
            case "=": isName = false
            case ",", " ", "\t":
                names.append(name.lowercased())
                if scalar != "," { return (names, text[index...]) }
                if names.count > optionsMax { return nil }
                name = ""
                isName = true
            default:
                if isName { name.unicodeScalars.append(scalar) }
                if name.utf8.count > 64 { return nil }
            }
        }
        return nil
    }
}
