import CLibxml2

extension DomainXMLWalk {
    /// The `<devices>`.
    mutating func devices(_ node: XMLNode) {
        var next = node.pointee.children
        while let child = next {
            next = child.pointee.next
            guard child.pointee.type == XML_ELEMENT_NODE else { continue }
            if let namespace = child.pointee.ns {
                foreign(child, namespace)
                continue
            }
            let element = child.pointee.name
            if element == names.disk {
                disk(child)
            } else if element == names.interface {
                interface(child)
            } else if element == names.graphics {
                display(child)
            } else if element == names.hostdev {
                hostDevices += 1
            } else if element == names.lease {
                lease(child)
            } else if element == names.emulator {
                checkEmulator(child)
            }
        }
    }

    private mutating func disk(_ node: XMLNode) {
        let device = node.attribute(names.device) ?? "disk"
        var disk = DomainDisk(target: "", device: device, source: .empty, line: node.line)
        // libvirt makes every CD-ROM read-only, whether the XML says so or not.
        disk.isReadOnly = device == "cdrom"
        let type = node.attribute(names.type) ?? "file"
        var sourceNode: XMLNode?
        var next = node.pointee.children
        while let child = next {
            next = child.pointee.next
            guard child.pointee.type == XML_ELEMENT_NODE else { continue }
            let element = child.pointee.name
            if let namespace = child.pointee.ns {
                foreign(child, namespace)
            } else if element == names.source {
                disk.source = source(child, type: type)
                sourceNode = child
            } else if element == names.target {
                disk.target = child.attribute(names.dev) ?? ""
            } else if element == names.readonly {
                disk.isReadOnly = true
            } else if element == names.shareable {
                disk.isShareable = true
            } else if element == names.backingStore {
                disk.backing = backing(child)
            }
        }
        if let sourceNode { checkSource(sourceNode, disk) }
        disks.append(disk)
    }

    private func source(_ node: XMLNode, type: String) -> DomainDisk.Source {
        switch type {
        case "file":
            guard let path = node.attribute(names.file), !path.isEmpty else { return .empty }
            return .file(path: path)
        case "block":
            guard let path = node.attribute(names.dev), !path.isEmpty else { return .empty }
            return .block(path: path)
        case "network":
            var hosts: [String] = []
            node.forEachElement { child in
                guard child.pointee.name == names.host, let host = child.attribute(names.name) else { return }
                let shown = host.utf8.contains(0x3A) && host.utf8.first != 0x5B ? "[\(host)]" : host
                hosts.append(child.attribute(names.port).map { "\(shown):\($0)" } ?? shown)
            }
            return .network(
                protocol: node.attribute(names.`protocol`) ?? "", name: node.attribute(names.name) ?? "", hosts: hosts)
        case "volume":
            return .volume(pool: node.attribute(names.pool) ?? "", volume: node.attribute(names.volume) ?? "")
        default:
            return .other(type: type)
        }
    }

    /// The sources of a backing chain, top first. A loop, not a recursion: the chain may be as deep as the text.
    private func backing(_ node: XMLNode) -> [DomainDisk.Source] {
        var chain: [DomainDisk.Source] = []
        var store: XMLNode? = node
        while let current = store {
            store = nil
            guard let type = current.attribute(names.type) else { break }
            current.forEachElement { child in
                if child.pointee.name == names.source { chain.append(source(child, type: type)) }
                if child.pointee.name == names.backingStore { store = child }
            }
        }
        return chain
    }

    private mutating func lease(_ node: XMLNode) {
        var lease = DomainLease(path: "", key: "")
        node.forEachElement { child in
            if child.pointee.name == names.target { lease.path = child.attribute(names.path) ?? "" }
            if child.pointee.name == names.key { lease.key = child.text }
        }
        leases.append(lease)
    }

    private mutating func interface(_ node: XMLNode) {
        let type = node.attribute(names.type) ?? ""
        var sourceName: String?
        let key = type == "network" ? names.network : names.bridge
        node.forEachElement { child in
            if child.pointee.name == names.source { sourceName = child.attribute(key) }
        }
        switch (type, sourceName) {
        case ("network", let name?): interfaces.append(.network(name))
        case ("bridge", let name?): interfaces.append(.bridge(name))
        default: interfaces.append(.other(type: type))
        }
        if type == "hostdev" { hostDevices += 1 }
        interfaceLines.append(node.line)
    }

    private mutating func display(_ node: XMLNode) {
        // A running domain with `autoport` shows the port it got; in git that number is a leftover.
        let isChosen = origin == .git && node.attribute(names.autoport) == "yes"
        let port = node.attribute(names.port).flatMap { Int($0) }.flatMap { $0 > 0 && !isChosen ? $0 : nil }
        graphics.append(DomainGraphics(type: node.attribute(names.type) ?? "", port: port))
        if node.attribute(names.passwd) != nil {
            remark(
                .error, node, "secret-in-git", "'passwd' would put a secret into git",
                hint: "remove the attribute, and change the password")
        }
    }
}
