public import StateSpec

/// One thing that changes what a node has to do with an iSCSI target. Each but `removeDevice` and `setPassword` is one
/// call of iscsiadm for one target through one portal.
public enum ISCSICommand: Hashable, Sendable {
    /// A setting of a record. The values are ours, and none is secret.
    public struct Setting: Hashable, Sendable {
        /// Its name: `node.startup`.
        public let name: String
        /// Its value.
        public let value: String

        /// A setting.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Makes a record, without asking the portal (`-o new`).
    case addRecord(ISCSITargetName, ISCSIPortal)
    /// Changes settings of a record (`-o update`).
    case update(ISCSITargetName, ISCSIPortal, [Setting])
    /// Has the node write a password into a record, from where the node has it. It passes through no argument, no
    /// journal and no other machine.
    case setPassword(ISCSITargetName, ISCSIPortal, CHAP.Secret)
    /// Logs in (`--login`).
    case login(ISCSITargetName, ISCSIPortal)
    /// Looks for new LUNs and sizes (`--rescan`).
    case rescan(ISCSITargetName, ISCSIPortal)
    /// Flushes a disk and takes it off the node. Refused where anything uses it, or it is not the disk of that LUN.
    case removeDevice(ISCSITargetName, ISCSIPortal, lun: Int, name: String)
    /// Logs out (`--logout`). Refused where anything uses a disk of the session (rule S12).
    case logout(ISCSITargetName, ISCSIPortal)
    /// Removes a record (`-o delete`).
    case deleteRecord(ISCSITargetName, ISCSIPortal)

    /// The target.
    public var target: ISCSITargetName {
        switch self {
        case .addRecord(let target, _), .update(let target, _, _), .setPassword(let target, _, _),
            .login(let target, _), .rescan(let target, _), .removeDevice(let target, _, _, _), .logout(let target, _),
            .deleteRecord(let target, _):
            target
        }
    }

    /// The portal.
    public var portal: ISCSIPortal {
        switch self {
        case .addRecord(_, let portal), .update(_, let portal, _), .setPassword(_, let portal, _),
            .login(_, let portal), .rescan(_, let portal), .removeDevice(_, let portal, _, _), .logout(_, let portal),
            .deleteRecord(_, let portal):
            portal
        }
    }

    /// What iscsiadm is asked for; nil where it is not asked.
    public var operation: ISCSIExit.Operation? {
        switch self {
        case .addRecord, .update, .deleteRecord: .record
        case .login: .login
        case .rescan: .rescan
        case .logout: .logout
        case .setPassword, .removeDevice: nil
        }
    }
}

extension ISCSITargetName {
    /// The name of the marker of commands for this target that may still take effect, beside those of domains. Made of the
    /// text alone, so that every havirt has the same.
    public var marker: DomainUUID {
        var digits = ""
        // FNV-1a, twice from different beginnings: nobody chooses names to collide, and a collision would only hold more.
        for begin: UInt64 in [0xCBF2_9CE4_8422_2325, 0x6C62_272E_07BB_0142] {
            var hash = begin
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            let hex = String(hash, radix: 16)
            digits += String(repeating: "0", count: 16 - hex.utf8.count) + hex
        }
        var bytes = Array(digits.utf8)
        // A uuid of version 8, which is for others to define, so that none of a domain is met.
        bytes[12] = UInt8(ascii: "8")
        bytes[16] = UInt8(ascii: "a")
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: bytes[$0], as: UTF8.self) }
        guard let uuid = DomainUUID(parts.joined(separator: "-")) else {
            preconditionFailure("\(parts) is no uuid")
        }
        return uuid
    }
}

/// What a portal said when a node asked it for its targets.
public enum ISCSIDiscovery: Equatable, Sendable {
    /// A target, with a portal by which it can be had. A storage may name portals that it was not asked on.
    public struct Offer: Hashable, Comparable, Sendable {
        /// The target.
        public let target: ISCSITargetName
        /// One of its portals.
        public let portal: ISCSIPortal

        /// An offer.
        public init(target: ISCSITargetName, portal: ISCSIPortal) {
            self.target = target
            self.portal = portal
        }

        /// By target, then portal.
        public static func < (left: Self, right: Self) -> Bool {
            (left.target, left.portal) < (right.target, right.portal)
        }
    }

    /// It answered; it may offer nothing to this initiator.
    case offered([Offer])
    /// It could not be asked; why, escaped.
    case failed(String)
}
