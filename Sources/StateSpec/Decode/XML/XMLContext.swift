import CLibxml2

/// libxml2's parser context with what is kept beside it. It may be used for any number of documents, on one thread.
final class XMLContext {
    let pointer: xmlParserCtxtPtr
    let names: XMLNames
    private let pruning: UnsafeMutablePointer<XMLPruning>

    /// Nil when libxml2 gets no memory.
    init?() {
        guard let context = xmlNewParserCtxt() else { return nil }
        guard let dictionary = context.pointee.dict else {
            xmlFreeParserCtxt(context)
            return nil
        }
        pointer = context
        names = XMLNames(dictionary)
        pruning = .allocate(capacity: 1)
        pruning.initialize(to: XMLPruning(names))
        XMLPruning.install(pruning, in: context)
    }

    deinit {
        xmlFreeParserCtxt(pointer)
        pruning.deinitialize(count: 1)
        pruning.deallocate()
    }

    /// libxml2 keeps all names it ever saw, and fails for good at 10 MB of them.
    var isWornOut: Bool { xmlDictGetUsage(pointer.pointee.dict) > 1 << 20 }

    /// How deep the elements of the last document were nested.
    var depth: Int { pruning.pointee.depth }

    /// The pruned tree, to be freed by the caller; nil when the text is not well-formed.
    func read(_ text: UnsafeBufferPointer<UInt8>) -> xmlDocPtr? {
        pruning.pointee.begin()
        // Never NOENT, DTDLOAD or HUGE: they would load files and lift libxml2's own limits.
        let options =
            XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
            | XML_PARSE_COMPACT.rawValue
        return text.withMemoryRebound(to: CChar.self) { text in
            xmlCtxtReadMemory(pointer, text.baseAddress, Int32(text.count), nil, nil, Int32(options))
        }
    }
}
