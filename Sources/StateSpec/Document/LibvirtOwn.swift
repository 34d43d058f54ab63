/// What libvirt puts into a domain's XML by itself, as seen of libvirt 9.0 with the documents of the tests, and known
/// of later ones. What a node has and git does not, and what is not here, a person has made.
enum LibvirtOwn {
    enum Rule: Sendable {
        /// Whatever it says.
        case always
        /// In the XML of a running domain.
        case live
        /// When the text or value is one of these.
        case only([String])
        /// When this holds of the element, and of the element in git that would hold it.
        case when(@Sendable (_ actual: DomainElement, _ wished: DomainElement, _ form: DocumentForm) -> Bool)
    }

    /// Whether an element that git does not mention is libvirt's own.
    static func isOwn(
        _ element: DomainElement, at path: String, in wished: DomainElement, _ form: DocumentForm
    ) -> Bool {
        guard element.namespace == nil else { return element.isMark }
        let rule = elements[path] ?? elements["*/\(element.name)"]
        switch rule {
        case nil: return false
        case .always: return true
        case .live: return form == .live
        case .only(let texts): return texts.contains(element.text)
        case .when(let holds): return holds(element, wished, form)
        }
    }

    /// Whether an attribute that git does not mention is libvirt's own.
    static func isOwn(
        attribute name: String, of element: DomainElement, at path: String, in wished: DomainElement,
        _ form: DocumentForm
    ) -> Bool {
        let rule = attributes["\(path)@\(name)"] ?? attributes["\(tail(path))@\(name)"] ?? attributes["*@\(name)"]
        switch rule {
        case nil: return false
        case .always: return true
        case .live: return form == .live
        case .only(let values): return element[name].map(values.contains) ?? false
        case .when(let holds): return holds(element, wished, form)
        }
    }

    /// `*/driver` of `devices/disk/driver`.
    private static func tail(_ path: String) -> String { "*/\(path.split(separator: "/").last ?? "")" }

    // MARK: - Elements

    private static let elements: [String: Rule] = [
        // Anywhere.
        "*/address": .always,
        "*/alias": .when { alias, _, _ in !(alias["name"] ?? "").hasPrefix("ua-") },
        "*/privateData": .always,
        "*/seclabel": .when { label, _, form in
            label["type"] == "dynamic" || form == .live && label["type"] != "none"
        },
        "*/imagelabel": .always,
        "*/baselabel": .live,
        // The domain.
        "currentMemory": .always,
        "cpu": .when { cpu, _, _ in (cpu["mode"] ?? "custom") == "custom" && isDefault(model: cpu.child("model")) },
        "clock": .when { clock, _, _ in clock["offset"] == "utc" && clock.children.isEmpty },
        "on_poweroff": .only(["destroy"]), "on_reboot": .only(["restart"]), "on_crash": .only(["destroy"]),
        "resource": .when { resource, _, _ in resource.child("partition")?.text == "/machine" },
        "iothreadids": .when { ids, domain, _ in
            UInt64(ids.children.count) == domain.child("iothreads").flatMap(CanonicalForm.amount) ?? 0
        },
        "vcpus": .live,
        "devices": .always,
        "metadata": .when { metadata, _, _ in metadata.children.isEmpty },
        "features": .when { features, _, _ in features.children.allSatisfy { $0.name == "gic" } },
        "features/gic": .always,
        // Starting.
        "os/boot": .when { boot, os, _ in boot["dev"] == "hd" && os.child("boot") == nil },
        "os/firmware": .when { _, os, _ in os["firmware"] != nil },
        "os/loader": .when { _, os, _ in os["firmware"] != nil },
        "os/nvram": .when { _, os, _ in os["firmware"] != nil || os.child("loader") != nil },
        // The CPU: what a model, or the host's, came to once it was started.
        "cpu/model": .when { model, cpu, form in form == .live || cpu["mode"] == nil && isDefault(model: model) },
        "cpu/vendor": .live, "cpu/feature": .live, "cpu/maxphysaddr": .live,
        "cpu/topology": .live, "cpu/numa/cell/distances": .live,
        // Devices.
        "devices/emulator": .always,
        "devices/controller": .when { controller, _, _ in isDefault(controller: controller) },
        "devices/controller/model": .always, "devices/controller/target": .always,
        "devices/controller/pcihole64": .always,
        "devices/input": .when { input, _, _ in
            ["mouse", "keyboard"].contains(input["type"]) && input["bus"] == "ps2"
        },
        "devices/hub": .always,
        "devices/memballoon": .when { balloon, _, _ in
            (balloon["model"] ?? "").hasPrefix("virtio") && balloon["autodeflate"] == nil
                && balloon.children.allSatisfy { ["address", "alias"].contains($0.name) }
        },
        "devices/audio": .when { audio, _, _ in audio["id"] == "1" },
        "devices/video": .when { video, devices, _ in
            devices.child("graphics") != nil && devices.child("video") == nil
                && video.child("model")?["type"] != "none"
        },
        "devices/video/model": .always,
        "devices/video/driver": .when { driver, _, _ in driver.attributes.isEmpty },
        "devices/watchdog": .when { watchdog, _, _ in watchdog["model"] == "itco" },
        "devices/panic": .when { panic, _, _ in ["pseries", "s390"].contains(panic["model"]) },
        "devices/disk/driver": .when { driver, _, _ in
            (driver["type"] ?? "raw") == "raw" && driver.attributes.allSatisfy { ["name", "type"].contains($0.name) }
        },
        "devices/disk/readonly": .when { _, disk, _ in disk["device"] == "cdrom" },
        "devices/disk/backingStore": .always, "devices/disk/mirror": .always,
        "devices/disk/source": .when { source, _, _ in source.attributes.isEmpty && source.content.isEmpty },
        "devices/disk/source/privateData": .always,
        "devices/disk/source/reservations/source": .live,
        "devices/interface/mac": .always,
        "devices/interface/model": .when { model, _, _ in defaultCards.contains(model["type"]) },
        "devices/interface/target": .when { target, _, form in
            form == .live || isGenerated(target: target["dev"] ?? "")
        },
        "devices/interface/link": .when { link, _, _ in link["state"] == "up" },
        "devices/interface/virtualport/parameters": .always,
        "devices/interface/virtualport": .live, "devices/interface/backend": .live,
        "devices/interface/driver": .when { driver, _, _ in driver["name"] == "vfio" && driver.children.isEmpty },
        "devices/hostdev/driver": .when { driver, _, _ in driver["name"] == "vfio" },
        "devices/filesystem/driver": .when { driver, _, _ in driver["type"] == "path" },
        "devices/filesystem/binary": .live,
        // The other name of the first serial port was taken away; others are made by people.
        "devices/serial/target": .always, "devices/console/target": .always, "devices/parallel/target": .always,
        "devices/serial/target/model": .always, "devices/console/target/model": .always,
        "devices/channel/target/model": .always,
        "devices/serial/source": .when { _, serial, _ in (serial["type"] ?? "pty") == "pty" },
        "devices/console/source": .when { _, console, _ in (console["type"] ?? "pty") == "pty" },
        "devices/channel/source": .when { source, channel, _ in
            (channel["type"] ?? "pty") == "pty" || channel["type"] == "unix" && isLibvirts(path: source["path"] ?? "")
        },
        "devices/serial/protocol": .when { said, _, _ in said["type"] == "raw" },
        "devices/console/protocol": .when { said, _, _ in said["type"] == "raw" },
        "devices/channel/protocol": .when { said, _, _ in said["type"] == "raw" },
        "devices/redirdev/protocol": .when { said, _, _ in said["type"] == "raw" },
        "devices/rng/backend/protocol": .when { said, _, _ in said["type"] == "raw" },
        "devices/graphics/listen": .when { listen, _, _ in
            listen["type"] == "address" && ["127.0.0.1", "::1", nil].contains(listen["address"])
        },
        "devices/graphics/gl": .when { gl, _, _ in gl["enable"] == "no" },
        "devices/tpm/backend/profile": .live,
        "devices/memory/target/node": .only(["0"]),
        "devices/memory/target/current": .always, "devices/memory/target/requested": .always,
        "devices/memory/target/block": .always, "devices/memory/target/address": .always,
        "devices/shmem/model": .when { model, _, _ in model["type"] == "ivshmem-plain" },
        "devices/shmem/size": .always,
    ]

    /// Names of host interfaces that libvirt makes up, with a number.
    static func isGenerated(target name: String) -> Bool {
        ["vnet", "vif", "macvtap", "macvlan"].contains { prefix in
            name.hasPrefix(prefix) && name.utf8.dropFirst(prefix.utf8.count).allSatisfy { (0x30...0x39).contains($0) }
        }
    }

    static func isLibvirts(path: String) -> Bool {
        let folders = ["/var/lib/libvirt/", "/run/libvirt/", "/var/run/libvirt/"]
        return path.isEmpty || AbsolutePath.isNormal(path) && folders.contains { path.hasPrefix($0) }
    }

    /// The machine of who asks for none, by architecture.
    private static let defaultMachines = ["pc-i440fx-", "virt-", "pseries-", "s390-ccw-virtio-"]

    /// The CPU of who asks for none.
    private static func isDefault(model: DomainElement?) -> Bool {
        model.map { $0.text.hasPrefix("qemu") || $0.text.hasPrefix("kvm") } ?? false
    }

    /// What libvirt puts in, by machine, where git names no model.
    private static let defaultCards: Set<String?> = ["rtl8139", "e1000", "e1000e", "virtio", "lan9118", "usb-net"]

    /// A controller that libvirt adds because some device needs it, or because a machine has one.
    static func isDefault(controller: DomainElement) -> Bool {
        if controller.child("driver") != nil { return false }
        return switch controller["type"] {
        case "usb": controller["model"] != "none"
        case "pci": !(controller["model"] ?? "").contains("expander")
        case "ide", "sata", "fdc", "ccid", "virtio-serial", "isa": true
        case "scsi": ["lsilogic", "virtio-scsi", "ibmvscsi", nil].contains(controller["model"])
        default: false
        }
    }

    // MARK: - Attributes

    private static let attributes: [String: Rule] = [
        "*@index": .always,
        // The elements, by their last name.
        "*/address@domain": .always, "*/address@bus": .always, "*/address@slot": .always,
        "*/address@function": .always, "*/address@type": .always, "*/address@multifunction": .always,
        "*/address@controller": .always, "*/address@target": .always, "*/address@unit": .always,
        "*/address@port": .always, "*/address@base": .always, "*/address@slotType": .always,
        "*/host@port": .always, "*/host@transport": .only(["tcp"]),
        "*/memory@unit": .always, "*/currentMemory@unit": .always, "*/cell@unit": .always, "*/page@unit": .always,
        "*/maxMemory@unit": .always,
        "*/seclabel@relabel": .always, "*/seclabel@type": .always, "*/seclabel@model": .only(["none"]),
        "*/encryption@engine": .only(["qemu"]),
        // The domain.
        "domain@id": .live,
        "vcpu@placement": .only(["static"]),
        "os/type@arch": .always,
        "os/type@machine": .when { type, _, _ in
            defaultMachines.contains { (type["machine"] ?? "").hasPrefix($0) }
        },
        "os/loader@type": .always, "os/loader@readonly": .always, "os/loader@format": .only(["raw"]),
        "os/loader@secure": .only(["no"]), "os/loader@stateless": .only(["no"]),
        "os/nvram@template": .always, "os/nvram@templateFormat": .only(["raw"]), "os/nvram@format": .only(["raw"]),
        "os/acpi/table@type": .always,
        "features/hyperv@mode": .only(["custom"]),
        "cpu@mode": .only(["custom"]), "cpu@match": .only(["exact"]), "cpu@check": .always,
        "cpu@migratable": .only(["on"]),
        "cpu/model@fallback": .always, "cpu/topology@dies": .only(["1"]), "cpu/topology@clusters": .only(["1"]),
        "cpu/feature@policy": .only(["require"]),
        "cpu/numa/cell@id": .always,
        "numatune/memory@mode": .only(["strict"]),
        "clock@adjustment": .live, "clock@basis": .only(["utc"]), "clock@offset": .only(["utc"]),
        // Devices.
        "devices/disk@type": .only(["file"]), "devices/disk@device": .only(["disk"]),
        "devices/disk@snapshot": .only(["no"]), "devices/disk@rawio": .live, "devices/disk@sgio": .live,
        "*/driver@name": .only(["qemu"]), "devices/disk/driver@type": .only(["raw"]),
        "devices/disk/target@bus": .always, "devices/disk/target@tray": .always,
        "devices/disk/source@mode": .live, "devices/disk/source@tls": .only(["no"]),
        "devices/disk/source/reservations@managed": .always,
        "devices/disk/geometry@trans": .live,
        "devices/interface/source@bridge": .live, "devices/interface/source@portid": .live,
        "devices/interface/source@dev": .live, "devices/interface/source@mode": .only(["vepa"]),
        "devices/interface/source@connection": .live,
        "devices/interface/target@dev": .live, "devices/interface/mac@type": .always,
        "devices/interface/ip@family": .only(["ipv4"]),
        "devices/interface@managed": .only(["no"]),
        "devices/hostdev@mode": .only(["subsystem"]), "devices/hostdev@managed": .only(["no"]),
        "devices/hostdev@display": .only(["off"]), "devices/hostdev@ramfb": .only(["off"]),
        "devices/hostdev/rom@bar": .only(["on"]),
        "devices/filesystem@type": .only(["mount"]), "devices/filesystem@accessmode": .only(["passthrough"]),
        "devices/serial@tty": .live, "devices/console@tty": .live,
        "devices/serial/target@type": .always, "devices/serial/target@port": .always,
        "devices/console/target@type": .always, "devices/console/target@port": .always,
        "devices/parallel/target@port": .always, "devices/channel/target@state": .always,
        "devices/channel/target@type": .always,
        "devices/serial/source@path": .when { _, serial, _ in serial["path"] == nil },
        "devices/channel/source@path": .when { source, _, _ in isLibvirts(path: source["path"] ?? "") },
        "devices/channel/source@mode": .only(["bind"]), "*/source@tls": .only(["no"]),
        "devices/input@bus": .always,
        // Of a password that is not shown, and so not compared.
        "devices/graphics@passwdValidTo": .always,
        "devices/graphics@autoport": .always, "devices/graphics@tlsPort": .live, "devices/graphics@websocket": .live,
        "devices/graphics/listen@address": .when { listen, wished, form in
            form == .live || ["127.0.0.1", "::1"].contains(listen["address"])
        },
        "devices/graphics/listen@type": .only(["address"]), "devices/graphics/listen@socket": .live,
        "devices/graphics/gl@rendernode": .live,
        "devices/video/model@type": .always, "devices/video/model@vram": .always, "devices/video/model@ram": .always,
        "devices/video/model@heads": .always, "devices/video/model@vgamem": .always,
        "devices/video/model@primary": .always, "devices/video/model@vram64": .always,
        "devices/video/model/acceleration@accel3d": .only(["no"]),
        "devices/controller@model": .always, "devices/controller@vectors": .live, "devices/controller@ports": .live,
        "devices/tpm@model": .always, "devices/tpm/backend@version": .always,
        "devices/tpm/backend@persistent_state": .only(["no"]),
        "devices/rng/backend@type": .only(["udp"]),
        "devices/watchdog@action": .only(["reset"]),
        "devices/panic@model": .always,
        "devices/shmem/server@path": .live, "devices/redirdev@bus": .only(["usb"]),
        "devices/memballoon@model": .only(["virtio"]),
        "devices/iommu/driver@aw_bits": .live,
        "devices/smartcard/address@type": .always, "devices/vsock/cid@auto": .only(["no"]),
        "devices/vsock/cid@address": .when { _, cid, _ in cid["auto"] == "yes" },
        "devices/vsock@model": .always,
        "devices/memory/source/path@type": .live,
    ]
}
