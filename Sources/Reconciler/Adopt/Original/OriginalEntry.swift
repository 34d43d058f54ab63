import StateSpec

/// Something that a record tells of by its name: a node, a domain.
struct OriginalEntry {
    let name: String
    /// What is told of it; nil where it is only named.
    let value: YAMLNode?

    /// What is told of it, key by key.
    var fields: [YAMLEntry] {
        guard let value, case .mapping(let entries) = value.content else { return [] }
        return entries
    }

    /// Names that stand as the keys of a mapping, as the items of a list, or as the `name` of such items.
    static func list(
        _ root: YAMLNode, in file: String, _ leftovers: inout OriginalLeftovers
    ) -> [OriginalEntry] {
        switch root.content {
        case .mapping(let entries): return entries.map { OriginalEntry(name: $0.key, value: $0.value) }
        case .sequence(let items):
            return items.compactMap { item in
                if let entry = entry(item) { return entry }
                leftovers.add("something without a name", of: "line \(item.mark.line)", in: file)
                return nil
            }
        case .plain, .quoted, .refused:
            leftovers.add("something else than a mapping or a list", of: "line \(root.mark.line)", in: file)
            return []
        }
    }

    private static func entry(_ item: YAMLNode) -> OriginalEntry? {
        switch item.content {
        case .plain(let text), .quoted(let text): return text.isEmpty ? nil : OriginalEntry(name: text, value: nil)
        case .mapping(let entries):
            if let name = item["name"]?.text { return OriginalEntry(name: name, value: item) }
            guard entries.count == 1, let only = entries.first else { return nil }
            return OriginalEntry(name: only.key, value: only.value)
        case .sequence, .refused: return nil
        }
    }

    /// A record that stands as a whole under its own name, such as `node:` in `node.yaml`.
    static func unwrapped(_ root: YAMLNode, _ file: String) -> YAMLNode {
        let stem = String(file.prefix { $0 != "." })
        guard case .mapping(let entries) = root.content, entries.count == 1, let only = entries.first,
            only.key == stem || only.key == stem + "s", only.value.text == nil
        else { return root }
        return only.value
    }

    /// As Perl sees it, anything but nothing and 0; and the words that people write for it.
    static func isTrue(_ value: YAMLNode) -> Bool {
        guard let text = value.text else { return false }
        return !isNothing(value) && !["0", "false", "no", "off"].contains(text.lowercased())
    }

    /// A key without a value.
    static func isNothing(_ value: YAMLNode) -> Bool {
        guard case .plain(let text) = value.content else { return value.text?.isEmpty ?? false }
        return ["", "~", "null"].contains(text.lowercased())
    }
}
