import CLibxml2

/// Reads a domain's XML with libxml2, which loads nothing and expands nothing here.
///
/// An instance keeps libxml2's context between documents, which saves a third of the time; it must stay on one thread.
public final class DomainXMLParser {
    /// The largest XML that is read.
    public static let bytesMax = 1 << 20
    /// How deep elements may be nested.
    public static let depthMax = 64

    private var context: XMLContext?

    /// A parser without a context yet.
    public init() {}

    /// Reads one document.
    public static func parse(
        _ bytes: [UInt8], origin: DomainXMLOrigin = .node
    ) throws(XMLProblem) -> DomainXML {
        try DomainXMLParser().parse(bytes, origin: origin)
    }

    /// Reads one document.
    public func parse(_ bytes: [UInt8], origin: DomainXMLOrigin = .node) throws(XMLProblem) -> DomainXML {
        try bytes.withUnsafeBufferPointer { buffer throws(XMLProblem) in
            try Self.precheck(buffer)
            let context = try ready()
            guard let document = context.read(buffer) else { throw Self.failure(context.pointer) }
            defer { xmlFreeDoc(document) }
            let root = try Self.root(document, context)
            var walk = DomainXMLWalk(names: context.names, origin: origin)
            return try walk.domain(root, bytes: buffer)
        }
    }

    /// The kept context, or a new one.
    private func ready() throws(XMLProblem) -> XMLContext {
        if let context, !context.isWornOut { return context }
        guard let context = XMLContext() else { throw XMLProblem("xml-syntax", "libxml2 has no memory left") }
        self.context = context
        return context
    }

    static func precheck(_ buffer: UnsafeBufferPointer<UInt8>) throws(XMLProblem) {
        guard let base = buffer.baseAddress, !buffer.isEmpty else {
            throw XMLProblem("empty-file", "the file is empty")
        }
        if buffer.count > bytesMax {
            throw XMLProblem("oversized", "\(buffer.count) bytes are more than a domain's XML may have (\(bytesMax))")
        }
        if havirt_xml_has_nul(base, buffer.count) != 0 {
            let offset = buffer.firstIndex(of: 0) ?? 0
            throw XMLProblem("nul-byte", at: YAMLMark(buffer, at: offset), "a NUL byte stands in the file")
        }
        let doctype = base.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
            havirt_xml_doctype($0, buffer.count)
        }
        if doctype >= 0 { throw Self.doctype(YAMLMark(buffer, at: doctype)) }
    }

    private static func doctype(_ mark: YAMLMark) -> XMLProblem {
        XMLProblem(
            "doctype", at: mark, "a DOCTYPE may pull in files and entities and is not read", hint: "remove it")
    }

    private static func root(_ document: xmlDocPtr, _ context: XMLContext) throws(XMLProblem) -> XMLNode {
        try checkProlog(document)
        guard let root = xmlDocGetRootElement(document), root.pointee.name == context.names.domain,
            root.pointee.ns == nil
        else { throw notADomain(document) }
        if context.depth > depthMax {
            throw XMLProblem("too-deep", "elements are nested deeper than \(depthMax)")
        }
        return root
    }

    /// Refuses what may stand before the root and is not read.
    static func checkProlog(_ document: xmlDocPtr) throws(XMLProblem) {
        if document.pointee.intSubset != nil { throw doctype(YAMLMark(line: 1, column: 1)) }
        if let encoding = document.pointee.encoding {
            let name = String(cString: encoding)
            if name.lowercased() != "utf-8" {
                throw XMLProblem("encoding", "the XML says it is \(Escaped(name))", hint: "save it as UTF-8")
            }
        }
    }

    static func notADomain(_ document: xmlDocPtr) -> XMLProblem {
        let title = xmlDocGetRootElement(document)?.title ?? ""
        return XMLProblem("not-a-domain", "the outermost element is <\(Escaped(title).bare)>, not <domain>")
    }

    static func failure(_ context: xmlParserCtxtPtr) -> XMLProblem {
        guard let error = xmlCtxtGetLastError(context) else {
            return XMLProblem("xml-syntax", "it is not well-formed XML")
        }
        let mark = YAMLMark(line: max(1, Int(error.pointee.line)), column: max(1, Int(error.pointee.int2)))
        let said = error.pointee.message.map { String(cString: $0) } ?? "it is not well-formed XML"
        if error.pointee.code == XML_ERR_INVALID_CHAR.rawValue
            || error.pointee.code == XML_ERR_INVALID_ENCODING.rawValue
        {
            return XMLProblem("xml-syntax", at: mark, "a character is not allowed, or is not UTF-8")
        }
        let line = said.prefix { $0 != "\n" }
        return XMLProblem("xml-syntax", at: mark, "not well-formed: \(Escaped(String(line)).bare)")
    }
}

extension YAMLMark {
    /// The mark of a byte offset.
    init(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) {
        var line = 1
        var column = 1
        for byte in text.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.init(line: line, column: column)
    }
}
