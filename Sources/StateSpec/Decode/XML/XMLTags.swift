/// A tag of an XML text.
struct XMLTag {
    enum Kind {
        case start, end, empty
    }

    let kind: Kind
    let name: String
    /// From `<` to behind `>`.
    let range: Range<Int>
}

/// The tags of a well-formed XML text in UTF-8, with their offsets, which libxml2's tree does not keep. Comments,
/// CDATA, processing instructions and attribute values are stepped over.
struct XMLTags: Sequence, IteratorProtocol {
    private let text: [UInt8]
    private var offset = 0

    init(_ text: [UInt8]) { self.text = text }

    mutating func next() -> XMLTag? {
        while let start = text[offset...].firstIndex(of: 0x3C) {
            if let end = stepOver(start) {
                offset = end
                continue
            }
            guard let close = closing(start) else { return nil }
            offset = close + 1
            let isEnd = text[start + 1] == 0x2F
            let isEmpty = text[close - 1] == 0x2F
            let name = text[(start + (isEnd ? 2 : 1))..<close].prefix { !Blanks.isBlank($0) && $0 != 0x2F }
            return XMLTag(
                kind: isEnd ? .end : isEmpty ? .empty : .start, name: String(decoding: name, as: UTF8.self),
                range: start..<offset)
        }
        offset = text.count
        return nil
    }

    /// The offset behind what begins like a tag and is none.
    private func stepOver(_ start: Int) -> Int? {
        let rest = text[start...]
        if rest.starts(with: "<!--".utf8) { return end(of: "-->", from: start + 4) }
        if rest.starts(with: "<![CDATA[".utf8) { return end(of: "]]>", from: start + 9) }
        if rest.starts(with: "<?".utf8) { return end(of: "?>", from: start + 2) }
        return nil
    }

    private func end(of mark: String, from start: Int) -> Int {
        var at = start
        while at < text.count {
            if text[at...].starts(with: mark.utf8) { return at + mark.utf8.count }
            at += 1
        }
        return text.count
    }

    /// The `>` of the tag, those inside quotes not counted.
    private func closing(_ start: Int) -> Int? {
        var quote: UInt8?
        for at in (start + 1)..<text.count {
            let byte = text[at]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == 0x22 || byte == 0x27 {
                quote = byte
            } else if byte == 0x3E {
                return at
            }
        }
        return nil
    }
}
