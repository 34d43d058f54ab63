extension FieldReader {
    /// A text of at most `bytesMax` bytes, in one line.
    public func string(_ key: String, bytesMax: Int = 1024) -> String? {
        node(key).flatMap { findings.string($0, prefix + key, bytesMax: bytesMax) }
    }

    /// A list of texts; a single text stands for a list of one.
    public func strings(_ key: String, bytesMax: Int = 1024) -> [String]? {
        items(key)?.compactMap { findings.string($0, prefix + key, bytesMax: bytesMax) }
    }

    /// An absolute path in its one normal spelling.
    public func absolutePath(_ key: String) -> String? {
        node(key).flatMap { findings.absolutePath($0, prefix + key) }
    }

    /// A list of absolute paths in their normal spelling; a single one stands for a list of one.
    public func absolutePaths(_ key: String) -> [String]? {
        items(key)?.compactMap { findings.absolutePath($0, prefix + key) }
    }

    /// A name of one kind.
    public func name<Kind>(_ key: String, as kind: Kind.Type) -> Name<Kind>? {
        node(key).flatMap { findings.name($0, prefix + key, as: kind) }
    }

    /// A whole number in decimal digits.
    public func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        node(key).flatMap { findings.integer($0, prefix + key, in: range) }
    }

    /// A number in decimal digits.
    public func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
        node(key).flatMap { findings.number($0, prefix + key, in: range) }
    }

    /// `true` or `false`.
    public func bool(_ key: String) -> Bool? {
        node(key).flatMap { findings.bool($0, prefix + key) }
    }

    /// One of the words of an enumeration.
    public func choice<Choice>(_ key: String, as choice: Choice.Type) -> Choice?
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        node(key).flatMap { findings.choice($0, prefix + key, as: choice) }
    }
}

extension FindingCollector {
    /// Reports that `what` takes something else than the value that stands there.
    func wrongType(_ node: YAMLNode, _ what: String, takes wanted: String, hint: String? = nil) {
        if node.content == .refused { return }
        let shown = node.text.map { Escaped($0, charactersMax: 60).description } ?? node.title
        add(at: node.mark, "wrong-type", "'\(what)' takes \(wanted), not \(shown)", hint: hint)
    }

    /// The text of a scalar that is not null.
    func text(_ node: YAMLNode, _ what: String, takes wanted: String) -> String? {
        guard let text = node.text else {
            wrongType(node, what, takes: wanted)
            return nil
        }
        if case .plain = node.content, YAMLScalar.isNull(text) {
            add(at: node.mark, "null-value", "'\(what)' has no value", hint: "remove it or give it one")
            return nil
        }
        return text
    }

    /// A text in one line. A plain `no` is the string "no": a boolean stands only where one is asked for.
    public func string(_ node: YAMLNode, _ what: String, bytesMax: Int = 1024) -> String? {
        guard let text = text(node, what, takes: "a text") else { return nil }
        if text.isEmpty || text.utf8.count > bytesMax || text.utf8.contains(0x0A) || text.utf8.contains(0x09) {
            wrongType(node, what, takes: "one line of 1 to \(bytesMax) bytes")
            return nil
        }
        return text
    }

    /// A name of one kind.
    func name<Kind>(_ node: YAMLNode, _ what: String, as kind: Kind.Type) -> Name<Kind>? {
        guard let text = text(node, what, takes: "a \(Kind.title)") else { return nil }
        do {
            return try Name<Kind>(text)
        } catch {
            add(at: node.mark, "invalid-name", "'\(what)': \(error)")
            return nil
        }
    }

    /// A whole number in plain decimal digits; `0x10`, `010` and `1_0` mean different things to different readers.
    func integer(_ node: YAMLNode, _ what: String, in range: ClosedRange<Int>) -> Int? {
        let wanted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = text(node, what, takes: wanted) else { return nil }
        if case .quoted = node.content, Self.isInteger(text) {
            wrongType(node, what, takes: wanted, hint: "remove the quotes")
            return nil
        }
        guard case .plain = node.content, Self.isInteger(text), let value = Int(text), range.contains(value) else {
            wrongType(node, what, takes: wanted)
            return nil
        }
        return value
    }

    private static func isInteger(_ text: String) -> Bool {
        let digits = text.utf8.first == 0x2D ? text.utf8.dropFirst() : text.utf8[...]
        guard let first = digits.first, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return first != 0x30 || digits.count == 1
    }

    /// A number in decimal digits, with a fraction if need be.
    func number(_ node: YAMLNode, _ what: String, in range: ClosedRange<Double>) -> Double? {
        let wanted = "a number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = text(node, what, takes: wanted) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard case .plain = node.content, let whole = parts.first, Self.isInteger(String(whole)),
            parts.count == 1
                || (parts.count == 2 && !parts[1].isEmpty && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }),
            let value = Double(text), value.isFinite, range.contains(value)
        else {
            wrongType(node, what, takes: wanted)
            return nil
        }
        return value
    }

    /// `true` or `false` and nothing else.
    func bool(_ node: YAMLNode, _ what: String) -> Bool? {
        guard let text = text(node, what, takes: "true or false") else { return nil }
        switch node.content {
        case .plain("true"): return true
        case .plain("false"): return false
        default: break
        }
        let isTrue = ["true", "yes", "on", "y"].contains(text.lowercased())
        let hint = isTrue || YAMLScalar.isBoolean(text) ? "write \(isTrue) without quotes" : nil
        wrongType(node, what, takes: "true or false", hint: hint)
        return nil
    }

    /// One of the words of an enumeration.
    func choice<Choice>(_ node: YAMLNode, _ what: String, as choice: Choice.Type) -> Choice?
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        if let text = node.text, let value = Choice(rawValue: text) { return value }
        let words = Choice.allCases.map(\.rawValue)
        guard let text = text(node, what, takes: words.joined(separator: " | ")) else { return nil }
        add(
            at: node.mark, "unknown-value", "'\(what)' knows no \(Escaped(text, charactersMax: 60))",
            hint: Suggestion.hint(for: text, among: words))
        return nil
    }
}
