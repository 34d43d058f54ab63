internal import Glibc
internal import StateSpec

/// Reading of text as bytes: Swift's `Character` sees "\r\n" as one and would swallow a line of a hostile name.
enum ByteText {
    static let newline = UInt8(ascii: "\n")

    /// The lines, each without its newline. Every line must be ended by one.
    static func lines(_ text: ArraySlice<UInt8>) throws(Unreadable) -> [ArraySlice<UInt8>] {
        guard let last = text.last else { return [] }
        guard last == newline else { throw Unreadable("a line without its end") }
        return text.dropLast().split(separator: newline, omittingEmptySubsequences: false)
    }

    /// The lines but for blank ones, with which virsh likes to end.
    static func filledLines(_ text: ArraySlice<UInt8>) throws(Unreadable) -> [ArraySlice<UInt8>] {
        try lines(text).filter { !$0.isEmpty }
    }

    /// Digits only, at most 18 of them: neither sign nor blank.
    static func number(_ text: ArraySlice<UInt8>) -> Int64? {
        guard !text.isEmpty, text.count <= 18 else { return nil }
        var value: Int64 = 0
        for byte in text {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    /// Without blanks at both ends.
    static func trim(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }

    /// Where `needle` begins in `text`.
    static func find(_ needle: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        guard let first = needle.first else { return nil }
        return text.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var from = 0
            while let found = memchr(base + from, Int32(first), bytes.count - from) {
                let start = base.distance(to: UnsafeRawPointer(found))
                guard bytes.count - start >= needle.count else { return nil }
                if memcmp(found, needle, needle.count) == 0 { return text.startIndex + start }
                from = start + 1
            }
            return nil
        }
    }

    /// Text where it is UTF-8. Other bytes are kept as `\xff`, so that two names stay two.
    static func string(_ text: ArraySlice<UInt8>) -> String {
        if let valid = String(validating: text, as: UTF8.self) { return valid }
        var shown = ""
        for byte in text {
            if byte < 0x80 {
                shown.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                shown += "\\x" + String(byte, radix: 16)
            }
        }
        return shown
    }

    /// Text that a node sent, as one bounded line that is safe to print.
    static func excerpt(_ text: some Sequence<UInt8>, linesMax: Int = 4) -> String {
        // ssh ends its own lines with a carriage return as well.
        let whole = ArraySlice(text.filter { $0 != 0x0D })
        let lines = whole.split(separator: newline).map { trim($0[...]) }.filter { !$0.isEmpty }
        let shown = lines.prefix(linesMax).map { Escaped(string($0), charactersMax: 160).bare }
        return shown.joined(separator: "; ") + (lines.count > linesMax ? "; …" : "")
    }

    /// A uuid that fills the text.
    static func uuid(_ text: ArraySlice<UInt8>) -> DomainUUID? {
        DomainUUID(utf8: text)
    }
}
