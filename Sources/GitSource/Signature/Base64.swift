internal import FoundationEssentials

/// Base64, as armour and key files have it.
enum Base64 {
    /// Nil unless every byte belongs to it.
    static func decode(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        Data(base64Encoded: Data(bytes)).map { Array($0) }
    }

    static func encode(_ bytes: some Collection<UInt8>) -> String { Data(bytes).base64EncodedString() }
}
