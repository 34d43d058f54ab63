/// A packet of OpenPGP (RFC 4880, section 4.2), as far as its header.
struct OpenPGPPacket: Equatable {
    /// What kind of packet it is.
    let tag: UInt8
    let body: ArraySlice<UInt8>
    /// The body with its header.
    let bytes: ArraySlice<UInt8>

    static let signature: UInt8 = 2
    static let publicKey: UInt8 = 6

    /// All packets, one behind the other; nil where that is not all there is. A packet of no length, or in parts, is
    /// none: neither keys nor signatures are written so, only what is compressed or very large.
    static func all(in bytes: some Collection<UInt8>) -> [OpenPGPPacket]? {
        var rest = Array(bytes)[...]
        var packets: [OpenPGPPacket] = []
        while !rest.isEmpty {
            guard let packet = OpenPGPPacket(takenFrom: &rest) else { return nil }
            packets.append(packet)
        }
        return packets
    }

    private init?(takenFrom rest: inout ArraySlice<UInt8>) {
        let whole = rest
        guard let head = rest.popFirst(), head & 0x80 != 0 else { return nil }
        let told: Int?
        if head & 0x40 != 0 {
            tag = head & 0x3F
            told = Self.newLength(&rest)
        } else {
            tag = (head >> 2) & 0x0F
            told = head & 3 == 3 ? nil : Self.number(&rest, count: 1 << Int(head & 3))
        }
        guard let length = told, length <= rest.count else { return nil }
        body = rest.prefix(length)
        rest.removeFirst(length)
        bytes = whole.prefix(whole.count - rest.count)
    }

    private static func newLength(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let first = rest.popFirst().map({ Int($0) }) else { return nil }
        switch first {
        case ..<192: return first
        case ..<224: return rest.popFirst().map { (first - 192) << 8 + Int($0) + 192 }
        case 255: return number(&rest, count: 4)
        default: return nil
        }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, count: Int) -> Int? {
        guard rest.count >= count else { return nil }
        let value = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
        rest.removeFirst(count)
        return value
    }

    /// Whether it is a signature that revokes a primary key.
    var isRevocation: Bool {
        guard tag == Self.signature, let version = body.first else { return false }
        // The old version has the length of what follows before the type.
        return body.dropFirst(version < 4 ? 2 : 1).first == 0x20
    }
}

/// What a commit may bear of OpenPGP: one signature in one armour, plain.
enum OpenPGPSignature {
    /// Whether gpg is asked about it at all. What is compressed, or more than one, keeps gpg busy for as long as
    /// whoever may not sign likes.
    static func isOne(_ bytes: [UInt8]) -> Bool {
        guard OpenPGPStatus.isSignature(bytes), let blocks = OpenPGPArmour.blocks(in: bytes), blocks.count == 1,
            blocks[0].label == "SIGNATURE", let packets = OpenPGPPacket.all(in: blocks[0].bytes)
        else { return false }
        return packets.count == 1 && packets[0].tag == OpenPGPPacket.signature
    }
}
