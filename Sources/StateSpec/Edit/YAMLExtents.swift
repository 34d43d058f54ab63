import CLibyaml

/// Where the entries of a document's own mapping stand in the text, in bytes.
struct YAMLExtents {
    /// One key with its value, without what stands behind them on the line.
    struct Entry {
        let key: String
        /// The first byte of the key.
        let start: Int
        /// How far the key is indented, in characters.
        let column: Int
        /// The first byte of a single value; nil for a list or a mapping.
        let scalarStart: Int?
        /// The byte after the value.
        let end: Int
        /// The last word of a list of words; nil for any other value.
        let lastItem: Item?
    }

    /// A word of a list.
    struct Item {
        let start: Int
        let end: Int
        /// Whether the list is written in brackets.
        let isFlow: Bool
    }

    /// In the order of the text.
    private(set) var entries: [Entry] = []
    /// Whether the mapping is written in braces.
    private(set) var isFlow = false
    /// Where a mapping that is written in braces stands, with them.
    private(set) var braces = 0..<0
    /// Where each character begins, and the text's end: libyaml counts characters.
    private let offsets: [Int]
    /// The collections that are open, the document's mapping first: whether each is written in brackets or braces.
    private var open: [Bool] = []
    private var key: (text: String, start: Int, column: Int)?
    private var lastItem: Item?
    private var isInList = false
    /// The end of the last thing that stands in the text itself: a block collection has no end of its own.
    private var end = 0

    /// The extents in a text that `YAMLReader` has read without any problem.
    init(_ text: [UInt8]) throws(YAMLProblem) {
        let skipped = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        offsets = text.indices.dropFirst(skipped).filter { text[$0] & 0xC0 != 0x80 } + [text.count]
        var problem: YAMLProblem?
        text.withUnsafeBufferPointer { buffer in
            do throws(YAMLProblem) {
                try walk(UnsafeBufferPointer(rebasing: buffer.dropFirst(skipped)))
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
    }

    private mutating func walk(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLProblem) {
        guard let events = YAMLEvents(text) else {
            throw YAMLProblem("yaml-syntax", YAMLMark(line: 1, column: 1), "libyaml has no memory left")
        }
        var isAtEnd = false
        while !isAtEnd {
            isAtEnd = try events.next { event in
                take(event)
                return event.type == YAML_STREAM_END_EVENT
            }
        }
    }

    private mutating func take(_ event: borrowing yaml_event_t) {
        let start = offset(event.start_mark)
        switch event.type {
        case YAML_SCALAR_EVENT:
            end = offset(event.end_mark)
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            if open.count == 1, key == nil {
                key = (text, start, event.start_mark.column)
            } else {
                if open.count == 2, isInList { lastItem = Item(start: start, end: end, isFlow: open[1]) }
                closeEntry(scalarStart: start)
            }
        case YAML_MAPPING_START_EVENT:
            (isInList, lastItem) = (false, nil)
            begin(event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE, at: start)
        case YAML_SEQUENCE_START_EVENT:
            // A list in a list is none of words.
            (isInList, lastItem) = (open.count == 1, nil)
            begin(event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE, at: start)
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
            let wasFlow = open.popLast() ?? false
            if wasFlow { end = offset(event.end_mark) }
            if open.isEmpty { braces = wasFlow ? braces.lowerBound..<end : 0..<0 } else { closeEntry() }
        default: break
        }
    }

    private mutating func begin(_ isFlow: Bool, at start: Int) {
        if open.isEmpty {
            self.isFlow = isFlow
            braces = start..<start
        }
        open.append(isFlow)
    }

    /// Ends the entry whose value has just ended, if that was one of the document's own mapping.
    private mutating func closeEntry(scalarStart: Int? = nil) {
        guard open.count == 1, let key else { return }
        entries.append(
            Entry(
                key: key.text, start: key.start, column: key.column, scalarStart: scalarStart, end: end,
                lastItem: scalarStart == nil ? lastItem : nil))
        self.key = nil
        (isInList, lastItem) = (false, nil)
    }

    private func offset(_ mark: yaml_mark_t) -> Int { offsets[min(mark.index, offsets.count - 1)] }
}
