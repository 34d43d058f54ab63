/// A domain's XML as git should have it.
public struct PortableForm: Hashable, Sendable {
    /// The text, in libvirt's own style.
    public let xml: [UInt8]
    /// What was left out because it is secret, in the order of the XML.
    public let omitted: [OmittedSecret]
}

extension DomainDocument {
    /// This XML of a node as git should have it: without what libvirt makes by itself, and without secrets.
    ///
    /// The machine type keeps its version, and the CPU of a stored definition its mode, since a guest must find the same
    /// hardware after its next start. For the same reason PCI addresses are kept where libvirt would choose others, and
    /// more root ports than it would add. Making it twice changes nothing.
    public var portable: PortableForm {
        var omitted: [OmittedSecret] = []
        let stripped = DocumentSecrets.strip(Portable.domain(root), at: [], into: &omitted) ?? DomainElement("domain")
        return PortableForm(xml: Array(stripped.formatted().utf8), omitted: omitted)
    }
}

/// What a node's XML has and git should not.
private enum Portable {
    static func domain(_ root: DomainElement) -> DomainElement {
        var domain = root
        let isManual = hasManualBuses(root) || root.child("devices").map { !PCILayout.isLibvirts($0) } ?? false
        domain.set("id", nil)
        domain.change("metadata") { $0.mapChildren { $0.isMark ? nil : $0 } }
        domain.mapChildren { child in part(child, of: root) }
        domain.change("devices") { devices in
            let all = devices
            CanonicalForm.dropTwinConsole(&devices)
            devices.mapChildren { device($0, in: all, isManual: isManual) }
        }
        return domain
    }

    private static func part(_ part: DomainElement, of root: DomainElement) -> DomainElement? {
        guard part.namespace == nil else { return part }
        switch part.name {
        case "metadata": return part.children.isEmpty ? nil : part
        case "currentMemory":
            let memory = root.child("memory")
            return part.text == memory?.text && part["unit"] == memory?["unit"] ? nil : part
        case "resource": return part.child("partition")?.text == "/machine" ? nil : part
        case "seclabel": return part["type"] == "dynamic" || part.child("imagelabel") != nil ? nil : part
        case "vcpu":
            var vcpu = part
            if vcpu["placement"] == "static" { vcpu.set("placement", nil) }
            return vcpu
        default: return part
        }
    }

    /// Where the buses were laid out by hand, controllers and addresses are part of the definition.
    private static func hasManualBuses(_ root: DomainElement) -> Bool {
        root.child("devices")?.children.contains { controller in
            controller.name == "controller" && controller["type"] == "pci"
                && !["pci-root", "pcie-root", "pcie-root-port", "pcie-to-pci-bridge", "dmi-to-pci-bridge", nil]
                    .contains(controller["model"])
        } ?? false
    }

    private static func device(_ device: DomainElement, in devices: DomainElement, isManual: Bool) -> DomainElement? {
        let keepsPorts = !isManual && PCILayout.isRootPort(device) && PCILayout.hasSparePorts(devices)
        if keepsPorts { return port(device) }
        if device.name == "controller", !keeps(device, isManual: isManual) { return nil }
        if isDefault(device) { return nil }
        if device.name == "emulator" { return device }
        var kept = clean(device, isManual: isManual)
        switch device.name {
        case "disk":
            kept.remove("backingStore")
            kept.remove("mirror")
            kept.change("source") { $0.set("index", nil) }
            kept.change("target") { if $0["tray"] == "closed" { $0.set("tray", nil) } }
        case "interface": interface(&kept)
        case "graphics": graphics(&kept)
        case "serial", "console", "channel", "parallel": character(&kept)
        case "hostdev": kept.change("source") { $0.set("index", nil) }
        default: break
        }
        return kept
    }

    /// A root port, into which devices can be plugged: how many there are is the domain's, where they sit is libvirt's.
    private static func port(_ port: DomainElement) -> DomainElement {
        var port = clean(port, isManual: false)
        port.remove("model")
        port.remove("target")
        return port
    }

    /// Devices that every domain gets.
    private static func isDefault(_ device: DomainElement) -> Bool {
        switch device.name {
        case "input": device["bus"] == "ps2" && ["mouse", "keyboard"].contains(device["type"])
        case "audio": device["id"] == "1" && device["type"] == "none" && device.content.isEmpty
        default: false
        }
    }

    private static func keeps(_ controller: DomainElement, isManual: Bool) -> Bool {
        if controller.child("driver") != nil { return true }
        switch controller["type"] {
        case "pci": return isManual
        case "ide", "sata", "fdc", "ccid": return false
        case "virtio-serial": return controller["index"] != "0" || controller["ports"] != nil
        case "scsi": return controller["model"] != "lsilogic" || controller["index"] != "0"
        case "usb":
            return controller["index"] != "0" || controller["ports"] != nil
                || !["piix3-uhci", "qemu-xhci", nil].contains(controller["model"])
        default: return true
        }
    }

    /// Without addresses, aliases and the like, here and in all below.
    private static func clean(_ element: DomainElement, isManual: Bool, isSource: Bool = false) -> DomainElement {
        let device = element
        var element = element
        element.mapChildren { child in
            guard child.namespace == nil else { return child }
            switch child.name {
            case "address": return isSource || keepsAddress(child, of: device, isManual: isManual) ? child : nil
            case "alias": return (child["name"] ?? "").hasPrefix("ua-") ? child : nil
            case "privateData", "imagelabel": return nil
            case "seclabel": return child["type"] == "dynamic" ? nil : child
            default: return clean(child, isManual: isManual, isSource: child.name == "source")
            }
        }
        return element
    }

    private static func keepsAddress(_ address: DomainElement, of device: DomainElement, isManual: Bool) -> Bool {
        switch address["type"] {
        case "pci": isManual
        case "drive": device.name == "disk" && !isFirstOfTarget(device, address) || device.name == "hostdev"
        case "virtio-serial": address["controller"] != "0" && address["controller"] != nil
        case "usb", "ccid", "dimm", "virtio-mmio": false
        default: true
        }
    }

    /// Whether the address is what libvirt derives from the target's name: `sdc` is the third place.
    private static func isFirstOfTarget(_ disk: DomainElement, _ address: DomainElement) -> Bool {
        guard let dev = disk.child("target")?["dev"], let bus = disk.child("target")?["bus"],
            let index = TargetName.index(dev)
        else { return true }
        let places: (controller: Int, bus: Int, unit: Int) =
            switch bus {
            case "ide": (index / 4, index / 2 % 2, index % 2)
            case "sata": (index / 6, 0, index % 6)
            case "fdc": (index / 2, 0, index % 2)
            default: (index / 7, 0, index % 7)
            }
        func says(_ name: String, _ number: Int) -> Bool { address[name] == nil || address[name] == "\(number)" }
        return says("controller", places.controller) && says("bus", places.bus) && says("unit", places.unit)
    }

    private static func interface(_ interface: inout DomainElement) {
        interface = CanonicalForm.interface(interface)
        if let name = interface.child("target")?["dev"], LibvirtOwn.isGenerated(target: name) {
            interface.remove("target")
        }
        interface.change("source") { source in
            source.set("portid", nil)
            if source["network"] != nil {
                source.set("bridge", nil)
                source.set("dev", nil)
                source.set("mode", nil)
            }
        }
    }

    private static func graphics(_ graphics: inout DomainElement) {
        guard graphics["autoport"] == "yes" else { return }
        graphics.set("tlsPort", nil)
        graphics.set("websocket", nil)
        graphics.set("port", graphics["type"] == "spice" ? nil : "-1")
        // An address stays, the default one too: on another node the default may be every address there is.
        if let listen = graphics.child("listen"), listen["type"] == "address", listen["address"] == nil {
            graphics.remove("listen")
        }
        graphics.change("listen") { if $0["type"] == "network" { $0.set("address", nil) } }
        if graphics.child("listen")?["type"] == "network" { graphics.set("listen", nil) }
    }

    private static func character(_ device: inout DomainElement) {
        device.set("tty", nil)
        let isPTY = (device["type"] ?? "pty") == "pty"
        if let source = device.child("source"), isPTY || isGenerated(source, of: device) { device.remove("source") }
        device.change("source") { if $0["tls"] == "no" { $0.set("tls", nil) } }
        device.change("target") { $0.set("state", nil) }
    }

    private static func isGenerated(_ source: DomainElement, of device: DomainElement) -> Bool {
        device["type"] == "unix" && device.name == "channel" && LibvirtOwn.isLibvirts(path: source["path"] ?? "")
    }
}

/// The names of disks.
enum TargetName {
    /// The place that a name stands for: 0 for `vda`, 26 for `vdaa`; nil for any other name.
    static func index(_ name: String) -> Int? {
        guard ["hd", "sd", "vd", "fd", "xvd", "ubd"].contains(where: { name.hasPrefix($0) }) else { return nil }
        let letters = name.utf8.dropFirst(name.hasPrefix("xvd") || name.hasPrefix("ubd") ? 3 : 2)
        guard (1...3).contains(letters.count), letters.allSatisfy({ (0x61...0x7A).contains($0) }) else { return nil }
        return letters.reduce(0) { $0 * 26 + Int($1) - 0x60 } - 1
    }
}
