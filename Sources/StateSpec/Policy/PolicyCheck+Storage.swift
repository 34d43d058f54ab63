/// Disks, firmware and kernels.
extension PolicyCheck {
    static func firmware(_ path: String, _ policy: XMLPolicy) -> Objection? {
        PolicyPaths.contain(path, policy.firmware)
            ? nil : Objection(.firmware, "the firmware \(Escaped(path))", folder(of: path) { .firmware($0) })
    }

    /// Flash that is not read-only is written by the guest, for all that use it. libvirt takes a missing word for no.
    static func readOnly(_ value: String, _ site: Site) -> Objection? {
        value == "yes" || site.element?["type"] != "pflash"
            ? nil : unless(.writableFirmware, site, "firmware that the guest can write, readonly", value)
    }

    /// The domain's own file, where libvirt puts it; another's holds that one's secrets.
    static func nvram(_ path: String, _ site: Site) -> Objection? {
        if path.isEmpty { return nil }
        let name = site.domain?.child("name").map(PolicyWalk.rawText) ?? ""
        let isOwn = path == "/var/lib/libvirt/qemu/nvram/\(name)_VARS.fd" && AbsolutePath.isNormal(path)
        return isOwn || PolicyPaths.contain(path, site.policy.disks.roots)
            ? nil : Objection(.firmware, "the variables' file \(Escaped(path))", self.path(path) { .root($0) })
    }

    static func diskType(_ type: String, _ site: Site) -> Objection? {
        switch type {
        case "file", "block", "volume", "network": nil
        case "dir": unless(.diskDirectory, site, "a disk of type", type)
        case "nvme": unless(.hostdev, site, "a disk of type", type)
        case "vhostuser", "vhostvdpa": unless(.diskVhost, site, "a disk of type", type)
        default: Objection(.unknown, "a disk of type \(Escaped(type))")
        }
    }

    /// A block device, by its path or by the iSCSI target that it is of.
    static func diskDevice(_ path: String, _ policy: XMLPolicy) -> Objection? {
        if PolicyPaths.contain(path, policy.disks.devices) { return nil }
        guard AbsolutePath.isNormal(path) else { return Objection(.disk, "the device \(Escaped(path))") }
        switch StorageKey(path: path).device {
        case .lun(let lun):
            return target(lun.target, "the device \(Escaped(path)) of target", portals: [], policy)
        case .wwid(let wwid) where policy.disks.hasTargetsOfGit || !policy.disks.targets.isEmpty:
            return Objection(.disk, "the device \(Escaped(path))", .device(path), need: .wwid(wwid))
        case .wwid, .path, .network, .volume:
            return Objection(.disk, "the device \(Escaped(path))", .device(path))
        }
    }

    /// A disk that QEMU reaches over the network.
    static func networkDisk(_ word: String, _ site: Site) -> Objection? {
        if site.policy.disks.protocols.contains(word) { return nil }
        let name = site.element?["name"] ?? ""
        guard word == "iscsi", let lun = ISCSILUNAddress(libvirtName: name) else {
            let isKnown = XMLPolicy.knownProtocols.contains(word)
            return Objection(.disk, "a disk by \(Escaped(word))", isKnown ? .protocol(word) : nil)
        }
        let hosts = site.element?.children.filter { $0.name == "host" } ?? []
        let portals = hosts.map { host in
            let name = host["name"] ?? ""
            let shown = name.utf8.contains(0x3A) && name.utf8.first != 0x5B ? "[\(name)]" : name
            let text = "\(shown):\(host["port"] ?? "3260")"
            return ISCSIPortal(text)?.description ?? text
        }
        return target(lun.target, "a disk of iSCSI target", portals: portals, site.policy)
    }

    private static func target(
        _ name: String, _ words: String, portals: [String], _ policy: XMLPolicy
    ) -> Objection? {
        if policy.disks.targets.contains(name) { return nil }
        let need = policy.disks.hasTargetsOfGit ? ISCSINeed.target(name, portals: portals) : nil
        return Objection(.disk, "\(words) \(Escaped(name).bare)", .target(name), need: need)
    }
}
