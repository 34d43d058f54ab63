public import Reconciler
public import StateSpec

/// The storages by iSCSI of a simulated world: what their targets have, and how their portals do.
public struct SimulatedTargets: Sendable {
    /// Blocks behind a number.
    public struct LUN: Sendable, Equatable {
        /// Its identity as sysfs has it: `naa.6001…`.
        public var wwid: String
        /// Its size.
        public var bytes: Int64

        /// A LUN.
        public init(wwid: String, bytes: Int64) {
            self.wwid = wwid
            self.bytes = bytes
        }
    }

    /// One target.
    public struct Target: Sendable {
        /// By which it can be had.
        public var portals: [ISCSIPortal]
        /// By number.
        public var luns: [Int: LUN]
        /// Who may log in, where a password is needed.
        public var account: Account?

        /// A target.
        public init(portals: [ISCSIPortal], luns: [Int: LUN] = [:], account: Account? = nil) {
            self.portals = portals
            self.luns = luns
            self.account = account
        }
    }

    /// A user and a password.
    public struct Account: Sendable, Equatable {
        /// The user.
        public var user: String
        /// The password.
        public var password: String

        /// An account.
        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// What becomes of who connects to a portal.
    public enum PortalState: Sendable {
        /// It is refused.
        case refuses
        /// It hears nothing.
        case hangs
    }

    /// By name.
    public var targets: [ISCSITargetName: Target] = [:]
    /// Portals that do not answer.
    public internal(set) var deadPortals: [ISCSIPortal: PortalState] = [:]

    /// No storage.
    public init() {}
}

/// What a simulated node's kernel and its open-iscsi have.
public struct SimulatedInitiator: Sendable {
    /// A record of its database.
    public struct Record: Sendable {
        /// The target.
        public let target: ISCSITargetName
        /// The portal.
        public let portal: ISCSIPortal
        /// By name; `node.startup` is always there.
        public var settings: [String: String] = ["node.startup": "manual"]
    }

    /// A session.
    public struct Session: Sendable {
        /// The target.
        public let target: ISCSITargetName
        /// The portal.
        public let portal: ISCSIPortal
        /// By the kernel's name: LUN, and what the kernel read of it when it last looked.
        public var disks: [String: Disk] = [:]
        /// As it was observed, where that is not what its portal says.
        var state: ISCSISession.State?
    }

    /// A disk of a session.
    public struct Disk: Sendable {
        /// Its number.
        public let lun: Int
        /// What the kernel has of it; a LUN of no bytes is one that the target does not have any more.
        public var seen: SimulatedTargets.LUN?
        /// Who uses it besides QEMUs.
        public var users: [DeviceUser] = []
    }

    /// Its own name; nil where it has no iscsiadm.
    public var name: String?
    /// By the kernel's number.
    public internal(set) var sessions: [Int: Session] = [:]
    /// In order of their making.
    public internal(set) var records: [Record] = []
    /// Passwords that root keeps on the node, by file or by name of the credential.
    public var passwords: [String: String] = [:]
    /// Why nothing of it can be told, where that was observed.
    public internal(set) var doubt: String?
    var lastNumber = 0

    /// One that has nothing yet.
    public init(name: String?) { self.name = name }

    func session(_ target: ISCSITargetName, _ portal: ISCSIPortal) -> Int? {
        sessions.keys.sorted().first { sessions[$0]?.target == target && sessions[$0]?.portal == portal }
    }

    func record(_ target: ISCSITargetName, _ portal: ISCSIPortal) -> Int? {
        records.firstIndex { $0.target == target && $0.portal == portal }
    }
}
