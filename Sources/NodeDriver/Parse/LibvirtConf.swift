internal import StateSpec

/// A configuration file of libvirt: lines of `name = value`, where a value is a number, a text in quotes or a list.
struct LibvirtConf {
    /// A value.
    enum Value: Equatable {
        case number(Int64)
        case text(String)
        /// A list, of which havirt reads none.
        case list
    }

    /// libvirt's own limit is 10 MiB; the largest file that is shipped has 40 KiB, nearly all of it comments.
    static let bytesMax = 64 << 10

    private(set) var values: [String: Value] = [:]

    /// Fails at what libvirt would not understand either. Of a name that stands twice the first value counts, as there.
    init(_ bytes: ArraySlice<UInt8>) throws(Unreadable) {
        guard bytes.count <= Self.bytesMax else { throw Unreadable("a configuration has more than 64 KiB") }
        var scanner = Scanner(rest: bytes)
        while scanner.nextLine() {
            let name = try scanner.name()
            let value = try scanner.value()
            try scanner.endLine()
            if values[name] == nil { values[name] = value }
        }
    }

    /// The text of a name; nil if it is absent or empty.
    func text(_ name: String) throws(Unreadable) -> String? {
        switch values[name] {
        case .text(let text)?: return text.isEmpty ? nil : text
        case .number?, .list?: throw Unreadable("'\(name)' is no text")
        case nil: return nil
        }
    }

    /// The number of a name; nil if it is absent.
    func number(_ name: String) throws(Unreadable) -> Int64? {
        switch values[name] {
        case .number(let number)?: return number
        case .text?, .list?: throw Unreadable("'\(name)' is no number")
        case nil: return nil
        }
    }
}

/// Where the reading of a configuration stands.
private struct Scanner {
    var rest: ArraySlice<UInt8>
    private var line = 1

    init(rest: ArraySlice<UInt8>) { self.rest = rest }

    /// Passes over blanks, empty lines and comments; false at the end.
    mutating func nextLine() -> Bool {
        skipBlankLines()
        return !rest.isEmpty
    }

    mutating func name() throws(Unreadable) -> String {
        let name = rest.prefix {
            Self.isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
        }
        guard let first = name.first, Self.isLetter(first) else { throw unreadable("no name") }
        rest = rest.dropFirst(name.count)
        skipBlanks()
        guard rest.first == UInt8(ascii: "=") else { throw unreadable("no '='") }
        rest = rest.dropFirst()
        skipBlanks()
        return String(decoding: name, as: UTF8.self)
    }

    mutating func value() throws(Unreadable) -> LibvirtConf.Value {
        switch rest.first {
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try text())
        default: return .number(try number())
        }
    }

    mutating func endLine() throws(Unreadable) {
        skipBlanks()
        guard rest.first == 0x0A || rest.first == 0x0D || rest.first == UInt8(ascii: "#") || rest.isEmpty else {
            throw unreadable("more after the value")
        }
    }

    /// A list holds no lists, so this is no recursion that a file could make deep.
    private mutating func list() throws(Unreadable) -> LibvirtConf.Value {
        rest = rest.dropFirst()
        skipBlankLines()
        while rest.first != UInt8(ascii: "]") {
            if rest.first == UInt8(ascii: "[") { throw unreadable("a list in a list") }
            _ = try value()
            skipBlankLines()
            guard rest.first == UInt8(ascii: ",") || rest.first == UInt8(ascii: "]") else {
                throw unreadable("no end of a list")
            }
            if rest.first == UInt8(ascii: ",") { rest = rest.dropFirst() }
            skipBlankLines()
        }
        rest = rest.dropFirst()
        return .list
    }

    private mutating func text() throws(Unreadable) -> String {
        let quote = rest.prefix(3).elementsEqual("\"\"\"".utf8) ? Array("\"\"\"".utf8) : Array(rest.prefix(1))
        rest = rest.dropFirst(quote.count)
        guard let end = ByteText.find(quote, in: rest) else { throw unreadable("no end of a text") }
        let text = rest[..<end]
        guard quote.count == 3 || !text.contains(0x0A) else { throw unreadable("a text goes over its line") }
        line += text.count { $0 == 0x0A }
        rest = rest[end...].dropFirst(quote.count)
        return ByteText.string(text)
    }

    private mutating func number() throws(Unreadable) -> Int64 {
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard let number = ByteText.number(digits) else { throw unreadable("no value") }
        rest = rest.dropFirst(digits.count)
        return isNegative ? -number : number
    }

    private mutating func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }

    private mutating func skipBlankLines() {
        while let byte = rest.first {
            switch byte {
            case 0x20, 0x09, 0x0D: rest = rest.dropFirst()
            case 0x0A:
                rest = rest.dropFirst()
                line += 1
            case UInt8(ascii: "#"): rest = rest.drop { $0 != 0x0A }
            default: return
            }
        }
    }

    private func unreadable(_ what: String) -> Unreadable { Unreadable("\(what) in line \(line)") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
