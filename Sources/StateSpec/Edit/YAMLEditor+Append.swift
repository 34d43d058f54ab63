extension YAMLEditor {
    /// The text with a word more in the list of `key`, behind the last one and written like it: in brackets on its line,
    /// else on a line of its own. What is no list of words with one word at least is set anew, with all of them.
    ///
    /// - Parameter words: the whole new list.
    public static func append(_ words: [String], to key: String, in text: [UInt8]) throws(YAMLEditError) -> [UInt8] {
        let value = YAMLValue.sequence(words.map { .string($0) })
        guard let before = try entries(of: text), let new = words.last,
            let entry = try extents(of: text).entries.first(where: { $0.key == key }), let item = entry.lastItem,
            case .sequence(let items)? = before.first(where: { $0.key == key })?.value.content,
            items.compactMap(\.text) == words.dropLast()
        else { return try set(key, to: value, in: text) }
        guard !YAMLScalar.needsQuotes(new) else { return try set(key, to: value, in: text) }
        let edited: [UInt8]
        if item.isFlow {
            edited = Array(text[..<item.end] + ", ".utf8 + new.utf8 + text[item.end...])
        } else {
            let lead = text[lineStart(text, item.start)..<item.start]
            guard lead.allSatisfy({ $0 == 0x20 || $0 == UInt8(ascii: "-") }) else { throw .layout(key) }
            edited = insert(lead + new.utf8 + lineBreak(text), into: text, at: lineEnd(text, item.end))
        }
        let content = YAMLNode.Content.sequence(items + [YAMLNode(.plain(new), mark: items[0].mark)])
        let wanted = before.map { entry in
            entry.key == key
                ? YAMLEntry(key: key, mark: entry.mark, value: YAMLNode(content, mark: entry.value.mark)) : entry
        }
        return try verified(edited, wanted, key)
    }
}
