/// A portal of an iSCSI storage: an address or host name, and a port. Two spellings of one IPv6 address are equal.
public struct ISCSIPortal: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The port of iSCSI.
    public static let portDefault: UInt16 = 3260

    /// Address or name, in lower case and without brackets; an IPv6 address in its shortest form (RFC 5952).
    public let host: String
    /// The port.
    public let port: UInt16

    /// `host`, `host:port`, `[address]` or `[address]:port`; nil for anything else.
    public init?(_ text: String) {
        guard let (host, port) = HostGrammar.split(text[...]) else { return nil }
        self.init(host: String(host), port: port ?? Self.portDefault)
    }

    /// A host without brackets, as sysfs has it; nil if it is none.
    public init?(host: String, port: UInt16) {
        guard port > 0 else { return nil }
        if HostGrammar.isIPv6(host) {
            guard let groups = IPv6.groups(host) else { return nil }
            self.host = IPv6.text(groups)
        } else {
            guard HostGrammar.isName(host) else { return nil }
            self.host = host.lowercased()
        }
        self.port = port
    }

    /// Whether it is an address, which is what a session shows; a name says nothing of where it leads.
    public var isAddress: Bool { host.utf8.contains(0x3A) || HostGrammar.isIPv4(host) }

    /// As iscsiadm takes it and git writes it: `10.0.0.1:3260`, `[fd00::1]:3260`.
    public var description: String { host.utf8.contains(0x3A) ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// As udev writes it into `/dev/disk/by-path`: without brackets.
    public var inPath: String { "\(host):\(port)" }

    /// By host, then port.
    public static func < (left: Self, right: Self) -> Bool {
        left.host != right.host
            ? left.host.utf8.lexicographicallyPrecedes(right.host.utf8) : left.port < right.port
    }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let portal = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no portal")
        }
        self = portal
    }

    /// Writes the description.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The text of IPv6 addresses that `HostGrammar.isIPv6` lets through.
private enum IPv6 {
    /// The eight groups; nil if there are not as many.
    static func groups(_ text: String) -> [UInt16]? {
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = words(halves[0]), let tail = halves.count == 2 ? words(halves[1]) : [] else { return nil }
        let missing = 8 - head.count - tail.count
        guard missing >= 0, halves.count == 2 || missing == 0 else { return nil }
        return head + [UInt16](repeating: 0, count: missing) + tail
    }

    private static func words(_ text: Substring) -> [UInt16]? {
        var words: [UInt16] = []
        for part in text.split(separator: ":") {
            if part.utf8.contains(0x2E) {
                let bytes = part.split(separator: ".").compactMap { UInt16($0) }
                guard bytes.count == 4 else { return nil }
                words += [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]]
            } else {
                guard let word = UInt16(part, radix: 16) else { return nil }
                words.append(word)
            }
        }
        return words
    }

    /// The longest run of two or more zeros, the first of several, becomes `::`.
    static func text(_ groups: [UInt16]) -> String {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > 1, end - start > best?.count ?? 0 { best = start..<end }
            start = max(end, start + 1)
        }
        let hex = groups.map { String($0, radix: 16) }
        guard let best else { return hex.joined(separator: ":") }
        return hex[..<best.lowerBound].joined(separator: ":") + "::" + hex[best.upperBound...].joined(separator: ":")
    }
}
