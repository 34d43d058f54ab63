/// A block of OpenPGP's armour (RFC 4880, section 6.2), decoded.
struct OpenPGPArmour: Equatable {
    /// "PUBLIC KEY BLOCK" or "SIGNATURE"
    let label: String
    let bytes: [UInt8]

    private static let newline = UInt8(ascii: "\n")

    /// All blocks of a text. Nil where one is not whole, or where something between them looks like a part of one: gpg
    /// passes over what it does not take for armour, and says nothing.
    static func blocks(in text: [UInt8]) -> [OpenPGPArmour]? {
        var blocks: [OpenPGPArmour] = []
        var lines = text.split(separator: newline, omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst() {
            if let label = heading(line, "BEGIN") {
                guard let block = readBlock(label, takenFrom: &lines) else { return nil }
                blocks.append(block)
            } else if !isComment(line) {
                return nil
            }
        }
        return blocks
    }

    /// Reads what stands behind the first line.
    private static func readBlock(
        _ label: String, takenFrom lines: inout ArraySlice<ArraySlice<UInt8>>
    ) -> OpenPGPArmour? {
        // "Comment: words", until an empty line.
        while let line = lines.popFirst().map(trimmed), !line.isEmpty {
            guard line.contains(UInt8(ascii: ":")) else { return nil }
        }
        var digits: [UInt8] = []
        var sum: [UInt8]?
        while let line = lines.popFirst().map(trimmed) {
            if let end = heading(line, "END") {
                guard end == label, let bytes = Base64.decode(digits), sum == nil || sum == checksum(of: bytes)
                else { return nil }
                return OpenPGPArmour(label: label, bytes: bytes)
            }
            guard sum == nil else { return nil }
            if line.count == 5, line.first == UInt8(ascii: "=") {
                guard let bytes = Base64.decode(line.dropFirst()) else { return nil }
                sum = bytes
            } else {
                digits += line
            }
        }
        return nil
    }

    /// "SIGNATURE" of "-----BEGIN PGP SIGNATURE-----"
    private static func heading(_ line: ArraySlice<UInt8>, _ word: String) -> String? {
        let head = Array("-----\(word) PGP ".utf8)
        let tail = Array("-----".utf8)
        let line = trimmed(line)
        guard line.count > head.count + tail.count, line.starts(with: head),
            line.suffix(tail.count).elementsEqual(tail)
        else { return nil }
        return String(decoding: line.dropFirst(head.count).dropLast(tail.count), as: UTF8.self)
    }

    /// Whether a line outside of the blocks is somebody's words, and neither armour that gpg would not know, as behind
    /// a colon or a space, nor bytes that are no text.
    private static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.allSatisfy({ $0 >= 0x20 || $0 == 0x09 || $0 == 0x0C || $0 == 0x0D }) else { return false }
        let text = String(decoding: line, as: UTF8.self)
        return !["BEGIN PGP", "END PGP", "-----B", "-----E"].contains { text.contains($0) }
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0D { line.removeLast() }
        return line
    }

    /// The CRC of 24 bits (RFC 4880, section 6.1).
    private static func checksum(of bytes: [UInt8]) -> [UInt8] {
        var sum: UInt32 = 0xB7_04CE
        for byte in bytes {
            sum ^= UInt32(byte) << 16
            for _ in 0..<8 {
                sum <<= 1
                if sum & 0x100_0000 != 0 { sum ^= 0x186_4CFB }
            }
        }
        return [sum >> 16, sum >> 8, sum].map { UInt8(truncatingIfNeeded: $0) }
    }
}
