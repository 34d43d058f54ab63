/// The world wide identity of a device, in one of its spellings made one: as sysfs prints it (`naa.6001…`), as udev and
/// multipath do (`36001…`), as links have it (`wwn-0x6001…`), and as people pin it.
public struct WWID: Hashable, Sendable, CustomStringConvertible {
    /// `naa.HEX`, `eui.HEX`, `t10.TEXT` without runs of blanks, or anything else as it stands.
    public let text: String

    /// The identity behind a spelling.
    public init(_ spelling: String) {
        let utf8 = spelling.utf8[...]
        if let hex = Self.hex(after: "wwn-0x", in: utf8) ?? Self.hex(after: "0x", in: utf8)
            ?? Self.hex(after: "naa.", in: utf8)
        {
            text = "naa.\(hex)"
        } else if let hex = Self.hex(after: "eui.", in: utf8) {
            text = "eui.\(hex)"
        } else if utf8.starts(with: "t10.".utf8) {
            text = "t10." + Self.joined(utf8.dropFirst(4))
        } else {
            text = Self.page83(utf8) ?? Self.bareNAA(utf8) ?? spelling
        }
    }

    /// The text.
    public var description: String { text }

    /// As scsi_id spells it, one digit for the kind before the identity; nil if this is none.
    static func page83(_ name: Substring.UTF8View) -> String? {
        switch name.first {
        case UInt8(ascii: "3"):
            hex(after: "3", in: name).flatMap { [16, 32].contains($0.utf8.count) ? "naa.\($0)" : nil }
        case UInt8(ascii: "2"): hex(after: "2", in: name).flatMap { $0.utf8.count == 16 ? "eui.\($0)" : nil }
        // A vendor's name follows, in letters; a number would be anything.
        case UInt8(ascii: "1"):
            name.dropFirst().first.map { (0x41...0x5A).contains($0) } == true
                ? "t10." + joined(name.dropFirst()) : nil
        default: nil
        }
    }

    /// The bare number of an NAA identity, whose first digit tells its length.
    private static func bareNAA(_ name: Substring.UTF8View) -> String? {
        guard let hex = hex(after: "", in: name) else { return nil }
        switch (hex.utf8.first, hex.utf8.count) {
        case (UInt8(ascii: "6"), 32), (UInt8(ascii: "2"), 16), (UInt8(ascii: "3"), 16), (UInt8(ascii: "5"), 16):
            return "naa.\(hex)"
        default: return nil
        }
    }

    private static func hex(after prefix: String, in text: Substring.UTF8View) -> String? {
        guard text.starts(with: prefix.utf8) else { return nil }
        let digits = text.dropFirst(prefix.utf8.count)
        guard (8...64).contains(digits.count), digits.allSatisfy(Self.isHex) else { return nil }
        return Substring(digits).lowercased()
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    /// sysfs pads with blanks what udev joins with one underscore.
    private static func joined(_ text: Substring.UTF8View) -> String {
        text.split { $0 == 0x20 || $0 == 0x5F }.map { String(Substring($0)) }.joined(separator: "_")
    }
}

extension WWID: Codable {
    /// Reads any spelling.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
