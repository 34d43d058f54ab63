internal import StateSpec

/// XML that says just what a definition says: for domains of which only that is known.
struct DefinitionXML {
    private static let hostDevicesMax = 10_000
    private var text = ""

    /// Nil for what no XML can say, such as a control character in a name.
    static func render(_ name: String, _ uuid: DomainUUID, _ definition: DomainDefinition) -> [UInt8]? {
        // A saved scan may have been edited, and each of them becomes an element.
        guard definition.hostDevices <= hostDevicesMax else { return nil }
        var xml = DefinitionXML()
        xml.domain(name, uuid, definition)
        let bytes = Array(xml.text.utf8)
        do throws(XMLProblem) {
            let read = try DomainXMLParser.parse(bytes)
            return read.name == name && read.uuid == uuid && read.definition.withoutLines == definition.withoutLines
                ? bytes : nil
        } catch {
            return nil
        }
    }

    private mutating func domain(_ name: String, _ uuid: DomainUUID, _ definition: DomainDefinition) {
        text += "<domain type='\(Self.escape(definition.type))'>\n"
        text += "<name>\(Self.escape(name))</name>\n<uuid>\(uuid)</uuid>\n"
        if let mark = definition.mark {
            text += "<metadata><havirt:domain xmlns:havirt='\(DomainMark.namespace)' commit='\(mark.commit)'"
            text += " xml='\(mark.xml)'/></metadata>\n"
        }
        text += "<memory unit='KiB'>\(definition.memory.kibibytes)</memory>\n<vcpu>\(definition.vcpus)</vcpu>\n"
        let machine = definition.machine.map { " machine='\(Self.escape($0))'" } ?? ""
        text += "<os><type\(machine)>hvm</type></os>\n"
        if let cpu = definition.cpu {
            let model = cpu.model.map { "<model>\(Self.escape($0))</model>" } ?? ""
            let vendor = cpu.vendor.map { "<vendor>\(Self.escape($0))</vendor>" } ?? ""
            let features = cpu.required.map { "<feature policy='require' name='\(Self.escape($0))'/>" }.joined()
            text += "<cpu mode='\(Self.escape(cpu.mode))'>\(model)\(vendor)\(features)</cpu>\n"
        }
        text += "<devices>\n"
        for disk in definition.disks { self.disk(disk) }
        for interface in definition.interfaces { self.interface(interface) }
        for display in definition.graphics {
            let port = display.port.map { " port='\($0)'" } ?? ""
            text += "<graphics type='\(Self.escape(display.type))'\(port)/>\n"
        }
        let passedOn = definition.interfaces.filter { $0 == .other(type: "hostdev") }.count
        for _ in 0..<max(0, definition.hostDevices - passedOn) { text += "<hostdev/>\n" }
        for lease in definition.leases {
            text += "<lease><key>\(Self.escape(lease.key))</key><target path='\(Self.escape(lease.path))'/></lease>\n"
        }
        text += "</devices>\n</domain>\n"
    }

    private mutating func disk(_ disk: DomainDisk) {
        text += "<disk type='\(Self.type(disk.source))' device='\(Self.escape(disk.device))'>\n"
        if disk.source != .empty { text += Self.source(disk.source) }
        text += "<target dev='\(Self.escape(disk.target))'/>\n"
        if disk.isReadOnly { text += "<readonly/>\n" }
        if disk.isShareable { text += "<shareable/>\n" }
        for store in disk.backing { text += "<backingStore type='\(Self.type(store))'>" + Self.source(store) }
        for _ in disk.backing { text += "</backingStore>" }
        text += "</disk>\n"
    }

    private static func type(_ source: DomainDisk.Source) -> String {
        switch source {
        case .file, .empty: "file"
        case .block: "block"
        case .network: "network"
        case .volume: "volume"
        case .other(let type): escape(type)
        }
    }

    private static func source(_ source: DomainDisk.Source) -> String {
        switch source {
        case .file(let path): return "<source file='\(escape(path))'/>\n"
        case .block(let path): return "<source dev='\(escape(path))'/>\n"
        case .network(let kind, let name, let hosts):
            return "<source protocol='\(escape(kind))' name='\(escape(name))'>" + hosts.map(host).joined()
                + "</source>\n"
        case .volume(let pool, let volume): return "<source pool='\(escape(pool))' volume='\(escape(volume))'/>\n"
        case .other, .empty: return "<source/>\n"
        }
    }

    /// `HOST`, `HOST:PORT` or `[HOST]:PORT`.
    private static func host(_ text: String) -> String {
        guard let colon = text.lastIndex(of: ":"), text.last != "]" else { return "<host name='\(escape(text))'/>" }
        let port = text[text.index(after: colon)...]
        return "<host name='\(escape(String(text[..<colon])))' port='\(escape(String(port)))'/>"
    }

    private mutating func interface(_ interface: DomainInterface) {
        switch interface {
        case .network(let name):
            text += "<interface type='network'><source network='\(Self.escape(name))'/></interface>\n"
        case .bridge(let name):
            text += "<interface type='bridge'><source bridge='\(Self.escape(name))'/></interface>\n"
        case .other(let type): text += "<interface type='\(Self.escape(type))'/>\n"
        }
    }

    /// Names and paths are hostile; blanks other than a space would be read as a space.
    private static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&", "<", ">", "'", "\"", "\t", "\n", "\r": escaped += "&#\(scalar.value);"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension DomainDefinition {
    /// The definition without the lines of its elements, which only a text has.
    var withoutLines: DomainDefinition {
        var copy = self
        for index in copy.disks.indices { copy.disks[index].line = nil }
        return copy
    }
}
