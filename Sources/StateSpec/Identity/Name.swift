/// What one kind of name is called and which further rules it has beyond the common grammar.
public protocol NameKind: Sendable {
    /// The kind as people call it in messages: "node name".
    static var title: String { get }
    /// Why `text`, which fits the common grammar, is refused all the same; nil if it is fine.
    static func objection(to text: String) -> String?
}

extension NameKind {
    /// No rule beyond the common grammar.
    public static func objection(to text: String) -> String? { nil }
}

/// A name that was checked once, at the door: ASCII letters, digits, `.`, `_`, `-`, at most 63 bytes,
/// beginning with a letter or digit.
///
/// The grammar is far narrower than libvirt's, which takes blanks, quotes, escape sequences and `$(…)`.
public struct Name<Kind: NameKind>: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name as written.
    public let text: String

    /// Fails with the reason when `text` is no name of this kind.
    public init(_ text: String) throws(NameError) {
        if let objection = NameGrammar.objection(to: text) ?? Kind.objection(to: text) {
            throw NameError(title: Kind.title, text: text, objection: objection)
        }
        self.text = text
    }

    /// The name itself.
    public var description: String { text }

    /// Byte order, so that it is the same on every machine. For ASCII that is the order of strings, which is compared
    /// by blocks of memory.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension Name: Codable, CodingKeyRepresentable {
    /// Reads a single string; a string that is no name is `dataCorrupted`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            self = try Name(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    /// Writes a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// The name as a key of a keyed container.
    public var codingKey: any CodingKey { NameKey(stringValue: text) }

    /// Reads a name from a key of a keyed container.
    public init?<T: CodingKey>(codingKey: T) {
        guard let name = try? Name(codingKey.stringValue) else { return nil }
        self = name
    }
}

/// Any string as a coding key.
private struct NameKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// A text that is no name, and why.
public struct NameError: Error, Equatable, CustomStringConvertible {
    /// What kind of name was expected.
    public let title: String
    /// The refused text, unescaped.
    public let text: String
    /// Why it was refused.
    public let objection: String

    /// One line, safe to print.
    public var description: String { "\(Escaped(text)) is no \(title): \(objection)" }
}

/// The common grammar of all names.
enum NameGrammar {
    static let bytesMax = 63

    static func objection(to text: String) -> String? {
        let bytes = text.utf8
        guard let first = bytes.first else { return "it is empty" }
        if bytes.count > bytesMax { return "it is longer than \(bytesMax) bytes" }
        if !isAlphanumeric(first) { return "it must begin with a letter or a digit" }
        if !bytes.allSatisfy({ isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }) {
            return "only ASCII letters, digits, '.', '_' and '-' may stand in it"
        }
        return nil
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
