/// The public half of a key of ssh.
public struct PublicKey: Equatable, Sendable {
    /// Type and key, which are what makes it the same key.
    public struct Identity: Hashable, Sendable {
        /// `ssh-ed25519`…
        public let type: String
        /// Base64.
        public let blob: String
    }

    /// What makes it the same key.
    public let identity: Identity
    /// What people wrote beside it: hostile text.
    public let comment: String

    /// A key; nil for what is none: a line is pasted into a shell only when it is made of letters of a key.
    public init?(type: String, blob: String, comment: String = "") {
        guard Self.isType(type), Self.isBlob(blob) else { return nil }
        identity = Identity(type: type, blob: blob)
        self.comment = String(comment.unicodeScalars.prefix(Self.commentMax))
    }

    /// An RSA key of 16,384 bits has 2.8 KB of Base64.
    private static let blobMax = 8_192
    private static let commentMax = 200

    /// Types as OpenSSH has them; certificates are none.
    public static func isType(_ text: some StringProtocol) -> Bool {
        let isKnown = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].contains { text.hasPrefix($0) }
        return isKnown && text.utf8.count <= 64 && !text.contains("-cert-")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    private static func isBlob(_ text: String) -> Bool {
        (16...blobMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                    true
                default: false
                }
            }
    }
}

extension PublicKey: Codable {
    /// Reads `TYPE BLOB COMMENT`. A saved scan may have been edited: what is no key is refused.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let words = try container.decode(String.self).split(separator: " ", maxSplits: 2)
        guard words.count >= 2,
            let key = PublicKey(
                type: String(words[0]), blob: String(words[1]), comment: words.count > 2 ? String(words[2]) : "")
        else { throw DecodingError.dataCorruptedError(in: container, debugDescription: "this is no public key") }
        self = key
    }

    /// Writes `TYPE BLOB COMMENT`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("\(identity.type) \(identity.blob)" + (comment.isEmpty ? "" : " \(comment)"))
    }
}
