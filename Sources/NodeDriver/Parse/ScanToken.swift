/// 128 random bits as 32 hexadecimal digits, made anew for each request to a node.
struct ScanToken: Hashable, Sendable {
    let bytes: [UInt8]

    /// A new one.
    init() {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".utf8)
        bytes = (0..<2).flatMap { _ in
            var word: UInt64 = generator.next()
            return (0..<16).map { _ in
                defer { word >>= 4 }
                return digits[Int(word & 0xF)]
            }
        }
    }

    /// A known one; nil unless it is 32 hexadecimal digits.
    init?(_ text: String) {
        let isHexadecimal = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
        guard text.utf8.count == 32, text.utf8.allSatisfy(isHexadecimal) else { return nil }
        bytes = Array(text.utf8)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}
