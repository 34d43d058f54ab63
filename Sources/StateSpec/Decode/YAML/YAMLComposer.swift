import CLibyaml

/// Makes a tree of values out of events, and notes what the strict subset of YAML does not have.
struct YAMLComposer {
    static let emptyFile = YAMLProblem(
        "empty-file", YAMLMark(line: 1, column: 1), "the file holds no value", hint: "remove it or write one key")

    private(set) var problems: [YAMLProblem] = []
    private let limits: YAMLLimits
    private var nodes = 0

    init(limits: YAMLLimits) { self.limits = limits }

    /// The one document of the text; nil when it could not be read to its end.
    mutating func document(_ events: borrowing YAMLEvents) -> YAMLNode? {
        do throws(YAMLProblem) {
            var root: YAMLNode?
            while let step = try step(events) {
                guard case .document(let mark) = step else { continue }
                if root != nil {
                    throw YAMLProblem(
                        "several-documents", mark, "a second document begins here", hint: "one file is one object")
                }
                root = try value(events, depth: 0)
            }
            guard let root else { throw Self.emptyFile }
            // `---` alone is an empty document, and as empty as an empty file.
            if root.content == .plain("") { throw Self.emptyFile }
            return root
        } catch {
            problems.append(error)
            return nil
        }
    }

    private enum Step {
        case document(YAMLMark)
        case other
    }

    /// The next event outside of documents; nil at the end.
    private mutating func step(_ events: borrowing YAMLEvents) throws(YAMLProblem) -> Step? {
        var directive: YAMLMark?
        let step: Step? = try events.next { event in
            if event.type == YAML_STREAM_END_EVENT { return nil }
            guard event.type == YAML_DOCUMENT_START_EVENT else { return .other }
            let start = event.data.document_start
            if start.version_directive != nil || start.tag_directives.start != start.tag_directives.end {
                directive = YAMLMark(event.start_mark)
            }
            return .document(YAMLMark(event.start_mark))
        }
        if let directive { try note(YAMLProblem("directive", directive, "YAML directives are not read")) }
        return step
    }

    private enum Token {
        case scalar(YAMLNode.Content)
        case sequence
        case mapping
        case alias
        case end
    }

    /// The value that begins with the next event; nil when that ends the collection around it.
    private mutating func value(_ events: borrowing YAMLEvents, depth: Int) throws(YAMLProblem) -> YAMLNode? {
        var mark = YAMLMark(line: 1, column: 1)
        var hasAnchor = false
        var hasTag = false
        let token: Token = try events.next { event in
            mark = YAMLMark(event.start_mark)
            switch event.type {
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                hasAnchor = scalar.anchor != nil
                hasTag = scalar.tag != nil
                let text = String(
                    decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
                return .scalar(scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain(text) : .quoted(text))
            case YAML_SEQUENCE_START_EVENT:
                hasAnchor = event.data.sequence_start.anchor != nil
                hasTag = event.data.sequence_start.tag != nil
                return .sequence
            case YAML_MAPPING_START_EVENT:
                hasAnchor = event.data.mapping_start.anchor != nil
                hasTag = event.data.mapping_start.tag != nil
                return .mapping
            case YAML_ALIAS_EVENT: return .alias
            default: return .end
            }
        }
        if case .end = token { return nil }
        nodes += 1
        if nodes > limits.nodesMax {
            throw YAMLProblem("too-many-values", mark, "more than \(limits.nodesMax) values stand in one file")
        }
        if hasAnchor { try note(YAMLProblem("anchor", mark, "anchors are not read", hint: "write the value out")) }
        if hasTag { try note(YAMLProblem("tag", mark, "tags are not read", hint: "remove what begins with '!'")) }
        switch token {
        case .scalar(let content):
            if case .plain(let text) = content { try checkControl(text, mark) }
            if case .quoted(let text) = content { try checkControl(text, mark) }
            return YAMLNode(content, mark: mark)
        case .alias, .end:
            try note(YAMLProblem("alias", mark, "aliases are not read", hint: "write the value out"))
            return YAMLNode(.refused, mark: mark)
        case .sequence, .mapping:
            if depth >= limits.depthMax {
                throw YAMLProblem("too-deep", mark, "values are nested deeper than \(limits.depthMax)")
            }
            if case .sequence = token { return try sequence(events, mark, depth: depth + 1) }
            return try mapping(events, mark, depth: depth + 1)
        }
    }

    private mutating func sequence(
        _ events: borrowing YAMLEvents, _ mark: YAMLMark, depth: Int
    ) throws(YAMLProblem) -> YAMLNode {
        var items: [YAMLNode] = []
        while let item = try value(events, depth: depth) { items.append(item) }
        return YAMLNode(.sequence(items), mark: mark)
    }

    private mutating func mapping(
        _ events: borrowing YAMLEvents, _ mark: YAMLMark, depth: Int
    ) throws(YAMLProblem) -> YAMLNode {
        var entries: [YAMLEntry] = []
        // A set only where a linear search would be slow: a mapping of thousands of keys.
        var seen: Set<String> = []
        while let key = try value(events, depth: depth) {
            guard let value = try value(events, depth: depth) else { break }
            guard let text = key.text else {
                if key.content != .refused {
                    try note(YAMLProblem("complex-key", key.mark, "a key must be a single value, not \(key.title)"))
                }
                continue
            }
            guard try admits(key, text) else { continue }
            var isTwin = true
            if entries.count >= 32 {
                if seen.isEmpty { seen = Set(entries.map(\.key)) }
                isTwin = !seen.insert(text).inserted
            }
            // Bytes, because Swift takes two spellings of one letter for equal strings.
            if isTwin, entries.contains(where: { $0.key.utf8.elementsEqual(text.utf8) }) {
                try note(
                    YAMLProblem(
                        "duplicate-key", key.mark, "the key \(Escaped(text)) stands twice",
                        hint: "keep one of them"))
                continue
            }
            entries.append(YAMLEntry(key: text, mark: key.mark, value: value))
        }
        return YAMLNode(.mapping(entries), mark: mark)
    }

    /// Whether `key` may be a key at all.
    private mutating func admits(_ key: YAMLNode, _ text: String) throws(YAMLProblem) -> Bool {
        if key.content == .plain("<<") {
            try note(YAMLProblem("merge-key", key.mark, "merge keys are not read", hint: "write the keys out"))
            return false
        }
        if limits.demandsASCIIKeys, !text.utf8.allSatisfy({ $0 < 0x80 }) {
            try note(YAMLProblem("non-ascii-key", key.mark, "the key \(Escaped(text)) is not plain ASCII"))
            return false
        }
        return true
    }

    /// Escapes such as `"\0"` bring what may not stand in the text itself.
    private mutating func checkControl(_ text: String, _ mark: YAMLMark) throws(YAMLProblem) {
        if limits.demandsASCIIKeys, text.utf8.contains(where: { ($0 < 0x20 && $0 != 0x0A && $0 != 0x09) || $0 == 0x7F })
        {
            try note(YAMLProblem("control-character", mark, "a control character stands in \(Escaped(text))"))
        }
    }

    private mutating func note(_ problem: YAMLProblem) throws(YAMLProblem) {
        if problems.count + 1 >= limits.problemsMax { throw problem }
        problems.append(problem)
    }
}
