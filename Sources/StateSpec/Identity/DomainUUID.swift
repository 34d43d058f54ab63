/// A libvirt uuid: the identity of a domain (or of a host), held as 16 bytes so that two spellings are one value.
public struct DomainUUID: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// Reads the form 8-4-4-4-12 in either case; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var nibbles = 0
        var halves: (UInt64, UInt64) = (0, 0)
        for (index, byte) in text.utf8.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == 0x2D else { return nil }
                continue
            }
            guard let digit = Self.digit(byte), nibbles < 32 else { return nil }
            if nibbles < 16 { halves.0 = halves.0 << 4 | digit } else { halves.1 = halves.1 << 4 | digit }
            nibbles += 1
        }
        guard nibbles == 32 else { return nil }
        (high, low) = halves
    }

    /// The canonical spelling: lower case with dashes.
    public var description: String {
        var text = ""
        text.reserveCapacity(36)
        for nibble in 0..<32 {
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 { text.append("-") }
            let half = nibble < 16 ? high : low
            let digit = Int(half >> UInt64(60 - 4 * (nibble % 16)) & 0xF)
            text.unicodeScalars.append(Unicode.Scalar(Self.digits[digit]))
        }
        return text
    }

    /// Order of the bytes.
    public static func < (left: Self, right: Self) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x41...0x46: UInt64(byte - 0x37)
        case 0x61...0x66: UInt64(byte - 0x57)
        default: nil
        }
    }
}

extension DomainUUID: Codable {
    /// Reads a single string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let uuid = DomainUUID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a uuid")
        }
        self = uuid
    }

    /// Writes the canonical spelling.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
