/// The qualified name of an iSCSI target: `iqn.…`, `eui.…` or `naa.…`, by the grammar of RFC 3720.
public struct ISCSITargetName: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// As it was spelled. Git has it in lower case, its normal form; a node may have another.
    public let text: String

    /// A name; nil for what is none. No blank, slash, quote or control character passes.
    public init?(_ text: String) {
        // ASCII first: there are letters of other scripts whose lower case is one of ours, such as the Kelvin sign's.
        guard text.utf8.allSatisfy({ $0 < 0x80 }), ISCSIName.isValid(text.lowercased()) else { return nil }
        self.text = text
    }

    /// The name.
    public var description: String { text }

    /// By bytes.
    public static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let name = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no name of an iSCSI target")
        }
        self = name
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
