import CLibxml2

/// One walk over a parsed `<domain>`.
struct DomainXMLWalk {
    let names: XMLNames
    let origin: DomainXMLOrigin

    private var name: String?
    private var nameNode: XMLNode?
    private var uuidNode: XMLNode?
    private var uuidText: String?
    private var memory: MemorySize?
    private var vcpus: Int?
    private var hasBadVCPUs = false
    var machine: String?
    var cpu: DomainCPU?
    var disks: [DomainDisk] = []
    var interfaces: [DomainInterface] = []
    var interfaceLines: [Int] = []
    var graphics: [DomainGraphics] = []
    var hostDevices = 0
    var leases: [DomainLease] = []
    var mark: DomainMark?
    /// Each with its element, from which the column is found once the walk is over.
    var remarks: [(remark: XMLRemark, element: String)] = []

    init(names: XMLNames, origin: DomainXMLOrigin) {
        self.names = names
        self.origin = origin
    }

    /// Reads the root. `bytes` are the text, for the columns of remarks.
    mutating func domain(_ root: XMLNode, bytes: UnsafeBufferPointer<UInt8>) throws(XMLProblem) -> DomainXML {
        let type = root.attribute(names.type) ?? ""
        if type != "kvm", type != "qemu" {
            remark(.error, root, "domain-type", "the domain type \(Escaped(type)) is not one of kvm, qemu")
        }
        var next = root.pointee.children
        while let child = next {
            if child.pointee.type == XML_ELEMENT_NODE { try top(child) }
            next = child.pointee.next
        }
        guard let name, let nameNode else {
            throw XMLProblem("no-name", at: YAMLMark(line: root.line, column: 1), "the domain has no <name>")
        }
        if memory == nil { remark(.error, root, "no-memory", "the domain has no <memory>") }
        if origin == .node, memory == nil || hasBadVCPUs {
            throw XMLProblem("unknown-size", "the domain's <memory> or <vcpu> is missing or no amount")
        }
        let uuid = uuidText.flatMap(Self.uuid)
        if origin == .git { checkUUID(uuidNode ?? root, uuidText, uuid) }
        let definition = DomainDefinition(
            type: type, memory: memory ?? .zero, vcpus: vcpus ?? 1, machine: machine, cpu: cpu, disks: disks,
            interfaces: interfaces, graphics: graphics, hostDevices: hostDevices, mark: mark,
            leases: leases)
        return DomainXML(
            name: name, uuidText: uuidText, uuid: uuid, definition: definition,
            nameMark: Self.mark(nameNode.line, "name", bytes),
            uuidMark: Self.mark((uuidNode ?? root).line, uuidNode == nil ? "domain" : "uuid", bytes),
            interfaceLines: interfaceLines,
            remarks: remarks.map { entry in
                var remark = entry.remark
                remark.mark = Self.mark(remark.mark.line, entry.element, bytes)
                return remark
            })
    }

    private mutating func top(_ node: XMLNode) throws(XMLProblem) {
        if let namespace = node.pointee.ns {
            foreign(node, namespace)
            return
        }
        let element = node.pointee.name
        if element == names.devices {
            devices(node)
        } else if element == names.name {
            if nameNode != nil { throw Self.twice(node, "name") }
            nameNode = node
            name = node.text
            checkIdentity(node, "name")
        } else if element == names.uuid {
            if uuidNode != nil { throw Self.twice(node, "uuid") }
            uuidNode = node
            uuidText = node.text
            checkIdentity(node, "uuid")
        } else if element == names.memory {
            memory = MemoryUnit.size(node.text, unit: node.attribute(names.unit))
            if memory == nil { remark(.error, node, "invalid-memory", "<memory> is not an amount of memory") }
        } else if element == names.vcpu {
            vcpus = Int(Blanks.trim(node.text)).flatMap { (1...65_536).contains($0) ? $0 : nil }
            hasBadVCPUs = vcpus == nil
            if hasBadVCPUs { remark(.error, node, "invalid-vcpu", "<vcpu> is not a number of vCPUs") }
        } else if element == names.os {
            node.forEachElement { child in
                if child.pointee.name == names.type { machine = child.attribute(names.machine) }
            }
        } else if element == names.cpu {
            readCPU(node)
        } else if element == names.metadata {
            readMetadata(node)
        } else if element == names.seclabel {
            checkSeclabel(node)
        }
    }

    private mutating func readCPU(_ node: XMLNode) {
        var model: String?
        var vendor: String?
        var required: [String] = []
        node.forEachElement { child in
            if child.pointee.name == names.model {
                model = child.text
            } else if child.pointee.name == names.vendor {
                vendor = child.text
            } else if child.pointee.name == names.feature, let feature = child.attribute(names.name),
                (child.attribute(names.policy) ?? "require") == "require"
            {
                required.append(feature)
            }
        }
        cpu = DomainCPU(mode: node.attribute(names.mode) ?? "custom", model: model, vendor: vendor, required: required)
    }

    private mutating func readMetadata(_ node: XMLNode) {
        var next = node.pointee.children
        while let child = next {
            next = child.pointee.next
            guard child.pointee.type == XML_ELEMENT_NODE, child.pointee.name == names.domain,
                let href = child.pointee.ns?.pointee.href, xmlStrEqual(href, DomainMark.namespace) == 1
            else { continue }
            remark(
                .notice, child, "mark-in-git", "the mark of a started domain stands in git; a start replaces it",
                hint: "remove the element")
            if let commit = child.attribute(names.commit).flatMap({ ObjectID($0) }),
                let xml = child.attribute(names.xml).flatMap({ ObjectID($0) })
            {
                mark = DomainMark(commit: commit, xml: xml)
            }
        }
    }

    /// Notes a remark, of git's XML only.
    mutating func remark(
        _ severity: Severity, _ node: XMLNode, _ code: String, _ message: String, hint: String? = nil
    ) {
        if origin == .node { return }
        let mark = YAMLMark(line: node.line, column: 1)
        remarks.append(
            (XMLRemark(severity: severity, code: code, message: message, hint: hint, mark: mark), node.title))
    }

    private static func twice(_ node: XMLNode, _ element: String) -> XMLProblem {
        XMLProblem(
            "duplicate-element", at: YAMLMark(line: node.line, column: 1), "<\(element)> stands twice",
            hint: "libvirt would take the first and say nothing")
    }

    /// libxml2 keeps no columns in its tree: the first such tag of the line.
    private static func mark(_ line: Int, _ element: String, _ bytes: UnsafeBufferPointer<UInt8>) -> YAMLMark {
        var start = bytes.startIndex
        for _ in 1..<max(1, line) {
            guard let end = bytes[start...].firstIndex(of: 0x0A) else { break }
            start = end + 1
        }
        let text = bytes[start...].prefix { $0 != 0x0A }
        let tag = Array("<\(element)".utf8)
        for offset in text.indices where text[offset] == 0x3C && text[offset...].starts(with: tag) {
            return YAMLMark(line: line, column: offset - start + 1)
        }
        return YAMLMark(line: line, column: 1)
    }
}
