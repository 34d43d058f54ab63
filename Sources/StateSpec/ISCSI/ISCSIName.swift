/// The grammar of qualified names of targets (RFC 3720): a date and a domain, or a number. Underscores, which it does not
/// allow, stand in names of real arrays.
enum ISCSIName {
    /// Whether `text` is such a name in its normal spelling, which is lower case.
    static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count <= 223 else { return false }
        if text.hasPrefix("eui.") { return bytes.count == 20 && bytes[4...].allSatisfy(isHexadecimal) }
        if text.hasPrefix("naa.") {
            return (bytes.count == 20 || bytes.count == 36) && bytes[4...].allSatisfy(isHexadecimal)
        }
        // iqn.2024-01.com.example:disk1
        guard text.hasPrefix("iqn."), bytes.count > 12, bytes[4..<8].allSatisfy(isDigit), bytes[8] == 0x2D,
            bytes[9..<11].allSatisfy(isDigit), bytes[11] == 0x2E
        else { return false }
        return bytes[12...].allSatisfy {
            isDigit($0) || (0x61...0x7A).contains($0) || [0x2D, 0x2E, 0x3A, 0x5F].contains($0)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte) }
}
