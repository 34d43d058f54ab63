internal import Reconciler
public import StateSpec

/// What storages do, and what nodes see of it.
extension SimulatedCluster {
    /// Makes this a world of iSCSI: no node has any disk before it has logged in.
    public func declareTargets(_ declared: SimulatedTargets) {
        targets = declared
        for node in nodes where node.initiator == nil {
            node.initiator = SimulatedInitiator(name: "iqn.2026-01.sim:\(node.name)")
            node.facts.storage = ObservedStorage()
        }
    }

    /// Has a portal answer nobody any more, or again. Sessions through it fail meanwhile.
    public func setPortal(_ portal: ISCSIPortal, _ state: SimulatedTargets.PortalState?) {
        targets?.deadPortals[portal] = state
    }

    /// How a session does.
    func state(of session: SimulatedInitiator.Session) -> ISCSISession.State {
        session.state ?? (targets?.deadPortals[session.portal] == nil ? .loggedIn : .failed)
    }

    // MARK: - Sessions

    /// What open-iscsi does at boot with the records that say so.
    func logInAtBoot(_ node: SimulatedNode) {
        for record in node.initiator?.records ?? [] where record.settings["node.startup"] == "automatic" {
            guard targets?.targets[record.target]?.portals.contains(record.portal) == true,
                targets?.deadPortals[record.portal] == nil
            else { continue }
            connect(record.target, record.portal, on: node)
        }
    }

    /// Makes a session with all disks that the target has.
    func connect(_ target: ISCSITargetName, _ portal: ISCSIPortal, on node: SimulatedNode) {
        node.initiator?.lastNumber += 1
        guard let number = node.initiator?.lastNumber else { return }
        node.initiator?.sessions[number] = SimulatedInitiator.Session(target: target, portal: portal)
        lookForDisks(number, on: node)
    }

    /// New LUNs, sizes and identities, as a rescan finds them.
    func lookForDisks(_ number: Int, on node: SimulatedNode) {
        guard let session = node.initiator?.sessions[number] else { return }
        let luns = targets?.targets[session.target]?.luns ?? [:]
        for (name, disk) in session.disks {
            // A target answers for a LUN that it does not have as for its controller.
            let gone = SimulatedTargets.LUN(wwid: "naa.6000000000000000\("0e00000000010000")", bytes: 0)
            node.initiator?.sessions[number]?.disks[name]?.seen = luns[disk.lun] ?? gone
        }
        let known = Set(session.disks.values.map(\.lun))
        for (lun, blocks) in luns.sorted(by: { $0.key < $1.key }) where !known.contains(lun) {
            let name = freeName(on: node)
            node.initiator?.sessions[number]?.disks[name] = SimulatedInitiator.Disk(lun: lun, seen: blocks)
        }
        showDisks(node)
    }

    private func freeName(on node: SimulatedNode) -> String {
        let taken = Set(node.initiator?.sessions.values.flatMap(\.disks.keys) ?? [])
            .union(node.facts.storage?.devices.map(\.name) ?? [])
        let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(UnicodeScalar($0)) }
        let names = letters.lazy.map { "sd\($0)" }
        return names.first { !taken.contains($0) }
            ?? letters.lazy.flatMap { first in letters.map { "sd\(first)\($0)" } }.first { !taken.contains($0) }
            ?? "sdzzz"
    }

    /// Ends a session. What still uses one of its disks has none any more.
    func disconnect(_ number: Int, on node: SimulatedNode) {
        guard let session = node.initiator?.sessions[number] else { return }
        for name in session.disks.keys.sorted() { takeAway(name, of: number, on: node) }
        node.initiator?.sessions[number] = nil
    }

    /// Takes a disk off a node.
    func takeAway(_ name: String, of number: Int, on node: SimulatedNode) {
        for (uuid, _) in qemus(using: name, on: node) {
            set(uuid, on: node, ObservedState("paused", "I/O error"))
            happened(.diskLost(uuid, on: node.name))
        }
        node.initiator?.sessions[number]?.disks[name] = nil
        let storage = node.facts.storage ?? ObservedStorage()
        node.facts.storage = ObservedStorage(
            devices: storage.devices.filter { $0.name != name }, links: storage.links.filter { $0.value != name },
            writers: storage.writers)
    }

    /// Writes down what udev makes of the disks of all sessions.
    private func showDisks(_ node: SimulatedNode) {
        let storage = node.facts.storage ?? ObservedStorage()
        var devices = storage.devices
        var links = storage.links
        for session in (node.initiator?.sessions.values).map(Array.init) ?? [] {
            for (name, disk) in session.disks {
                let number = devices.first { $0.name == name }?.number
                devices.removeAll { $0.name == name }
                let device = ObservedDevice(
                    name: name, number: number ?? Self.freeNumber(devices), wwid: disk.seen?.wwid)
                devices.append(device)
                links["/dev/disk/by-path/ip-\(session.portal.inPath)-iscsi-\(session.target)-lun-\(disk.lun)"] = name
                links = links.filter { $0.value != name || !$0.key.hasPrefix("/dev/disk/by-id/wwn-0x") }
                if let hex = disk.seen.map({ $0.wwid.dropFirst("naa.".count) }), disk.seen?.bytes ?? 0 > 0 {
                    links["/dev/disk/by-id/wwn-0x\(hex)"] = name
                }
            }
        }
        node.facts.storage = ObservedStorage(devices: devices, links: links, writers: storage.writers)
    }

    private static func freeNumber(_ devices: [ObservedDevice]) -> String {
        let taken = Set(devices.map(\.number))
        return (0...).lazy.map { "8:\($0 * 16)" }.first { !taken.contains($0) } ?? "8:0"
    }

    // MARK: - Users

    /// QEMUs that have a disk of a node open.
    func qemus(using name: String, on node: SimulatedNode) -> [(uuid: DomainUUID, qemu: SimulatedQEMU)] {
        node.qemus.sorted { $0.key < $1.key }.filter { _, qemu in
            qemu.opened?.devices.contains(name) == true
                || qemu.definition.disks.contains { disk in
                    guard case .block(let path) = disk.source else { return false }
                    return path == "/dev/\(name)" || node.facts.storage?.links[path] == name
                }
        }.map { ($0.key, $0.value) }
    }

    /// All who use a disk of a node.
    func users(of name: String, on node: SimulatedNode) -> [DeviceUser] {
        let others = node.initiator?.sessions.values.compactMap { $0.disks[name]?.users }.first ?? []
        return qemus(using: name, on: node).map { _, qemu in
            DeviceUser(.process, "qemu-system-x86", pid: qemu.opened?.pid ?? Int64(qemu.serial))
        } + others
    }

    /// Why QEMU cannot open a disk; nil if it can. Only where disks come by iSCSI.
    func missingDisk(of definition: DomainDefinition, on node: SimulatedNode) -> String? {
        guard targets != nil, node.initiator != nil else { return nil }
        for disk in definition.disks {
            guard case .block(let path) = disk.source, path.hasPrefix("/dev/disk/by-"),
                node.facts.storage?.links[path] == nil
            else { continue }
            return "Cannot access storage file '\(path)': No such file or directory"
        }
        return nil
    }
}
