/// A git object id: 40 lower-case hexadecimal digits.
public struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The 40 digits.
    public let text: String

    /// Nil unless `text` is 40 lower-case hexadecimal digits.
    public init?(_ text: String) {
        let isHexadecimal = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
        guard text.utf8.count == 40, text.utf8.allSatisfy(isHexadecimal) else { return nil }
        self.text = text
    }

    /// The 40 digits.
    public var description: String { text }

    /// The first ten digits, for people.
    public var short: String { String(text.prefix(10)) }

    /// Order of the digits.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
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
