/// What is known to be harmless of one element of a domain's XML.
struct AllowedElement: Sendable {
    /// What a text or an attribute may be.
    struct Value: Sendable {
        enum Kind: Sendable {
            /// Whatever it says.
            case any
            /// One of these.
            case oneOf([String])
            /// What a check has no objection to.
            case checked(PolicyCheck)
            /// Nothing.
            case never
        }

        var kind: Kind
        /// What makes any other value good, too.
        var exception: PolicyException?
    }

    /// What makes it good that it is there at all.
    var exception: PolicyException?
    /// Whether all that stands inside is good.
    var isOpen = false
    /// Its text; nil where text means nothing.
    var text: Value?
    var attributes: [String: Value] = [:]
    /// Of attributes that are not named.
    var otherAttributes: Value?
    var children: [String: AllowedElement] = [:]
    /// Groups whose children are its own, too.
    var groups: [String] = []
}

/// Reads `AllowedXML`: an element a line, its children indented by two blanks more.
///
///     NAME[,NAME…][!WORD] [**] [#VALUE] [ATTRIBUTE…] [&GROUP…]
///
/// An attribute is `name`, or `*` for all others, and what it may be: nothing more for anything, `=this|that` for one of
/// these words, `:check` for a check, and `!word` for an exception that makes every other value good. `#` alone is a text
/// of any kind. `**` leaves open what stands inside. `&group` beside an element, or as a child, adds a group's children.
struct AllowedReader {
    /// A table that cannot be read; a defect of havirt.
    struct Failure: Error {
        let line: String
    }

    private var lines: ArraySlice<(depth: Int, words: [Substring])>

    init(_ text: String) {
        lines =
            text.split(separator: "\n").map { line in
                (line.prefix { $0 == " " }.count / 2, line.split(separator: " "))
            }[...]
    }

    /// Whether every line was read.
    var isAtEnd: Bool { lines.isEmpty }

    /// The elements of the lines at this depth and below.
    mutating func children(at depth: Int) throws(Failure) -> (elements: [String: AllowedElement], groups: [String]) {
        var elements: [String: AllowedElement] = [:]
        var groups: [String] = []
        while let line = lines.first, line.depth == depth {
            lines.removeFirst()
            guard let head = line.words.first else { continue }
            if depth > 0, head.hasPrefix("&") {
                groups += line.words.map { String($0.dropFirst()) }
                continue
            }
            let element = try element(line.words, depth)
            for name in head.prefix(while: { $0 != "!" }).split(separator: ",") {
                guard elements.updateValue(element, forKey: String(name)) == nil else {
                    throw Failure(line: line.words.joined(separator: " "))
                }
            }
        }
        return (elements, groups)
    }

    private mutating func element(_ words: [Substring], _ depth: Int) throws(Failure) -> AllowedElement {
        var element = AllowedElement()
        for (index, word) in words.enumerated() {
            if index == 0 {
                element.exception = try Self.exception(of: word)
            } else if word == "**" {
                element.isOpen = true
            } else if word.hasPrefix("&") {
                element.groups.append(String(word.dropFirst()))
            } else if word.hasPrefix("#") {
                element.text = try Self.value(word.dropFirst(), in: word)
            } else {
                let name = word.prefix { !"=:!".contains($0) }
                let value = try Self.value(word[name.endIndex...], in: word)
                if name == "*" { element.otherAttributes = value } else { element.attributes[String(name)] = value }
            }
        }
        let inside = try children(at: depth + 1)
        element.children = inside.elements
        element.groups += inside.groups
        return element
    }

    private static func exception(of word: Substring) throws(Failure) -> PolicyException? {
        guard let mark = word.firstIndex(of: "!") else { return nil }
        guard let exception = PolicyException(rawValue: String(word[word.index(after: mark)...])) else {
            throw Failure(line: String(word))
        }
        return exception
    }

    private static func value(_ text: Substring, in word: Substring) throws(Failure) -> AllowedElement.Value {
        let exception = try exception(of: text)
        let kind = text.prefix { $0 != "!" }
        switch kind.first {
        case nil: return AllowedElement.Value(kind: exception == nil ? .any : .never, exception: exception)
        case "=":
            let words = kind.dropFirst().split(separator: "|").map(String.init)
            return AllowedElement.Value(kind: .oneOf(words), exception: exception)
        case ":":
            guard let check = PolicyCheck(rawValue: String(kind.dropFirst())) else { throw Failure(line: String(word)) }
            return AllowedElement.Value(kind: .checked(check), exception: exception)
        default: throw Failure(line: String(word))
        }
    }
}
