/// Where a value or key begins; line and column count from 1, in characters.
public struct YAMLMark: Hashable, Sendable {
    /// Line, from 1.
    public let line: Int
    /// Column, from 1.
    public let column: Int

    /// A mark.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The mark as a place in `file`.
    public func place(in file: String) -> Place { Place(file: file, line: line, column: column) }
}

/// A value of a YAML document, with its mark. Nothing in it was resolved: `no` is still the two letters.
public struct YAMLNode: Equatable, Sendable {
    /// What the value is.
    public enum Content: Equatable, Sendable {
        /// A scalar without quotes, whose meaning depends on what is asked for.
        case plain(String)
        /// A scalar in quotes or a block scalar: always a string.
        case quoted(String)
        /// A list.
        case sequence([YAMLNode])
        /// Keys and values, in the order of the document; no key stands twice.
        case mapping([YAMLEntry])
        /// An alias or another thing that is not read; it was reported already.
        case refused
    }

    /// What the value is.
    public let content: Content
    /// Where it begins.
    public let mark: YAMLMark

    /// A value.
    public init(_ content: Content, mark: YAMLMark) {
        self.content = content
        self.mark = mark
    }

    /// The text of a scalar.
    public var text: String? {
        switch content {
        case .plain(let text), .quoted(let text): text
        case .sequence, .mapping, .refused: nil
        }
    }

    /// The value of `key`, if this is a mapping that has it.
    public subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// What the value is, as people call it in messages.
    var title: String {
        switch content {
        case .plain, .quoted: "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .refused: "nothing"
        }
    }
}

/// A key of a mapping and its value.
public struct YAMLEntry: Equatable, Sendable {
    /// The key as written.
    public let key: String
    /// Where the key begins.
    public let mark: YAMLMark
    /// The value.
    public let value: YAMLNode

    /// An entry.
    public init(key: String, mark: YAMLMark, value: YAMLNode) {
        self.key = key
        self.mark = mark
        self.value = value
    }
}
