/// A git object id: 20 bytes, written as 40 lower-case hexadecimal digits.
///
/// Held as three integers, since a tree of 20,000 files has as many of them, each a key of the cache of parsed files.
public struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// From the 20 bytes that `load` gives for the offsets 0 to 19.
    public init(byteAt load: (Int) -> UInt8) {
        func number(_ range: Range<Int>) -> UInt64 { range.reduce(0) { $0 << 8 | UInt64(load($1)) } }
        high = number(0..<8)
        middle = number(8..<16)
        low = UInt32(truncatingIfNeeded: number(16..<20))
    }

    /// Nil unless `text` is 40 lower-case hexadecimal digits.
    public init?(_ text: String) {
        var nibbles: [UInt8] = []
        nibbles.reserveCapacity(40)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39: nibbles.append(byte - 0x30)
            case 0x61...0x66: nibbles.append(byte - 0x57)
            default: return nil
            }
            if nibbles.count > 40 { return nil }
        }
        guard nibbles.count == 40 else { return nil }
        self.init { nibbles[2 * $0] << 4 | nibbles[2 * $0 + 1] }
    }

    /// The byte at an offset from 0 to 19.
    public subscript(offset: Int) -> UInt8 {
        precondition((0..<20).contains(offset), "an object id has 20 bytes, not \(offset + 1)")
        return switch offset {
        case ..<8: UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * offset))
        case ..<16: UInt8(truncatingIfNeeded: middle >> UInt64(120 - 8 * offset))
        default: UInt8(truncatingIfNeeded: low >> UInt32(152 - 8 * offset))
        }
    }

    /// The 40 digits.
    public var text: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 40) { buffer in
            for offset in 0..<20 {
                buffer[2 * offset] = digits[Int(self[offset] >> 4)]
                buffer[2 * offset + 1] = digits[Int(self[offset] & 0xF)]
            }
            return 40
        }
    }

    /// The 40 digits.
    public var description: String { text }

    /// The first ten digits, for people.
    public var short: String { String(text.prefix(10)) }

    /// Order of the digits.
    public static func < (left: Self, right: Self) -> Bool {
        (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
    }
}

extension ObjectID: Codable {
    /// Reads a single string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = ObjectID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a git object id")
        }
        self = id
    }

    /// Writes the 40 digits.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
