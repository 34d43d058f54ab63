internal import CLibxml2

/// The whole of a domain's XML, of git or of a node, as a value. `DomainXML` has only what havirt decides by.
public struct DomainDocument: Hashable, Sendable {
    /// `<domain>`.
    public let root: DomainElement

    /// Reads one document, with the bounds and refusals of `DomainXMLParser`.
    public init(_ bytes: [UInt8]) throws(XMLProblem) {
        root = try bytes.withUnsafeBufferPointer { buffer throws(XMLProblem) in
            try DomainXMLParser.precheck(buffer)
            guard let context = xmlNewParserCtxt() else {
                throw XMLProblem("xml-syntax", "libxml2 has no memory left")
            }
            defer { xmlFreeParserCtxt(context) }
            // Never NOENT, DTDLOAD or HUGE: they would load files and lift libxml2's own limits.
            let options =
                XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
                | XML_PARSE_NOCDATA.rawValue
            let document = buffer.withMemoryRebound(to: CChar.self) { text in
                xmlCtxtReadMemory(context, text.baseAddress, Int32(text.count), nil, nil, Int32(options))
            }
            guard let document else { throw DomainXMLParser.failure(context) }
            defer { xmlFreeDoc(document) }
            try DomainXMLParser.checkProlog(document)
            guard let root = xmlDocGetRootElement(document), root.title == "domain", root.pointee.ns == nil else {
                throw DomainXMLParser.notADomain(document)
            }
            return try DomainElement(root, depth: 1)
        }
    }

    init(root: DomainElement) { self.root = root }

    /// What havirt wrote into the metadata when it started the domain.
    public var mark: DomainMark? {
        for child in root.child("metadata")?.children ?? [] where child.isMark {
            guard let commit = child["commit"].flatMap(ObjectID.init), let xml = child["xml"].flatMap(ObjectID.init)
            else { continue }
            return DomainMark(commit: commit, xml: xml)
        }
        return nil
    }
}

extension DomainElement {
    /// Whether this is havirt's mark, well-formed or not.
    var isMark: Bool { namespace == DomainMark.namespace && name == "domain" }

    /// The value of an element of libxml2's tree.
    fileprivate init(_ node: XMLNode, depth: Int) throws(XMLProblem) {
        if depth > DomainXMLParser.depthMax {
            throw XMLProblem(
                "too-deep", at: YAMLMark(line: node.line, column: 1),
                "elements are nested deeper than \(DomainXMLParser.depthMax)")
        }
        var content: [Content] = []
        var next = node.pointee.children
        while let child = next {
            next = child.pointee.next
            switch child.pointee.type {
            case XML_ELEMENT_NODE:
                content.append(.element(try DomainElement(child, depth: depth + 1)))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE, XML_ENTITY_REF_NODE:
                content.append(.text(child.ownText))
            default:
                break
            }
        }
        self.init(
            node.title, namespace: node.pointee.ns.flatMap { DomainElement.text($0.pointee.href) },
            prefix: node.pointee.ns.flatMap { DomainElement.text($0.pointee.prefix) },
            attributes: Self.attributes(node), content: Self.withoutLayout(content), line: node.line)
    }

    /// Blanks between elements are layout; text without any element beside it is kept whole.
    private static func withoutLayout(_ content: [Content]) -> [Content] {
        let hasElement = content.contains { if case .element = $0 { true } else { false } }
        let joined = joinTexts(content)
        return joined.filter { content in
            guard case .text(let text) = content else { return true }
            return hasElement ? !Blanks.trim(text).isEmpty : !text.isEmpty && !Blanks.trim(text).isEmpty
        }
    }

    /// A comment splits one text into two.
    private static func joinTexts(_ content: [Content]) -> [Content] {
        var joined: [Content] = []
        for part in content {
            if case .text(let more) = part, case .text(let before) = joined.last {
                joined[joined.count - 1] = .text(before + more)
            } else {
                joined.append(part)
            }
        }
        return joined
    }

    private static func attributes(_ node: XMLNode) -> [Attribute] {
        var attributes: [Attribute] = []
        var next = node.pointee.properties
        while let attribute = next {
            next = attribute.pointee.next
            var name = text(attribute.pointee.name) ?? ""
            if let prefix = attribute.pointee.ns.flatMap({ text($0.pointee.prefix) }) { name = "\(prefix):\(name)" }
            let value = xmlNodeListGetString(attribute.pointee.doc, attribute.pointee.children, 1)
            attributes.append(Attribute(name: name, value: text(value) ?? ""))
            if let value { havirt_xml_free(value) }
        }
        return attributes
    }

    private static func text(_ pointer: UnsafePointer<xmlChar>?) -> String? { pointer.map { String(cString: $0) } }
}

extension UnsafeMutablePointer where Pointee == xmlNode {
    /// The text of one text node.
    fileprivate var ownText: String {
        guard let text = xmlNodeGetContent(self) else { return "" }
        defer { havirt_xml_free(text) }
        return String(cString: text)
    }
}
