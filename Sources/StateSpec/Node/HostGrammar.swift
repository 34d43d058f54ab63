/// The grammar of host names and addresses, from which neither an ssh option nor shell text can arise.
enum HostGrammar {
    /// Whether `text` is a host name, an ssh alias, or an IPv4 address. Letters, digits, `.`, `_` and `-` only.
    static func isName(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, NameGrammar.isAlphanumeric(first), bytes.count <= 253,
            bytes.allSatisfy({ NameGrammar.isAlphanumeric($0) || $0 == 0x2E || $0 == 0x2D || $0 == 0x5F })
        else { return false }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 && $0.utf8.first != 0x2D }) else { return false }
        // Digits and dots are an address or nothing: resolvers read `10.1` and `167772161` as addresses too.
        return !bytes.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E } || isIPv4(text)
    }

    /// Four decimal numbers up to 255, without leading zeros, which some resolvers read as octal.
    static func isIPv4(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { (0x30...0x39).contains($0) } && (part.utf8.count == 1 || part.utf8.first != 0x30)
                    && UInt8(part) != nil
            }
    }

    /// Eight groups of hexadecimal digits, one `::` for left-out zeros, IPv4 allowed at the end. No zone.
    static func isIPv6(_ text: some StringProtocol) -> Bool {
        guard text.utf8.count <= 45, text.utf8.contains(0x3A) else { return false }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups = 0
        var gaps = 0
        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                let isInside = index > 0 && index < parts.count - 1
                if isInside { gaps += 1 }
                // A lone colon at either end: only `::` may begin or end an address.
                if !isInside, parts.count < 3 || !(index == 0 ? parts[1] : parts[index - 1]).isEmpty { return false }
            } else if index == parts.count - 1, part.utf8.contains(0x2E) {
                guard isIPv4(part) else { return false }
                groups += 2
            } else {
                guard part.utf8.count <= 4, part.utf8.allSatisfy(isHexadecimal) else { return false }
                groups += 1
            }
        }
        if gaps == 0 { return groups == 8 }
        // `::` alone splits into three empty parts, of which one is inside.
        return gaps == 1 && groups <= 7
    }

    /// A port without sign or leading zero.
    static func port(_ text: some StringProtocol) -> UInt16? {
        guard text.utf8.count <= 5, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.utf8.first != 0x30
        else { return nil }
        return UInt16(text)
    }

    /// Splits `host`, `host:port`, `[address]` and `[address]:port`. The host comes without brackets.
    static func split(_ text: Substring) -> (host: Substring, port: UInt16?)? {
        var host = text
        var rest = Substring()
        if text.utf8.first == 0x5B {
            guard let close = text.utf8.firstIndex(of: 0x5D) else { return nil }
            host = text[text.index(after: text.startIndex)..<close]
            rest = text[text.index(after: close)...]
            guard isIPv6(host), rest.isEmpty || rest.utf8.first == 0x3A else { return nil }
        } else {
            if let colon = text.utf8.firstIndex(of: 0x3A) {
                host = text[..<colon]
                rest = text[colon...]
            }
            guard isName(host) else { return nil }
        }
        if rest.isEmpty { return (host, nil) }
        guard let port = port(rest.dropFirst()) else { return nil }
        return (host, port)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
