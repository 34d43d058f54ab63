extension DriftClass {
    /// The class of a difference. What a node has beyond git, and no migration takes along, comes first: that is why
    /// the next drain would fail.
    init(kind: String, change: DocumentDifference.Change, device: DevicePair) {
        if DriftRules.blocksMigration(kind, change, device) {
            self = .blocksMigration
        } else {
            self = DriftRules.isLive(kind, change, device) ? .liveApplicable : .nextStart
        }
    }
}

/// What libvirt can change while a domain runs, and what keeps it from migrating.
private enum DriftRules {
    static func blocksMigration(
        _ kind: String, _ change: DocumentDifference.Change, _ device: DevicePair
    ) -> Bool {
        if case .added(let element) = change { return blocksMigration(element, kind) }
        guard let node = device.node, case .value(_, let value?) = change else { return false }
        // A device that became such a one: an interface of type hostdev, a disk of type nvme.
        return kind == "devices/\(node.name)@type" && blocksMigration(node, "devices/\(node.name)")
            || kind == "devices/shmem@role" && value == "peer"
    }

    private static func blocksMigration(_ element: DomainElement, _ kind: String) -> Bool {
        switch kind {
        case "devices/hostdev", "devices/filesystem": true
        case "devices/interface": ["hostdev", "vdpa"].contains(element["type"])
        case "devices/disk": ["nvme", "vhostvdpa"].contains(element["type"])
        case "devices/smartcard": element["mode"] == "host"
        case "devices/shmem": element["role"] == "peer"
        case "cpu/feature": element["name"] == "invtsc" && element["policy"] != "disable"
        case "launchSecurity": true
        default: false
        }
    }

    static func isLive(_ kind: String, _ change: DocumentDifference.Change, _ device: DevicePair) -> Bool {
        if values.contains(kind) || trees.contains(where: { kind == $0 || isBelow(kind, $0) }) { return true }
        switch change {
        case .added(let element) where kind.hasPrefix("devices/"),
            .missing(let element) where kind.hasPrefix("devices/"):
            return kind == "devices/\(element.name)" ? isPluggable(element) : isLiveInside(kind, device)
        case .added, .missing: return false
        case .value: return isLiveInside(kind, device)
        }
    }

    private static func isBelow(_ kind: String, _ tree: String) -> Bool {
        kind.hasPrefix(tree + "/") || kind.hasPrefix(tree + "@")
    }

    /// A change inside a device.
    private static func isLiveInside(_ kind: String, _ device: DevicePair) -> Bool {
        if kind == "devices/interface@type" {
            let bridged: Set<String?> = ["network", "bridge"]
            return bridged.contains(device.git?["type"]) && bridged.contains(device.node?["type"])
        }
        guard kind == "devices/disk/source" || isBelow(kind, "devices/disk/source") || kind == "devices/disk@type"
        else { return false }
        // The medium of a drive; the source of a disk is what the guest's file system is on.
        return ["cdrom", "floppy"].contains((device.node ?? device.git)?["device"])
    }

    /// What can be attached and detached: whatever sits on a bus that can be plugged.
    private static func isPluggable(_ device: DomainElement) -> Bool {
        switch device.name {
        case "disk":
            let bus = device.child("target")?["bus"]
            return ["disk", "lun", nil].contains(device["device"]) && ["virtio", "scsi", "usb", nil].contains(bus)
                && (bus != nil || !(device.child("target")?["dev"] ?? "").hasPrefix("hd"))
        case "controller": return device["type"] == "scsi"
        case "input": return device["bus"] != "ps2"
        case "interface", "hostdev", "lease", "redirdev", "rng", "memory", "shmem", "watchdog", "vsock", "channel":
            return true
        default: return false
        }
    }

    private static let values: Set<String> = [
        "currentMemory", "vcpu@current", "title", "description", "on_poweroff", "on_reboot", "on_crash",
        "devices/interface/link@state", "devices/interface/source@network", "devices/interface/source@bridge",
        "devices/interface/source@portgroup", "devices/graphics@passwd", "devices/graphics@passwdValidTo",
        "devices/memballoon/stats@period", "devices/memory/target/requested", "numatune/memory@nodeset",
        "devices/disk/source@startupPolicy",
    ]

    /// With all that stands in them.
    private static let trees = [
        "metadata", "cputune", "memtune", "blkiotune", "devices/interface/bandwidth", "devices/interface/link",
        "devices/interface/filterref", "devices/disk/iotune", "devices/memballoon/stats", "iothreadids", "iothreads",
    ]
}
