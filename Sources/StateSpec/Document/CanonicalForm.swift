extension DomainDocument {
    /// The same domain with one spelling for what libvirt can be told in several, lines kept.
    var canonical: DomainElement {
        var domain = root
        domain.content = domain.content.compactMap { content in
            guard case .element(let child) = content else { return nil }
            return .element(CanonicalForm.sized(child, below: "domain"))
        }
        CanonicalForm.memory(&domain)
        domain.change("metadata") { $0.mapChildren { $0.isMark ? nil : $0 } }
        domain.change("cpu") { cpu in
            // What the two mean when nothing else is said.
            if cpu["mode"] == nil, cpu.child("model") != nil { cpu.set("mode", "custom") }
            cpu.change("numa") { numa in
                var number = 0
                numa.mapChildren { cell in
                    defer { number += 1 }
                    var cell = cell
                    if cell["id"] == nil { cell.set("id", "\(number)") }
                    return cell
                }
            }
        }
        // So that what a node has in them is compared one by one.
        for name in ["features", "devices"] where domain.child(name) == nil { domain.append(DomainElement(name)) }
        domain.change("devices") { devices in
            CanonicalForm.console(&devices)
            devices.mapChildren(CanonicalForm.device)
        }
        return domain
    }
}

/// One spelling for what libvirt can be told in several.
enum CanonicalForm {
    // MARK: - Amounts

    /// Amounts of memory in KiB, in the element and all in it.
    static func sized(_ element: DomainElement, below parent: String) -> DomainElement {
        var element = element
        let name = element.name
        element.mapChildren { sized($0, below: name) }
        guard element.namespace == nil else { return element }
        if let factor = defaultUnit(element.name, below: parent) {
            let unit = element["unit"] ?? factor
            if let size = MemoryUnit.size(element.text, unit: unit) {
                element.set(text: "\(size.kibibytes)")
                element.set("unit", "KiB")
            }
        }
        for name in ["memory", "size"] where parent == "numa" || parent == "hugepages" {
            guard let amount = element[name], let size = MemoryUnit.size(amount, unit: element["unit"]) else {
                continue
            }
            element.set(name, "\(size.kibibytes)")
            element.set("unit", "KiB")
        }
        return element
    }

    /// The unit of an element's amount where it says none; nil for elements that hold no amount of memory.
    private static func defaultUnit(_ name: String, below parent: String) -> String? {
        switch name {
        case "memory", "currentMemory", "maxMemory": parent == "domain" ? "KiB" : nil
        case "hard_limit", "soft_limit", "min_guarantee", "swap_hard_limit": "KiB"
        case "size": parent == "shmem" ? "b" : "KiB"
        case "requested", "current", "block": "KiB"
        case "tseg": "MiB"
        default: nil
        }
    }

    /// libvirt adds up what NUMA cells and memory devices have, whatever `<memory>` says, and sets `<currentMemory>`.
    static func memory(_ domain: inout DomainElement) {
        guard let said = domain.child("memory").flatMap(amount) else { return }
        let cells = domain.find("cpu", "numa")?.children.compactMap { $0["memory"].flatMap(UInt64.init) } ?? []
        let devices = domain.child("devices")?.children ?? []
        let modules = devices.filter { $0.name == "memory" }.compactMap { $0.find("target", "size").flatMap(amount) }
        let total = cells.isEmpty ? said : sum(cells + modules) ?? said
        domain.change("memory") { $0.set(text: "\(total)") }
        if domain.child("currentMemory") == nil {
            domain.insert(DomainElement("currentMemory", line: domain.child("memory")?.line), behind: "memory")
        }
        domain.change("currentMemory") { current in
            let now = amount(current) ?? 0
            current.set(text: "\(now == 0 || now > total ? total : now)")
            current.set("unit", "KiB")
        }
    }

    /// Whether the balloon leaves a canonical domain all of its memory.
    static func hasAllItsMemory(_ domain: DomainElement) -> Bool {
        domain.child("currentMemory")?.text == domain.child("memory")?.text
    }

    static func amount(_ element: DomainElement) -> UInt64? { UInt64(element.text) }

    private static func sum(_ numbers: [UInt64]) -> UInt64? {
        var total: UInt64 = 0
        for number in numbers {
            let (sum, overflow) = total.addingReportingOverflow(number)
            if overflow { return nil }
            total = sum
        }
        return total
    }

    // MARK: - Devices

    /// Removes a console that is only the first serial port's other name.
    static func dropTwinConsole(_ devices: inout DomainElement) {
        if devices.child("serial") != nil { console(&devices) }
    }

    /// The first console of type serial is the first serial port's other name.
    static func console(_ devices: inout DomainElement) {
        guard let index = devices.children.firstIndex(where: { $0.name == "console" }) else { return }
        let console = devices.children[index]
        let kind = console.child("target")?["type"] ?? "serial"
        guard kind == "serial" else { return }
        let hasSerial = devices.children.contains { $0.name == "serial" }
        var seen = -1
        devices.mapChildren { child in
            seen += 1
            guard seen == index else { return child }
            if hasSerial { return nil }
            let content = console.content.filter { content in
                if case .element(let child) = content { child.name != "target" } else { true }
            }
            return DomainElement("serial", attributes: console.attributes, content: content, line: console.line)
        }
    }

    static func device(_ device: DomainElement) -> DomainElement {
        switch device.name {
        case "disk": disk(device)
        case "graphics": graphics(device)
        case "interface": interface(device)
        default: device
        }
    }

    /// `<auth>` and `<encryption>` stand in the disk or in its source.
    private static func disk(_ disk: DomainElement) -> DomainElement {
        var disk = disk
        for name in ["auth", "encryption"] {
            guard let moved = disk.child(name), disk.child("source") != nil else { continue }
            disk.remove(name)
            disk.change("source") { $0.append(moved) }
        }
        return disk
    }

    /// A running domain's interface of a libvirt network has the type of what the network came to.
    static func interface(_ interface: DomainElement) -> DomainElement {
        guard interface.child("source")?["network"] != nil else { return interface }
        var interface = interface
        interface.set("type", "network")
        return interface
    }

    /// The address or socket stands in the element or in `<listen>`; a port that libvirt chooses is none.
    private static func graphics(_ graphics: DomainElement) -> DomainElement {
        var graphics = graphics
        for (name, kind) in [("listen", "address"), ("socket", "socket")] {
            guard let value = graphics[name] else { continue }
            graphics.set(name, nil)
            guard graphics.child("listen") == nil else { continue }
            let attribute = kind == "address" ? "address" : "socket"
            graphics.append(
                DomainElement(
                    "listen",
                    attributes: [.init(name: "type", value: kind), .init(name: attribute, value: value)],
                    line: graphics.line))
        }
        let ports = ["port", "tlsPort", "websocket"]
        guard ["vnc", "spice", "rdp"].contains(graphics["type"]) else { return graphics }
        let chosen = ports.allSatisfy { graphics[$0].map { $0 == "-1" || $0 == "0" } ?? true }
        if graphics["autoport"] == "yes" || graphics["autoport"] == nil && chosen {
            for port in ports { graphics.set(port, nil) }
            graphics.set("autoport", "yes")
        } else {
            graphics.set("autoport", nil)
        }
        return graphics
    }
}
