import CLibxml2

/// An element of a parsed document. Valid only while the document lives.
typealias XMLNode = UnsafeMutablePointer<xmlNode>

extension UnsafeMutablePointer where Pointee == xmlNode {
    /// Calls `body` with each child that is an element.
    @inline(__always)
    func forEachElement(_ body: (XMLNode) -> Void) {
        var next = pointee.children
        while let child = next {
            if child.pointee.type == XML_ELEMENT_NODE { body(child) }
            next = child.pointee.next
        }
    }

    /// The line of the element's start tag; libxml2 counts to 65,535.
    var line: Int { Int(pointee.line) }

    /// The element's name as text.
    var title: String { pointee.name.map { String(cString: $0) } ?? "" }

    /// The value of an attribute without a namespace.
    func attribute(_ name: XMLNames.Interned) -> String? {
        var next = pointee.properties
        while let attribute = next {
            if attribute.pointee.name == name, attribute.pointee.ns == nil {
                guard let child = attribute.pointee.children else { return "" }
                return child.plainText ?? child.joinedText(list: true)
            }
            next = attribute.pointee.next
        }
        return nil
    }

    /// The text of the element and of all that stands in it, without comments.
    var text: String {
        guard let child = pointee.children else { return "" }
        return child.plainText ?? joinedText(list: false)
    }

    /// The text, where this is one text node without siblings.
    var plainText: String? {
        guard pointee.type == XML_TEXT_NODE, pointee.next == nil, let content = pointee.content else { return nil }
        return String(cString: content)
    }

    private func joinedText(list: Bool) -> String {
        guard let text = list ? xmlNodeListGetString(pointee.doc, self, 1) : xmlNodeGetContent(self) else { return "" }
        defer { havirt_xml_free(text) }
        return String(cString: text)
    }
}
