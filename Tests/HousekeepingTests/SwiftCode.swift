import Foundation

/// Swift text with all comments and the insides of all strings blanked, line for line, so that a word in it is code.
struct SwiftCode {
    /// As many lines as the source has.
    let text: String

    init(_ source: String) {
        var scanner = Scanner(bytes: Array(source.utf8))
        scanner.code(until: nil)
        text = String(decoding: scanner.bytes, as: UTF8.self)
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// Whether `word` occurs where no letter, digit or underscore precedes it.
    func contains(_ word: String) -> Bool {
        var rest = text[...]
        while let range = rest.range(of: word) {
            let before = range.lowerBound == text.startIndex ? " " : text[text.index(before: range.lowerBound)]
            let isInside = before.isLetter || before.isNumber || before == "_"
            if !isInside || word.first == "." { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }
}

/// Goes through Swift source and blanks what is no code.
private struct Scanner {
    var bytes: [UInt8]
    var index = 0

    private func starts(_ text: StaticString) -> Bool {
        let end = index + text.utf8CodeUnitCount
        return text.withUTF8Buffer { end <= bytes.count && bytes[index..<end].elementsEqual($0) }
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            if bytes[index] != UInt8(ascii: "\n") { bytes[index] = UInt8(ascii: " ") }
            index += 1
        }
    }

    /// Code up to the end, or up to the parenthesis that ends an interpolation.
    mutating func code(until end: UInt8?) {
        var depth = 0
        while index < bytes.count {
            if starts("//") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank() }
            } else if starts("/*") {
                comment()
            } else if let hashes = stringStart() {
                string(hashes: hashes)
            } else {
                if bytes[index] == UInt8(ascii: "(") { depth += 1 }
                if bytes[index] == UInt8(ascii: ")") {
                    if depth == 0, end != nil { return }
                    depth -= 1
                }
                index += 1
            }
        }
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                blank(2)
            } else if starts("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && index < bytes.count
    }

    /// How many `#` stand before the quote; nil where no string begins.
    private func stringStart() -> Int? {
        var hashes = 0
        while index + hashes < bytes.count, bytes[index + hashes] == UInt8(ascii: "#") { hashes += 1 }
        guard index + hashes < bytes.count, bytes[index + hashes] == UInt8(ascii: "\"") else { return nil }
        return hashes
    }

    private mutating func string(hashes: Int) {
        index += hashes
        let quotes = starts("\"\"\"") ? 3 : 1
        index += quotes
        while index < bytes.count {
            if ends(quotes, hashes) {
                index += quotes + hashes
                return
            }
            if bytes[index] == UInt8(ascii: "\n"), quotes == 1 { return }
            guard bytes[index] == UInt8(ascii: "\\"), follow(index + 1, UInt8(ascii: "#"), hashes) else {
                blank()
                continue
            }
            let isInterpolation = follow(index + 1 + hashes, UInt8(ascii: "("), 1)
            blank(hashes + 1)
            if isInterpolation {
                index += 1
                code(until: UInt8(ascii: ")"))
            } else {
                blank()
            }
        }
    }

    private func ends(_ quotes: Int, _ hashes: Int) -> Bool {
        follow(index, UInt8(ascii: "\""), quotes) && follow(index + quotes, UInt8(ascii: "#"), hashes)
    }

    private func follow(_ start: Int, _ byte: UInt8, _ count: Int) -> Bool {
        start + count <= bytes.count && bytes[start..<start + count].allSatisfy { $0 == byte }
    }
}
