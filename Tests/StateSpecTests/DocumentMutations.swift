@testable import StateSpec

extension DocumentMutation {
    static let all = amounts + settings + devices + disks + interfaces

    private static let amounts: [DocumentMutation] = [
        DocumentMutation("more memory") { node, _ in
            guard node.find("cpu", "numa") == nil, let memory = node.child("memory").flatMap(CanonicalForm.amount)
            else { return nil }
            node.change("memory") { $0.set(text: "\(memory * 2)") }
            return told("memory", .nextStart)
        },
        DocumentMutation("setmem") { node, _ in
            node.change("currentMemory") { $0.set(text: "16384") }
            return told("currentMemory", .liveApplicable)
        },
        DocumentMutation("more vCPUs") { node, _ in
            node.change("vcpu") { $0.set(text: "\((Int($0.text) ?? 0) + 3)") }
            return told("vcpu", .nextStart)
        },
        DocumentMutation("setvcpus") { node, _ in
            node.change("vcpu") { $0.set("current", "77") }
            return told("vcpu/@current", .liveApplicable)
        },
    ]

    private static let settings: [DocumentMutation] = [
        DocumentMutation("another boot order") { node, git in
            guard git.find("os", "boot") != nil || node.find("os", "boot")?["dev"] == "hd" else { return nil }
            guard node.find("os", "boot")?["dev"] != "fd" else { return nil }
            node.change("os") { $0.change("boot") { $0.set("dev", "fd") } }
            return told(git.find("os", "boot") != nil ? "os/boot/@dev" : "os/boot", .nextStart)
        },
        DocumentMutation("another machine") { node, _ in
            node.change("os") { $0.change("type") { $0.set("machine", "microvm") } }
            return told("os/type/@machine", .nextStart)
        },
        DocumentMutation("another CPU model") { node, git in
            guard git.find("cpu", "model") != nil else { return nil }
            node.change("cpu") { $0.change("model") { $0.set(text: "Penryn") } }
            return told("cpu/model", .nextStart)
        },
        DocumentMutation("a CPU of its own") { node, git in
            guard git.child("cpu") == nil, let cpu = element("<cpu mode='host-passthrough' check='none'/>")
            else { return nil }
            node.remove("cpu")
            node.append(cpu)
            return told("cpu", .nextStart)
        },
        DocumentMutation("on_crash") { node, git in
            node.change("on_crash") { $0.set(text: "preserve") }
            return told("on_crash", .liveApplicable)
        },
        DocumentMutation("a title") { node, git in
            guard git.child("title") == nil else { return nil }
            node.append(DomainElement("title", content: [.text("by hand")]))
            return told("title", .liveApplicable)
        },
        DocumentMutation("a description") { node, git in
            node.remove("description")
            node.append(DomainElement("description", content: [.text("by hand")]))
            return told("description", .liveApplicable)
        },
        DocumentMutation("a feature") { node, git in
            guard git.child("features") != nil else { return nil }
            node.change("features") { $0.append(DomainElement("privnet")) }
            return told("features/privnet", .nextStart)
        },
        DocumentMutation("no ACPI") { node, git in
            guard git.find("features", "acpi") != nil else { return nil }
            node.change("features") { $0.remove("acpi") }
            return told("features/acpi", .nextStart)
        },
        DocumentMutation("another clock") { node, git in
            guard git.child("clock") != nil else { return nil }
            node.change("clock") { $0.set("offset", "beyond") }
            return told("clock/@offset", .nextStart)
        },
        DocumentMutation("a share of the CPUs") { node, git in
            guard git.child("cputune") == nil, let tune = element("<cputune><shares>99</shares></cputune>") else {
                return nil
            }
            node.append(tune)
            return told("cputune", .liveApplicable)
        },
        DocumentMutation("a QEMU argument") { node, git in
            guard git.children.allSatisfy({ $0.name != "commandline" }) else { return nil }
            let namespace = DocumentSecrets.qemu
            let argument = DomainElement(
                "arg", namespace: namespace, prefix: "qemu", attributes: [.init(name: "value", value: "-s")])
            node.append(
                DomainElement("commandline", namespace: namespace, prefix: "qemu", content: [.element(argument)]))
            return told("qemu:commandline", .nextStart)
        },
    ]

    private static let devices: [DocumentMutation] = [
        attach(
            "<hostdev mode='subsystem' type='usb'><source><vendor id='0x1'/></source></hostdev>",
            "hostdev[usb id=1]", .blocksMigration),
        attach(
            "<filesystem type='mount'><source dir='/x'/><target dir='byhand'/></filesystem>",
            "filesystem[byhand]", .blocksMigration),
        attach(
            "<channel type='unix'><target type='virtio' name='by.hand'/></channel>",
            "channel[by.hand]", .liveApplicable),
        attach("<rng model='virtio'><backend model='builtin'/></rng>", "rng", .liveApplicable),
        attach("<graphics type='dbus'/>", "graphics[dbus]", .nextStart),
        attach("<sound model='pcspk'/>", "sound[pcspk]", .nextStart),
        attach("<controller type='xenbus' index='0'/>", "controller[xenbus 0]", .nextStart),
        DocumentMutation("no balloon") { node, git in
            guard git.find("devices", "memballoon") == nil,
                node.changeDevice({ $0.name == "memballoon" }, { $0.set("model", "none") }) != nil
            else { return nil }
            return told("devices/memballoon", .nextStart)
        },
        DocumentMutation("a serial port is gone") { node, git in
            guard git.find("devices", "serial") != nil,
                node.child("devices")?.children.count(where: { $0.name == "serial" }) == 1
            else { return nil }
            node.change("devices") {
                $0.remove("serial")
                $0.remove("console")
            }
            return told("devices/serial", .nextStart)
        },
    ]

    private static let disks: [DocumentMutation] = [
        attach(
            "<disk type='file'><source file='/x'/><target dev='vdz' bus='virtio'/></disk>",
            "disk[vdz]", .liveApplicable),
        attach(
            "<disk type='file'><source file='/x'/><target dev='sdzz' bus='sata'/></disk>",
            "disk[sdzz]", .nextStart),
        attach(
            "<disk type='nvme'><source/><target dev='vdz' bus='virtio'/></disk>",
            "disk[vdz]", .blocksMigration),
        DocumentMutation("detach a disk") { node, _ in
            let disk = node.removeDevice { $0.name == "disk" && $0.child("target")?["bus"] == "virtio" }
            return disk.map { told("devices/disk[\($0.target)]", .liveApplicable) }
        },
        DocumentMutation("another file") { node, _ in
            let disk = node.changeDevice(
                {
                    $0.name == "disk" && ["disk", "cdrom"].contains($0["device"]) && $0.child("source")?["file"] != nil
                },
                { $0.change("source") { $0.set("file", "/by/hand") } })
            guard let disk else { return nil }
            return told(
                "devices/disk[\(disk.target)]/source/@file",
                disk["device"] == "cdrom" ? .liveApplicable : .nextStart)
        },
        DocumentMutation("another name at the storage") { node, _ in
            let disk = node.changeDevice(
                { $0.name == "disk" && $0["device"] == "disk" && $0.child("source")?["name"] != nil },
                { $0.change("source") { $0.set("name", "by-hand") } })
            return disk.map { told("devices/disk[\($0.target)]/source/@name", .nextStart) }
        },
        DocumentMutation("eject the medium") { node, _ in
            let disk = node.changeDevice(
                { $0.name == "disk" && $0["device"] == "cdrom" && $0.child("source") != nil }, { $0.remove("source") })
            return disk.map { told("devices/disk[\($0.target)]/source", .liveApplicable) }
        },
        DocumentMutation("insert a medium") { node, _ in
            let disk = node.changeDevice(
                { $0.name == "disk" && $0["device"] == "cdrom" && $0.child("source") == nil },
                { $0.append(DomainElement("source", attributes: [.init(name: "file", value: "/by/hand.iso")])) })
            return disk.map { told("devices/disk[\($0.target)]/source", .liveApplicable) }
        },
        DocumentMutation("a cache mode") { node, git in
            let has = Set(
                (git.child("devices")?.children ?? []).filter {
                    $0.name == "disk" && $0.child("driver") != nil && $0.child("driver")?["cache"] == nil
                }.map(\.target))
            let disk = node.changeDevice(
                { $0.name == "disk" && has.contains($0.target) && $0.child("driver") != nil },
                { $0.change("driver") { $0.set("cache", "unsafe") } })
            return disk.map { told("devices/disk[\($0.target)]/driver/@cache", .nextStart) }
        },
        DocumentMutation("shareable") { node, _ in
            let disk = node.changeDevice(
                { $0.name == "disk" && $0.child("shareable") == nil }, { $0.append(DomainElement("shareable")) })
            return disk.map { told("devices/disk[\($0.target)]/shareable", .nextStart) }
        },
        DocumentMutation("a limit") { node, _ in
            guard let limit = element("<iotune><total_bytes_sec>9</total_bytes_sec></iotune>") else { return nil }
            let disk = node.changeDevice(
                { $0.name == "disk" && $0.child("iotune") == nil }, { $0.append(limit) })
            return disk.map { told("devices/disk[\($0.target)]/iotune", .liveApplicable) }
        },
    ]

    private static let interfaces: [DocumentMutation] = [
        attach(
            "<interface type='network'><mac address='52:54:00:ff:ff:ff'/><source network='lan'/></interface>",
            "interface[52:54:00:ff:ff:ff]", .liveApplicable),
        attach(
            "<interface type='hostdev'><mac address='52:54:00:ff:ff:fe'/></interface>",
            "interface[52:54:00:ff:ff:fe]", .blocksMigration),
        DocumentMutation("another network") { node, git in
            guard let name = onlyInterface(git, "network") else { return nil }
            _ = node.changeDevice(
                { $0.name == "interface" }, { $0.change("source") { $0.set("network", "by-hand") } })
            return told("devices/\(name)/source/@network", .liveApplicable)
        },
        DocumentMutation("the cable is pulled") { node, git in
            guard let name = onlyInterface(git, "network"), node.find("devices", "interface", "link") == nil else {
                return nil
            }
            let link = DomainElement("link", attributes: [.init(name: "state", value: "down")])
            _ = node.changeDevice({ $0.name == "interface" }, { $0.append(link) })
            return told("devices/\(name)/link", .liveApplicable)
        },
        DocumentMutation("detach the interface") { node, git in
            guard let name = onlyInterface(git, nil), node.removeDevice({ $0.name == "interface" }) != nil else {
                return nil
            }
            return told("devices/\(name)", .liveApplicable)
        },
        DocumentMutation("another card") { node, git in
            guard let name = onlyInterface(git, nil), git.find("devices", "interface", "model") != nil else {
                return nil
            }
            _ = node.changeDevice(
                { $0.name == "interface" }, { $0.change("model") { $0.set("type", "by-hand") } })
            return told("devices/\(name)/model/@type", .nextStart)
        },
    ]

    /// How git's only interface is called, if there is only one, of a source with this attribute.
    private static func onlyInterface(_ git: DomainElement, _ source: String?) -> String? {
        let interfaces = (git.child("devices")?.children ?? []).filter { $0.name == "interface" }
        guard interfaces.count == 1 else { return nil }
        if let source, interfaces[0].child("source")?[source] == nil { return nil }
        return interfaces[0].child("mac")?["address"].map { "interface[\($0)]" } ?? "interface"
    }
}
