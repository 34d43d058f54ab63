public import StateSpec

@testable import Reconciler

/// An iSCSI storage of the model.
struct FakeStore: Equatable, Sendable {
    /// What is behind a LUN.
    struct LUN: Equatable, Sendable {
        var wwid: String
        var bytes: Int64 = 1 << 30
    }

    var targets: [ISCSITargetName: [Int: LUN]] = [:]
    /// Portals that do not answer.
    var dead: Set<ISCSIPortal> = []
    /// Targets that let nobody in, with iscsiadm's exit status.
    var refusing: [ISCSITargetName: Int32] = [:]
}

/// What a host of the model has to do with the storage.
struct Initiator: Equatable, Sendable {
    /// One session, with its disks as the kernel last looked.
    struct Session: Equatable, Sendable {
        let target: ISCSITargetName
        let portal: ISCSIPortal
        var disks: [Int: (FakeStore.LUN)]
    }

    var sessions: [Session] = []
    var records: [ISCSINodeRecord] = []
    /// Targets whose record has a password.
    var passwords: Set<ISCSITargetName> = []
    /// Who uses disks besides guests: by LUN, whatever the target.
    var users: [Int: [DeviceUser]] = [:]
    /// Why it cannot be told.
    var unknown: String?

    /// What iscsiadm does; gives back its exit status.
    mutating func execute(_ command: ISCSICommand, _ store: FakeStore) -> Int32 {
        let (target, portal) = (command.target, command.portal)
        let isKnown = records.contains { $0.target == target && $0.portal == portal }
        let index = sessions.firstIndex { $0.target == target && $0.portal == portal }
        switch command {
        case .addRecord:
            records.removeAll { $0.target == target && $0.portal == portal }
            records.append(ISCSINodeRecord(target: target, portal: portal, startup: "automatic"))
        case .update(_, _, let settings):
            guard isKnown else { return 21 }
            records.removeAll { $0.target == target && $0.portal == portal }
            let startup = settings.first { $0.name == "node.startup" }?.value ?? "automatic"
            records.append(ISCSINodeRecord(target: target, portal: portal, startup: startup))
        case .setPassword:
            guard isKnown else { return 21 }
            passwords.insert(target)
        case .login:
            guard isKnown else { return 21 }
            if index != nil { return 15 }
            if store.dead.contains(portal) { return 8 }
            if let status = store.refusing[target] { return status }
            guard let luns = store.targets[target] else { return 19 }
            sessions.append(Session(target: target, portal: portal, disks: luns))
        case .rescan:
            guard let index else { return 21 }
            let luns = store.targets[target] ?? [:]
            for lun in sessions[index].disks.keys where luns[lun] == nil { sessions[index].disks[lun]?.bytes = 0 }
            for (lun, disk) in luns { sessions[index].disks[lun] = disk }
        case .removeDevice(_, _, let lun, _):
            guard let index else { return 1 }
            sessions[index].disks[lun] = nil
        case .logout:
            guard let index else { return 21 }
            sessions.remove(at: index)
        case .deleteRecord:
            guard isKnown else { return 21 }
            if index != nil { return 15 }
            records.removeAll { $0.target == target && $0.portal == portal }
        }
        return 0
    }
}

extension Host {
    /// What the host shows of its sessions, and of the names of their disks.
    func iscsi(_ name: NodeName) -> (seen: Seen<ObservedISCSI>, storage: ObservedStorage)? {
        guard let initiator else { return nil }
        var links: [String: String] = [:]
        var devices: [ObservedDevice] = []
        var writers: [StorageWriter] = []
        var sessions: [ISCSISession] = []
        for (number, session) in initiator.sessions.enumerated() {
            var disks: [ISCSIDevice] = []
            for (lun, disk) in session.disks.sorted(by: { $0.key < $1.key }) {
                let device = "sd\(number)\(lun)"
                let path = FakeCluster.path(session.target, lun, session.portal)
                links[path] = device
                devices.append(ObservedDevice(name: device, number: "8:\(number * 16 + lun)", wwid: disk.wwid))
                var users = initiator.users[lun] ?? []
                for (uuid, guest) in guests
                where guest.holdsDisks && guest.definition.disks.contains(where: { $0.source == .block(path: path) }) {
                    let pid = Int64(uuid.description.suffix(6)) ?? 0
                    writers.append(StorageWriter(pid: pid, uuid: uuid, devices: [device]))
                    users.append(DeviceUser(.process, "qemu-system-x86", pid: pid))
                }
                disks.append(
                    ISCSIDevice(
                        name: device, lun: lun, wwid: WWID(disk.wwid), bytes: disk.bytes, state: "running", users: users
                    ))
            }
            sessions.append(
                ISCSISession(
                    number: number, target: session.target, portal: session.portal, state: .loggedIn, devices: disks))
        }
        let seen = ObservedISCSI(initiator: "iqn.2026-01.lan:\(name)", sessions: sessions, records: initiator.records)
        return (
            initiator.unknown.map { .unknown($0) } ?? .known(seen),
            ObservedStorage(devices: devices, links: links, writers: writers)
        )
    }
}

extension FakeCluster {
    /// The name that udev gives a LUN.
    static func path(_ target: ISCSITargetName, _ lun: Int, _ portal: ISCSIPortal) -> String {
        "/dev/disk/by-path/ip-\(portal.inPath)-iscsi-\(target)-lun-\(lun)"
    }
}

extension ISCSITargetName: ExpressibleByStringLiteral {
    /// The name that a literal spells.
    public init(stringLiteral text: String) {
        guard let name = Self(text) else { preconditionFailure("\(text) is no target") }
        self = name
    }
}

extension ISCSIPortal: ExpressibleByStringLiteral {
    /// The portal that a literal spells.
    public init(stringLiteral text: String) {
        guard let portal = Self(text) else { preconditionFailure("\(text) is no portal") }
        self = portal
    }
}
