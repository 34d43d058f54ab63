/// The controller's list of keys of OpenPGP, taken apart for gpg, which would drop a revocation that does not stand
/// behind its own key, and say nothing.
struct OpenPGPList: Equatable {
    /// Keys with all that belongs to them.
    private(set) var keys: [UInt8] = []
    /// Revocations that stand elsewhere than in their key, as gpg writes them into files of their own.
    private(set) var revocations: [UInt8] = []
    private(set) var revocationCount = 0

    /// Primary keys and subkeys, names and pictures, signatures, words of trust and markers.
    private static let tags: Set<UInt8> = [2, 6, 10, 12, 13, 14, 17]
    private static let label = "PUBLIC KEY BLOCK"

    /// Reads a file of keys, armoured or not; nil where any part of it cannot be told. One without a key is empty.
    init?(_ file: [UInt8]) {
        let blocks = OpenPGPArmour.blocks(in: file)
        if let blocks, !blocks.isEmpty {
            for block in blocks {
                guard block.label == Self.label, take(block.bytes) else { return nil }
            }
            return
        }
        // Every packet begins with this bit, and no word of English does.
        if let first = file.first, first & 0x80 != 0 {
            guard take(file) else { return nil }
        } else if blocks == nil {
            return nil
        }
    }

    private mutating func take(_ bytes: [UInt8]) -> Bool {
        guard let packets = OpenPGPPacket.all(in: bytes), !packets.isEmpty else { return false }
        var hasKey = false
        // Whether nothing but signatures stands between the last key and here: then they are signatures of that key.
        var isBehindKey = false
        for packet in packets {
            guard isBehindKey || !packet.isRevocation else {
                revocations += packet.bytes
                revocationCount += 1
                continue
            }
            if packet.tag == OpenPGPPacket.publicKey {
                hasKey = true
                isBehindKey = true
            } else if packet.tag != OpenPGPPacket.signature {
                isBehindKey = false
            }
            guard hasKey, Self.tags.contains(packet.tag) else { return false }
            keys += packet.bytes
        }
        return true
    }
}
