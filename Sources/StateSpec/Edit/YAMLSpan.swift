import CLibyaml

/// Where a value and all that it holds stand in a text, in bytes.
struct YAMLSpan {
    /// What it is.
    indirect enum Content {
        case scalar
        case sequence([YAMLSpan])
        case mapping([(key: String, span: YAMLSpan)])
    }

    /// Its first byte; of a block collection, that of its first item's value or key.
    let start: Int
    /// The byte after it; of a block collection, after the last thing that it holds.
    let end: Int
    /// Whether it is a collection in brackets or braces.
    let isFlow: Bool
    let content: Content

    /// The items of a list; nil for what is none.
    var items: [YAMLSpan]? { if case .sequence(let items) = content { items } else { nil } }

    /// The value of a key; nil for what is no mapping, or lacks it.
    subscript(key: String) -> YAMLSpan? {
        if case .mapping(let entries) = content { entries.first { $0.key == key }?.span } else { nil }
    }

    /// The spans of a text that `YAMLReader` has read without any problem; nil for one without a value.
    static func read(_ text: [UInt8]) throws(YAMLProblem) -> YAMLSpan? {
        let skipped = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        // libyaml counts characters.
        var builder = Builder(
            offsets: text.indices.dropFirst(skipped).filter { text[$0] & 0xC0 != 0x80 } + [text.count])
        var problem: YAMLProblem?
        text.withUnsafeBufferPointer { buffer in
            do throws(YAMLProblem) {
                try builder.walk(UnsafeBufferPointer(rebasing: buffer.dropFirst(skipped)))
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        return builder.root
    }

    /// A collection that is being read.
    private struct Open {
        let start: Int
        let isFlow: Bool
        let isMapping: Bool
        var keys: [String] = []
        var values: [YAMLSpan] = []
    }

    private struct Builder {
        let offsets: [Int]
        var root: YAMLSpan?
        private var open: [Open] = []
        /// The end of the last thing that stands in the text itself: a block collection has no end of its own.
        private var end = 0

        init(offsets: [Int]) { self.offsets = offsets }

        mutating func walk(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLProblem) {
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
                let scalar = event.data.scalar
                let text = String(
                    decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
                // A value that is left out stands nowhere.
                let scalarEnd = offset(event.end_mark)
                if scalarEnd > start { end = scalarEnd }
                add(YAMLSpan(start: start, end: scalarEnd, isFlow: false, content: .scalar), key: text)
            case YAML_MAPPING_START_EVENT:
                let isFlow = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                open.append(Open(start: start, isFlow: isFlow, isMapping: true))
            case YAML_SEQUENCE_START_EVENT:
                let isFlow = event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
                open.append(Open(start: start, isFlow: isFlow, isMapping: false))
            case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
                guard let done = open.popLast() else { return }
                if done.isFlow { end = offset(event.end_mark) }
                let content: Content =
                    done.isMapping
                    ? .mapping(zip(done.keys, done.values).map { (key: $0, span: $1) }) : .sequence(done.values)
                add(YAMLSpan(start: done.start, end: end, isFlow: done.isFlow, content: content), key: nil)
            default: break
            }
        }

        /// A value, or the key of one.
        private mutating func add(_ span: YAMLSpan, key: String?) {
            guard let last = open.indices.last else {
                root = span
                return
            }
            if open[last].isMapping, open[last].keys.count == open[last].values.count, let key {
                open[last].keys.append(key)
            } else {
                open[last].values.append(span)
            }
        }

        private func offset(_ mark: yaml_mark_t) -> Int { offsets[min(mark.index, offsets.count - 1)] }
    }
}
