import CLibxml2

/// What of a libvirt network's XML must be the same on all nodes, so that a domain finds itself on the same network.
public struct NetworkShape: Hashable, Codable, Sendable {
    /// `<forward mode=…>`: `bridge`, `nat`…; `isolated` where there is no such element.
    public let forward: String
    /// The bridge that guests are put on, where it is the node's own and not made by libvirt.
    public let bridge: String?

    /// A shape.
    public init(forward: String, bridge: String?) {
        self.forward = forward
        self.bridge = bridge
    }

    /// The largest XML that is read.
    public static let bytesMax = 256 << 10

    /// Reads `virsh net-dumpxml`; nil where that is not understood.
    public static func parse(_ xml: [UInt8]) -> (name: String, shape: NetworkShape)? {
        guard !xml.isEmpty, xml.count <= bytesMax, !xml.contains(0) else { return nil }
        // Never NOENT, DTDLOAD or HUGE: they would load files and lift libxml2's own limits.
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        let document = xml.withUnsafeBytes { bytes in
            xmlReadMemory(bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), nil, nil, Int32(options))
        }
        guard let document else { return nil }
        defer { xmlFreeDoc(document) }
        guard document.pointee.intSubset == nil, let root = xmlDocGetRootElement(document), root.title == "network"
        else { return nil }
        var name: String?
        var forward = "isolated"
        var bridge: String?
        root.forEachElement { child in
            guard child.pointee.ns == nil else { return }
            switch child.title {
            case "name": name = name ?? child.text
            // libvirt's own default, where the element has no mode.
            case "forward": forward = property("mode", of: child) ?? "nat"
            case "bridge": bridge = property("name", of: child)
            default: break
            }
        }
        // Of other modes, libvirt makes the bridge and chooses its name, on each node for itself.
        return name.map { ($0, NetworkShape(forward: forward, bridge: forward == "bridge" ? bridge : nil)) }
    }

    private static func property(_ name: String, of node: XMLNode) -> String? {
        guard let text = xmlGetNoNsProp(node, name) else { return nil }
        defer { havirt_xml_free(text) }
        return String(cString: text)
    }
}
