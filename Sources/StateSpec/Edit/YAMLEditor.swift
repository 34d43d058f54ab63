/// Changes one key of a file's own mapping as a person would: comments, order, quotes and line ends of all the rest stay.
///
/// What comes out was read again, and differs from the text in that key alone; else the edit is refused.
public enum YAMLEditor {
    /// The text with `key` set to `value`, on one line: in its place if it is there, else behind the last key.
    ///
    /// An empty text becomes one with that key alone.
    public static func set(_ key: String, to value: YAMLValue, in text: [UInt8]) throws(YAMLEditError) -> [UInt8] {
        let rendered: [UInt8]
        do throws(YAMLWriter.Failure) {
            rendered = try YAMLWriter.line(YAMLField(key, value))
        } catch {
            throw .unwritable(error.description)
        }
        let before = try entries(of: text)
        var after = try read(rendered)[key]
        var quote: UInt8?
        // A word that was in quotes stays in quotes; anything but a word would become one by them.
        if case .string(let word) = value, let old = before?.first(where: { $0.key == key })?.value,
            case .quoted = old.content, let mark = try self.quote(of: key, in: text)
        {
            after = after.map { YAMLNode(.quoted(word), mark: $0.mark) }
            quote = mark
        }
        let new = try put(key, rendered, quote, into: text, isEmpty: before == nil)
        var wanted = before ?? []
        if let index = wanted.firstIndex(where: { $0.key == key }) {
            wanted[index] = YAMLEntry(key: key, mark: wanted[index].mark, value: after ?? wanted[index].value)
        } else if let after {
            wanted.append(YAMLEntry(key: key, mark: after.mark, value: after))
        }
        return try verified(new, wanted, key)
    }

    /// The text without `key`, and without the comment behind its value on the same line.
    public static func remove(_ key: String, from text: [UInt8]) throws(YAMLEditError) -> [UInt8] {
        guard let before = try entries(of: text), before.contains(where: { $0.key == key }) else {
            throw .missing(key)
        }
        let extents = try extents(of: text)
        guard !extents.isFlow, let entry = extents.entries.first(where: { $0.key == key }) else {
            throw .layout(key)
        }
        let new: [UInt8]
        if extents.entries.count == 1 {
            // A file without any value is none.
            let braces = Array("{}".utf8) + (endsLine(text, entry.end) ? lineBreak(text) : [])
            new = Array(text[..<entry.start] + braces + text[entry.end...])
        } else {
            new = Array(text[..<lineStart(text, entry.start)] + text[lineEnd(text, entry.end)...])
        }
        return try verified(new, before.filter { $0.key != key }, key)
    }

    /// The text's own entries; nil for a text that holds no value yet.
    static func entries(of text: [UInt8]) throws(YAMLEditError) -> [YAMLEntry]? {
        let document = YAMLReader.read(text)
        if let problem = document.problems.first {
            if problem == YAMLComposer.emptyFile { return nil }
            throw .unreadable(problem)
        }
        guard case .mapping(let entries) = document.root?.content else { throw .notAMapping }
        return entries
    }

    private static func read(_ text: [UInt8]) throws(YAMLEditError) -> YAMLNode {
        do throws(YAMLProblem) { return try YAMLReader.parse(text) } catch { throw .unreadable(error) }
    }

    static func extents(of text: [UInt8]) throws(YAMLEditError) -> YAMLExtents {
        do throws(YAMLProblem) { return try YAMLExtents(text) } catch { throw .unreadable(error) }
    }

    private static func put(
        _ key: String, _ rendered: [UInt8], _ quote: UInt8?, into text: [UInt8], isEmpty: Bool
    ) throws(YAMLEditError) -> [UInt8] {
        if isEmpty { return insert(rendered, into: text, at: text.count) }
        let extents = try extents(of: text)
        guard let last = extents.entries.last else {
            // `{}`: braces around nothing.
            let tail = text[extents.braces.upperBound...]
            return Array(text[..<extents.braces.lowerBound] + rendered.dropLast() + tail)
        }
        if extents.isFlow { throw .layout(key) }
        let lines = indented(rendered, by: last.column, like: text)
        guard let entry = extents.entries.first(where: { $0.key == key }) else {
            return insert(lines, into: text, at: lineEnd(text, last.end))
        }
        if let value = entry.scalarStart {
            if let word = word(in: rendered, of: key), let place = replaceable(value..<entry.end, in: text) {
                return Array(text[..<place.lowerBound] + quoted(word, quote) + text[place.upperBound...])
            }
            // A comment between the key and its value would be lost.
            if text[entry.start..<value].contains(UInt8(ascii: "#")) { throw .layout(key) }
        }
        // The key's own indentation is there already.
        let line = lines.dropFirst(last.column).dropLast(endsLine(text, entry.end) ? 0 : lineBreak(text).count)
        return Array(text[..<entry.start] + line + text[entry.end...])
    }

    /// A new value that is one word on its line, without quotes; nil for any other.
    private static func word(in rendered: [UInt8], of key: String) -> ArraySlice<UInt8>? {
        let start = Array("\(key): ".utf8)
        guard rendered.starts(with: start), rendered.firstIndex(of: 0x0A) == rendered.count - 1 else { return nil }
        let word = rendered[start.count...].dropLast()
        let marks = Array("\"'\\{}[]|>#".utf8)
        return word.contains(where: marks.contains) ? nil : word
    }

    /// Where an old single value stands, if it alone can be replaced: not one that is empty, or a text in a block.
    private static func replaceable(_ place: Range<Int>, in text: [UInt8]) -> Range<Int>? {
        guard let first = text[place].first, first != UInt8(ascii: "|"), first != UInt8(ascii: ">") else { return nil }
        return place
    }

    private static func quoted(_ word: ArraySlice<UInt8>, _ quote: UInt8?) -> [UInt8] {
        guard let quote else { return Array(word) }
        return [quote] + word + [quote]
    }

    /// The quote in which a key's value stands; nil where it stands in none.
    private static func quote(of key: String, in text: [UInt8]) throws(YAMLEditError) -> UInt8? {
        guard let start = try extents(of: text).entries.first(where: { $0.key == key })?.scalarStart else { return nil }
        return [UInt8(ascii: "\""), UInt8(ascii: "'")].first { $0 == text[start] }
    }

    /// Whole lines between others, at the begin of one.
    static func insert(_ lines: [UInt8], into text: [UInt8], at index: Int) -> [UInt8] {
        let isMidLine = index > 0 && !endsLine(text, index)
        return Array(text[..<index] + (isMidLine ? lineBreak(text) : []) + lines + text[index...])
    }

    private static func indented(_ lines: [UInt8], by column: Int, like text: [UInt8]) -> [UInt8] {
        lines.split(separator: 0x0A).flatMap { [UInt8](repeating: 0x20, count: column) + $0 + lineBreak(text) }
    }

    /// The text's own way to end a line.
    static func lineBreak(_ text: [UInt8]) -> [UInt8] {
        guard let end = text.firstIndex(of: 0x0A), end > 0, text[end - 1] == 0x0D else { return [0x0A] }
        return [0x0D, 0x0A]
    }

    private static func endsLine(_ text: [UInt8], _ index: Int) -> Bool { index > 0 && text[index - 1] == 0x0A }

    static func lineStart(_ text: [UInt8], _ index: Int) -> Int {
        text[..<index].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    }

    /// The begin of the next line; `index` itself if a line begins there.
    static func lineEnd(_ text: [UInt8], _ index: Int) -> Int {
        if endsLine(text, index) { return index }
        return text[index...].firstIndex(of: 0x0A).map { $0 + 1 } ?? text.count
    }

    static func verified(
        _ new: [UInt8], _ wanted: [YAMLEntry], _ key: String
    ) throws(YAMLEditError) -> [UInt8] {
        let document = YAMLReader.read(new)
        guard document.problems.isEmpty, case .mapping(let entries) = document.root?.content,
            YAMLNode.haveSameContents(entries, wanted)
        else { throw .layout(key) }
        return new
    }
}

/// Why a file is not edited; the file is as it was.
public enum YAMLEditError: Error, Equatable, CustomStringConvertible {
    /// It cannot be read as it stands.
    case unreadable(YAMLProblem)
    /// It holds a list or a single value.
    case notAMapping
    /// The key that was to be removed is not there.
    case missing(String)
    /// The key could not be changed alone: the file is written in a way that is not edited.
    case layout(String)
    /// The value cannot be written.
    case unwritable(String)

    /// One line, safe to print, with what to do.
    public var description: String {
        switch self {
        case .unreadable(let problem): "it cannot be read (\(problem)); repair it first"
        case .notAMapping: "it holds no keys; repair it first"
        case .missing(let key): "the key \(Escaped(key)) does not stand in it"
        case .layout(let key):
            "the key \(Escaped(key)) cannot be changed alone; edit the file by hand, or put each key on a line of its own"
        case .unwritable(let why): "the value cannot be written: \(why)"
        }
    }
}

extension YAMLNode {
    /// Whether both hold the same values in the same order and style of quotes, wherever they stand.
    func hasSameContent(as other: YAMLNode) -> Bool {
        switch (content, other.content) {
        case (.plain(let one), .plain(let two)), (.quoted(let one), .quoted(let two)): one.utf8.elementsEqual(two.utf8)
        case (.sequence(let one), .sequence(let two)):
            one.count == two.count && zip(one, two).allSatisfy { $0.hasSameContent(as: $1) }
        case (.mapping(let one), .mapping(let two)): Self.haveSameContents(one, two)
        default: false
        }
    }

    fileprivate static func haveSameContents(_ one: [YAMLEntry], _ two: [YAMLEntry]) -> Bool {
        one.count == two.count
            && zip(one, two).allSatisfy { left, right in
                left.key.utf8.elementsEqual(right.key.utf8) && left.value.hasSameContent(as: right.value)
            }
    }
}
