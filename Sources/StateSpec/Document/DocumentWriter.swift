extension DomainElement {
    /// The element as libvirt writes it: single quotes, two blanks a level, text on the line of its tags.
    ///
    /// Namespaces are declared where their prefix is first used, those of the root's own children at the root.
    public func formatted(indent: Int = 0) -> String {
        var lines: [String] = []
        write(into: &lines, indent: indent, scope: [:])
        return lines.joined(separator: "\n") + "\n"
    }

    /// The element on one line, for messages.
    public var oneLine: String {
        var lines: [String] = []
        write(into: &lines, indent: 0, scope: [:])
        return lines.map { String(Blanks.trim($0)) }.joined()
    }

    private func write(into lines: inout [String], indent: Int, scope: [String: String]) {
        var scope = scope
        let margin = String(repeating: " ", count: indent)
        let tag = prefix.map { "\($0):\(name)" } ?? name
        var start = "\(margin)<\(tag)"
        for (prefix, uri) in declarations(scope) {
            start += prefix.isEmpty ? " xmlns='\(Self.escape(uri))'" : " xmlns:\(prefix)='\(Self.escape(uri))'"
            scope[prefix] = uri
        }
        for attribute in attributes { start += " \(attribute.name)='\(Self.escape(attribute.value))'" }
        if content.isEmpty { return lines.append(start + "/>") }
        if children.isEmpty { return lines.append("\(start)>\(Self.escape(rawText, isValue: false))</\(tag)>") }
        if content.contains(where: \.isText) {
            // Text beside elements means nothing to libvirt, and must not come to mean something by blanks of ours.
            var line = start + ">"
            for part in content {
                switch part {
                case .element(let child): line += child.inline(scope)
                case .text(let text): line += Self.escape(text, isValue: false)
                }
            }
            return lines.append("\(line)</\(tag)>")
        }
        lines.append(start + ">")
        for child in children { child.write(into: &lines, indent: indent + 2, scope: scope) }
        lines.append("\(margin)</\(tag)>")
    }

    /// The element without a line of its own.
    private func inline(_ scope: [String: String]) -> String {
        var lines: [String] = []
        write(into: &lines, indent: 0, scope: scope)
        return lines.joined()
    }

    /// The text as it stands there, blanks included.
    private var rawText: String {
        var text = ""
        for case .text(let part) in content { text += part }
        return text
    }

    private func declarations(_ scope: [String: String]) -> [(String, String)] {
        var found: [(String, String)] = []
        func declare(_ element: DomainElement) {
            let prefix = element.prefix ?? ""
            let uri = element.namespace ?? ""
            if (scope[prefix] ?? "") != uri, !found.contains(where: { $0.0 == prefix }) { found.append((prefix, uri)) }
        }
        declare(self)
        if namespace == nil, name == "domain" {
            for child in children where child.namespace != nil && child.prefix != nil { declare(child) }
        }
        return found
    }

    private static func escape(_ text: String, isValue: Bool = true) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "'" where isValue: escaped += "&apos;"
            // A parser makes blanks of these in an attribute's value, and a line end of a carriage return anywhere.
            case "\r": escaped += "&#13;"
            case "\n" where isValue, "\t" where isValue: escaped += "&#\(scalar.value);"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
