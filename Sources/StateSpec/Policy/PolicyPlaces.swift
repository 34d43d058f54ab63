/// Where the elements of an XML text begin, which libxml2's tree tells by lines only, and only up to 65,535.
struct PolicyPlaces {
    private var marks: [Int: YAMLMark] = [:]

    /// - Parameter elements: numbers of elements in the order of the text, from 1.
    init(of elements: [Int], in text: [UInt8]) {
        let wanted = Set(elements)
        var count = 0
        var position = (offset: 0, line: 1, column: 1)
        for tag in XMLTags(text) where tag.kind != .end {
            count += 1
            guard wanted.contains(count) else { continue }
            for byte in text[position.offset..<tag.range.lowerBound] {
                if byte == 0x0A {
                    position = (0, position.line + 1, 1)
                } else if byte & 0xC0 != 0x80 {
                    position.column += 1
                }
            }
            position.offset = tag.range.lowerBound
            marks[count] = YAMLMark(line: position.line, column: position.column)
            if marks.count == wanted.count { break }
        }
    }

    subscript(element: Int) -> YAMLMark? { marks[element] }
}
