/// A signature of ssh-keygen, as far as its envelope: what it was made for, and with which key. Whether it holds, only
/// ssh-keygen says. The format is PROTOCOL.sshsig of OpenSSH.
struct SSHSignature: Equatable, Sendable {
    /// "ssh-ed25519"; of a certificate "ssh-ed25519-cert-v01@openssh.com".
    let keyType: String
    /// The public key as it goes over the wire.
    let key: [UInt8]
    /// What it was made for: "git".
    let namespace: String

    /// How long its armour is at most; one with an RSA certificate has some 5 KB.
    static let bytesMax = 64 << 10
    private static let head = "-----BEGIN SSH SIGNATURE-----"
    private static let tail = "-----END SSH SIGNATURE-----"

    /// Whether a text says that it is one.
    static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("\(head)\n".utf8)) }

    /// Reads the armour; nil for anything that ssh-keygen would not write.
    init?(armoured bytes: [UInt8]) {
        guard bytes.count <= Self.bytesMax else { return nil }
        var lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard lines.count > 2, lines.removeFirst().elementsEqual(Self.head.utf8),
            lines.removeLast().elementsEqual(Self.tail.utf8), let blob = Base64.decode(Array(lines.joined()))
        else { return nil }
        self.init(blob: blob)
    }

    private init?(blob: [UInt8]) {
        var wire = SSHWire(blob)
        guard wire.takes(Array("SSHSIG".utf8)), wire.number() == 1, let key = wire.bytes(),
            let namespace = wire.text(), wire.bytes() != nil, let hash = wire.text(),
            hash == "sha256" || hash == "sha512", wire.bytes() != nil, wire.isAtEnd
        else { return nil }
        var inner = SSHWire(key)
        guard let type = inner.text(), PublicKeyLine.isType(type), type.utf8.count <= 64,
            type.utf8.allSatisfy(Self.isTypeByte)
        else {
            return nil
        }
        self.key = key
        self.namespace = namespace
        keyType = type
    }

    /// The key as a line of a file of public keys.
    var keyLine: String { "\(keyType) \(Base64.encode(key))\n" }

    /// Whether the key comes with an authority's certificate.
    var isCertificate: Bool { keyType.hasSuffix("-cert-v01@openssh.com") }

    private static func isTypeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "@"):
            true
        default: false
        }
    }
}

/// Numbers and strings as ssh sends them (RFC 4251); every length is checked against what is there.
private struct SSHWire {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func takes(_ bytes: [UInt8]) -> Bool {
        guard rest.starts(with: bytes) else { return false }
        rest.removeFirst(bytes.count)
        return true
    }

    mutating func number() -> Int? {
        guard rest.count >= 4 else { return nil }
        let value = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest.removeFirst(4)
        return value
    }

    mutating func bytes() -> [UInt8]? {
        guard let count = number(), count <= rest.count else { return nil }
        let bytes = Array(rest.prefix(count))
        rest.removeFirst(count)
        return bytes
    }

    /// Nil, too, where it is no UTF-8.
    mutating func text() -> String? { bytes().flatMap { String(validating: $0, as: UTF8.self) } }
}
