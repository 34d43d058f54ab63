/// Interfaces and character devices.
extension PolicyCheck {
    /// What an interface of a type needs; nil for one that a network's name decides about.
    static func interface(_ type: String) -> PolicyException? {
        switch type {
        case "network", "bridge", "null": nil
        case "direct": .interfaceDirect
        case "hostdev": .hostdev
        case "user": .interfaceUser
        case "client", "server", "mcast", "udp": .interfaceSocket
        case "vdpa": .interfaceVDPA
        case "vhostuser": .interfaceVhostUser
        // Ethernet, and whatever there may be later.
        default: .interfaceEthernet
        }
    }

    /// The source of an interface that is neither a network nor a bridge.
    static func interfaceSource(_ value: String, _ site: Site) -> Objection? {
        let type = site.around(["interface"])?["type"] ?? ""
        // Of another type, that it is of this type was told.
        if interface(type) != nil { return nil }
        return Objection(.unknown, "\(Escaped(value)) as the source of an interface of type \(Escaped(type))")
    }

    /// libvirt replaces a name of its own kind; any other may be the device of another guest.
    static func tap(_ name: String, _ policy: XMLPolicy) -> Objection? {
        let isGenerated = ["vnet", "vif", "macvtap", "macvlan"].contains { prefix in
            name.hasPrefix(prefix) && !name.utf8.dropFirst(prefix.utf8.count).isEmpty
                && name.utf8.dropFirst(prefix.utf8.count).allSatisfy { (0x30...0x39).contains($0) }
        }
        if isGenerated || policy.allow.contains(.tapNames) { return nil }
        return Objection(.tapNames, "the network device \(Escaped(name))")
    }

    /// What a character device of a type needs; nil for one that libvirt alone has in hand.
    static func chardev(_ type: String) -> PolicyException? {
        switch type {
        // What a path there is, `chardevSource` decides about.
        case "pty", "null", "vc", "spicevmc", "spiceport", "qemu-vdagent", "unix": nil
        case "dbus": .chardevDBus
        case "file": .chardevFile
        case "nmdm": .chardevNullModem
        case "pipe": .chardevPipe
        case "stdio": .chardevStdio
        case "tcp": .chardevTCP
        case "udp": .chardevUDP
        // A device, and whatever there may be later.
        default: .chardevDevice
        }
    }

    /// What a character device is connected to. Of a type that is not allowed, that was told. Without a path libvirt makes
    /// a socket of its own.
    static func chardevSource(_ value: String, _ site: Site) -> Objection? {
        // libvirt reads a missing type as pty.
        let type = site.around(["serial", "parallel", "console", "channel", "redirdev", "smartcard"])?["type"] ?? "pty"
        guard chardev(type) == nil, value == site.element?["path"] else { return nil }
        if type != "unix", isTerminal(value) { return nil }
        return unless(type == "unix" ? .unixSockets : .chardevDevice, site, "the source", value)
    }

    /// A word that libvirt makes a file's name of: it puts a folder of its own before it, and removes what is there.
    static func fileName(_ name: String, _ site: Site) -> Objection? {
        let isName =
            ![".", ".."].contains(name) && name.utf8.allSatisfy { $0 > 0x1F && $0 < 0x7F && $0 != 0x2F }
        let element = site.element?.name ?? ""
        return isName ? nil : Objection(.device, "a path as the name in <\(element)>, \(Escaped(name)),")
    }

    /// The architecture of who names no emulator: libvirt takes the binary that goes by its name.
    static func architecture(_ name: String, _ site: Site) -> Objection? {
        let isNamed = site.domain?.child("devices")?.child("emulator") != nil
        let suffix = name == "i686" ? "i386" : name
        let isPC = ["i686", "x86_64"].contains(name)
        let binaries = ["/usr/bin/qemu-system-\(suffix)"] + (isPC ? ["/usr/bin/kvm", "/usr/libexec/qemu-kvm"] : [])
        if isNamed || binaries.contains(where: { PolicyPaths.match($0, site.policy.emulators) }) { return nil }
        return Objection(
            .emulator, "the emulator of architecture \(Escaped(name))", path(binaries[0]) { .emulator($0) })
    }

    /// What libvirt writes there by itself of a pty.
    static func isTerminal(_ path: String) -> Bool {
        let digits = path.utf8.dropFirst("/dev/pts/".utf8.count)
        return path.hasPrefix("/dev/pts/") && !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
    }
}
