/// A libvirt uuid: the identity of a domain (or of a host), held as 16 bytes so that two spellings are one value.
public struct DomainUUID: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// Reads the form 8-4-4-4-12 in either case; nil for anything else.
    public init?(_ text: some StringProtocol) { self.init(utf8: Array(text.utf8)[...]) }

    /// Reads the same form as bytes. Not generic: every scan reads hundreds of them, and generic code of another module
    /// is a hundred times slower.
    public init?(utf8 text: ArraySlice<UInt8>) {
        guard text.count == 36 else { return nil }
        var nibbles = 0
        var halves: (UInt64, UInt64) = (0, 0)
        for index in 0..<36 {
            let byte = text[text.startIndex + index]
            if Self.isDash(index) {
                guard byte == 0x2D else { return nil }
                continue
            }
            guard let digit = Self.digit(byte) else { return nil }
            if nibbles < 16 { halves.0 = halves.0 << 4 | digit } else { halves.1 = halves.1 << 4 | digit }
            nibbles += 1
        }
        (high, low) = halves
    }

    /// The canonical spelling: lower case with dashes.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            var shift: UInt64 = 128
            for index in 0..<36 {
                if Self.isDash(index) {
                    text[index] = 0x2D
                    continue
                }
                shift -= 4
                let digit = UInt8((shift >= 64 ? high >> (shift - 64) : low >> shift) & 0xF)
                text[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
            }
            return 36
        }
    }

    private static func isDash(_ index: Int) -> Bool { index == 8 || index == 13 || index == 18 || index == 23 }

    /// Order of the bytes.
    public static func < (left: Self, right: Self) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }

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
