extension FindingCollector {
    /// A label of a node, a failure domain: like a name, but `=`, `/` and `:` may stand inside.
    func label(_ node: YAMLNode, _ what: String) -> String? {
        guard let text = text(node, what, takes: "a label") else { return nil }
        guard let first = text.utf8.first, NameGrammar.isAlphanumeric(first), text.utf8.count <= NameGrammar.bytesMax,
            text.utf8.allSatisfy({ NameGrammar.isAlphanumeric($0) || Self.labelMarks.contains($0) })
        else {
            wrongType(
                node, what, takes: "a label of ASCII letters, digits and -._=/: that begins with one of the first")
            return nil
        }
        return text
    }

    private static let labelMarks: Set<UInt8> = [0x2D, 0x2E, 0x5F, 0x3D, 0x2F, 0x3A]

    /// An absolute path in its one normal spelling.
    func absolutePath(_ node: YAMLNode, _ what: String) -> String? {
        guard let text = string(node, what, bytesMax: 4096) else { return nil }
        guard AbsolutePath.isNormal(text), text != "/" else {
            let hint = AbsolutePath.normalised(text).map { "write \($0)" }
            wrongType(node, what, takes: "an absolute path without '..', '//' or a slash at the end", hint: hint)
            return nil
        }
        return text
    }

    /// The items without those that stand there before.
    func unique<Value: Hashable>(_ items: [(value: Value, mark: YAMLMark)], _ what: String) -> [(
        value: Value, mark: YAMLMark
    )] {
        if items.count < 2 { return items }
        var seen: Set<Value> = []
        return items.filter { item in
            if seen.insert(item.value).inserted { return true }
            add(.warning, at: item.mark, "duplicate-item", "'\(what)' has '\(item.value)' twice")
            return false
        }
    }
}

/// The one spelling of an absolute path.
enum AbsolutePath {
    /// Whether the path is absolute, without empty, `.` or `..` parts and without control characters.
    static func isNormal(_ path: String) -> Bool {
        var utf8 = path.utf8[...]
        guard utf8.first == 0x2F else { return false }
        utf8 = utf8.dropFirst()
        if utf8.isEmpty { return true }
        var length = 0
        var dots = 0
        for byte in utf8 {
            if byte == 0x2F {
                if length == 0 || (dots == length && length <= 2) { return false }
                length = 0
                dots = 0
            } else {
                if byte < 0x20 || byte == 0x7F { return false }
                length += 1
                if byte == 0x2E { dots += 1 }
            }
        }
        return length > 0 && !(dots == length && length <= 2)
    }

    /// The normal spelling, where the path differs from it by slashes and `.` only.
    static func normalised(_ path: String) -> String? {
        let parts = path.split(separator: "/").filter { $0 != "." }
        let normal = "/" + parts.joined(separator: "/")
        return path.utf8.first == 0x2F && isNormal(normal) && normal != "/" ? normal : nil
    }
}
