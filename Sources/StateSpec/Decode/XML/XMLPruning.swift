import CLibxml2

/// Keeps libxml2 from building the parts of a domain's tree that nobody reads: two thirds of the nodes, and with them
/// a third of the time. The text is still parsed, and checked, to its end.
///
/// It stands between the parser and libxml2's own tree builder; the context's `_private` points to it.
struct XMLPruning {
    /// Elements of which text is read.
    private let texts: [XMLNames.Interned]
    /// Other elements that are read.
    private let elements: [XMLNames.Interned]
    /// Elements in which an element of a foreign namespace is remarked.
    private let parents: [XMLNames.Interned]
    private let metadata: XMLNames.Interned
    private let domain: XMLNames.Interned
    /// How many elements are open that were not built.
    private var skipped = 0
    /// The deepest nesting seen.
    private(set) var depth = 0

    init(_ names: XMLNames) {
        texts = [
            names.name, names.uuid, names.memory, names.vcpu, names.model, names.vendor, names.emulator, names.key,
        ]
        elements = [
            names.domain, names.os, names.type, names.cpu, names.metadata, names.devices, names.seclabel, names.disk,
            names.source, names.target, names.readonly, names.shareable, names.backingStore, names.host,
            names.interface, names.graphics, names.hostdev, names.lease, names.feature,
        ]
        parents = [names.domain, names.devices, names.disk]
        metadata = names.metadata
        domain = names.domain
    }

    mutating func begin() {
        skipped = 0
        depth = 0
    }

    fileprivate mutating func opens(_ name: XMLNames.Interned, isForeign: Bool, _ context: xmlParserCtxtPtr) -> Bool {
        depth = max(depth, Int(context.pointee.nameNr) + 1)
        if skipped > 0 {
            skipped += 1
            return false
        }
        let parent = context.pointee.node?.pointee.name
        let isRead: Bool
        if parent == metadata {
            isRead = isForeign && name == domain
        } else if isForeign {
            isRead = parent == nil || parents.contains(parent)
        } else {
            isRead = parent == nil || texts.contains(name) || texts.contains(parent) || elements.contains(name)
        }
        if !isRead { skipped = 1 }
        return isRead
    }

    fileprivate mutating func closes() -> Bool {
        if skipped == 0 { return true }
        skipped -= 1
        return false
    }

    fileprivate func readsText(_ context: xmlParserCtxtPtr) -> Bool {
        skipped == 0 && texts.contains(context.pointee.node?.pointee.name)
    }

    /// Puts itself, at `state`, between the parser and the tree builder.
    static func install(_ state: UnsafeMutablePointer<XMLPruning>, in context: xmlParserCtxtPtr) {
        context.pointee._private = UnsafeMutableRawPointer(state)
        guard let sax = context.pointee.sax else { return }
        sax.pointee.startElementNs = {
            raw, name, prefix, uri, namespacesCount, namespaces, attributesCount, defaultedCount, attributes in
            guard let (context, state) = XMLPruning.state(raw),
                state.pointee.opens(name, isForeign: uri != nil, context)
            else { return }
            xmlSAX2StartElementNs(
                raw, name, prefix, uri, namespacesCount, namespaces, attributesCount, defaultedCount, attributes)
        }
        sax.pointee.endElementNs = { raw, name, prefix, uri in
            guard let (_, state) = XMLPruning.state(raw), state.pointee.closes() else { return }
            xmlSAX2EndElementNs(raw, name, prefix, uri)
        }
        // The parser asks whether text is only blanks unless both handlers are the same.
        sax.pointee.characters = { raw, text, length in
            guard let (context, state) = XMLPruning.state(raw), state.pointee.readsText(context) else { return }
            xmlSAX2Characters(raw, text, length)
        }
        sax.pointee.ignorableWhitespace = sax.pointee.characters
        sax.pointee.cdataBlock = { raw, text, length in
            guard let (context, state) = XMLPruning.state(raw), state.pointee.readsText(context) else { return }
            xmlSAX2CDataBlock(raw, text, length)
        }
        // Both break up a text that must be plain, which is seen by their nodes.
        sax.pointee.comment = { raw, text in
            guard let (context, state) = XMLPruning.state(raw), state.pointee.readsText(context) else { return }
            xmlSAX2Comment(raw, text)
        }
        sax.pointee.processingInstruction = { raw, target, data in
            guard let (context, state) = XMLPruning.state(raw), state.pointee.readsText(context) else { return }
            xmlSAX2ProcessingInstruction(raw, target, data)
        }
    }

    private static func state(
        _ raw: UnsafeMutableRawPointer?
    ) -> (xmlParserCtxtPtr, UnsafeMutablePointer<XMLPruning>)? {
        guard let context = raw?.assumingMemoryBound(to: xmlParserCtxt.self), let state = context.pointee._private
        else { return nil }
        return (context, state.assumingMemoryBound(to: XMLPruning.self))
    }
}
