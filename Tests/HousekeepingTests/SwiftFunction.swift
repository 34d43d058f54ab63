/// A function in Swift source, as far as these rules look at it.
struct SwiftFunction {
    let name: String
    /// Its line, from 1.
    let line: Int
    /// Whether `@Test` stands before it.
    let isTest: Bool
    /// What stands between its braces, without comments and strings.
    let body: String

    /// All functions with a body, nested ones included.
    static func all(in code: SwiftCode) -> [SwiftFunction] {
        let bytes = Array(code.text.utf8)
        let keyword = Array("func ".utf8)
        var functions: [SwiftFunction] = []
        var line = 1
        // Where the declaration before this one ended: an attribute behind it belongs to this one.
        var boundary = 0
        var parentheses = 0
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            if bytes[index] == UInt8(ascii: "(") { parentheses += 1 }
            if bytes[index] == UInt8(ascii: ")") { parentheses -= 1 }
            // A closure among an attribute's arguments ends nothing.
            if bytes[index] == UInt8(ascii: "}"), parentheses == 0 { boundary = index }
            guard bytes[index...].starts(with: keyword), index == 0 || isSpace(bytes[index - 1]) else { continue }
            let name = bytes[(index + keyword.count)...].prefix { isName($0) }
            guard let body = body(bytes, from: index + keyword.count + name.count) else { continue }
            let before = String(decoding: bytes[boundary..<index], as: UTF8.self)
            functions.append(
                SwiftFunction(
                    name: String(decoding: name, as: UTF8.self), line: line, isTest: before.contains("@Test"),
                    body: String(decoding: bytes[body], as: UTF8.self)))
            boundary = body.lowerBound
        }
        return functions
    }

    /// From the brace that opens the body to the one that closes it. Braces inside the parameters are not the body's.
    private static func body(_ bytes: [UInt8], from start: Int) -> Range<Int>? {
        var parentheses = 0
        var braces = 0
        var opened: Int?
        for index in start..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "("): parentheses += 1
            case UInt8(ascii: ")"): parentheses -= 1
            case UInt8(ascii: "{") where opened != nil || parentheses == 0:
                if opened == nil { opened = index + 1 }
                braces += 1
            case UInt8(ascii: "}") where opened != nil:
                braces -= 1
                if braces == 0 { return opened.map { $0..<index } }
            default: break
            }
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A }

    private static func isName(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
            || byte >= 0x80
    }
}
