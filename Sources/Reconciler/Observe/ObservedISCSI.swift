public import StateSpec

/// What a node's kernel and its open-iscsi say of iSCSI. Sessions are from sysfs, whole and proven: where anything spoke
/// against them, the node's is `Seen.unknown`.
public struct ObservedISCSI: Equatable, Codable, Sendable {
    /// The node's name as an initiator, which targets may let in or not; nil where it has no `iscsiadm`, empty
    /// where its iscsid has yet to make one.
    public let initiator: String?
    /// Sessions, by number.
    public let sessions: [ISCSISession]
    /// What iscsiadm would log in to, by target and portal.
    public let records: [ISCSINodeRecord]

    /// A sighting.
    public init(initiator: String?, sessions: [ISCSISession] = [], records: [ISCSINodeRecord] = []) {
        self.initiator = initiator
        self.sessions = sessions.sorted { $0.number < $1.number }
        self.records = records.sorted { ($0.target, $0.portal) < ($1.target, $1.portal) }
    }

    /// The sessions of a target.
    public func sessions(of target: ISCSITargetName) -> [ISCSISession] { sessions.filter { $0.target == target } }
}

/// One session of a node with a target, through one portal.
public struct ISCSISession: Equatable, Codable, Sendable {
    /// How it does.
    public enum State: String, Codable, Sendable {
        /// `LOGGED_IN`, and its connection is up.
        case loggedIn
        /// It lost its target, and its initiator tries to get it back; commands to its devices wait or fail.
        case failed
        /// It is about to come or to go.
        case changing
    }

    /// The kernel's number of it.
    public let number: Int
    /// The target.
    public let target: ISCSITargetName
    /// The portal as it was asked for, which is the one of the links in `/dev/disk/by-path`.
    public let portal: ISCSIPortal
    /// How it does.
    public let state: State
    /// The disks that came with it, by LUN.
    public let devices: [ISCSIDevice]

    /// A session.
    public init(
        number: Int, target: ISCSITargetName, portal: ISCSIPortal, state: State, devices: [ISCSIDevice] = []
    ) {
        self.number = number
        self.target = target
        self.portal = portal
        self.state = state
        self.devices = devices.sorted { ($0.lun, $0.name) < ($1.lun, $1.name) }
    }
}

/// A disk of a session.
public struct ISCSIDevice: Equatable, Codable, Sendable {
    /// The kernel's name, which another login may change: `sda`.
    public let name: String
    /// Its LUN's number.
    public let lun: Int
    /// Its identity as the kernel read it when it last looked; nil for none.
    public let wwid: WWID?
    /// Its size in bytes when the kernel last looked; 0 where the target did not have the LUN any more.
    public let bytes: Int64
    /// The kernel's word: `running`, `blocked`, `offline`, `transport-offline`…
    public let state: String
    /// Who has it, a part of it, or what stands on it, at work; empty only where all was looked at.
    public let users: [DeviceUser]

    /// A disk.
    public init(name: String, lun: Int, wwid: WWID?, bytes: Int64, state: String, users: [DeviceUser] = []) {
        self.name = name
        self.lun = lun
        self.wwid = wwid
        self.bytes = bytes
        self.state = state
        self.users = users.sorted()
    }
}

/// Something that uses a device of a node.
public struct DeviceUser: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// In which way.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// A process has it open.
        case process
        /// It is mounted, in whichever namespace.
        case mount
        /// The kernel swaps on it.
        case swap
        /// A device stands on it: LVM, multipath, RAID, encryption.
        case holder
        /// A loop device stands on it.
        case loop
    }

    /// In which way.
    public let kind: Kind
    /// The process's name, the mount's folder, or the device; hostile text.
    public let what: String
    /// The process; nil for what is none.
    public let pid: Int64?

    /// A user.
    public init(_ kind: Kind, _ what: String, pid: Int64? = nil) {
        self.kind = kind
        self.what = what
        self.pid = pid
    }

    /// "the mount /srv", escaped.
    public var description: String {
        switch kind {
        case .process: "the process \(Escaped(what).bare)\(pid.map { " (pid \($0))" } ?? "")"
        case .mount: "the mount \(Escaped(what).bare)"
        case .swap: "swap"
        case .holder: "the device \(Escaped(what).bare)"
        case .loop: "the loop device \(Escaped(what).bare)"
        }
    }

    /// By kind, what, and process.
    public static func < (left: Self, right: Self) -> Bool {
        (left.kind.rawValue, left.what, left.pid ?? 0) < (right.kind.rawValue, right.what, right.pid ?? 0)
    }
}

/// A record in the node's database of targets, by which iscsiadm logs in.
public struct ISCSINodeRecord: Hashable, Codable, Sendable {
    /// The target.
    public let target: ISCSITargetName
    /// The portal.
    public let portal: ISCSIPortal
    /// `node.startup`: `manual`, `automatic`, `onboot`.
    public let startup: String

    /// A record.
    public init(target: ISCSITargetName, portal: ISCSIPortal, startup: String) {
        self.target = target
        self.portal = portal
        self.startup = startup
    }
}
