public import StateSpec

/// How libvirt on a node locks the storage of what it starts, as its configuration says.
public struct ObservedStorageLock: Equatable, Codable, Sendable {
    /// Who locks.
    public enum Manager: Hashable, Codable, Sendable {
        /// Nobody: libvirt's default.
        case none
        /// virtlockd.
        case lockd(LockdSettings)
        /// sanlock.
        case sanlock(SanlockSettings)
        /// The configuration cannot be read, or names a lock manager that havirt does not know.
        case unknown(String)

    }

    /// Who locks.
    public let manager: Manager
    /// Whether it answers, or would be started when asked.
    public let isAlive: Bool
    /// Whether the configuration was written after libvirt's daemon had read it.
    public let isStale: Bool
    // Nil for none, so that a saved scan without any does not mention them.
    private let withoutLock: [DomainUUID]?

    /// Domains whose QEMU is older than the lock manager's process, which holds no lock of theirs.
    public var unlocked: [DomainUUID] { withoutLock ?? [] }

    private enum CodingKeys: String, CodingKey {
        case manager, isAlive, isStale
        case withoutLock = "unlocked"
    }

    /// A configuration.
    public init(_ manager: Manager, isAlive: Bool, isStale: Bool = false, unlocked: [DomainUUID] = []) {
        self.manager = manager
        self.isAlive = isAlive
        self.isStale = isStale
        withoutLock = unlocked.isEmpty ? nil : unlocked
    }
}

/// `/etc/libvirt/qemu-lockd.conf`, with libvirt's defaults for what it does not say.
public struct LockdSettings: Hashable, Codable, Sendable {
    /// Whether disks are locked by themselves, and not only what a `<lease>` names.
    public var autoDiskLeases = true
    /// Where lock files named by the hash of a path are; nil to lock the image or device node itself.
    public var fileLockspace: String?
    /// The same for LVM volumes, by their uuid.
    public var lvmLockspace: String?
    /// The same for SCSI devices, by their serial number.
    public var scsiLockspace: String?

    /// The defaults.
    public init() {}
}

/// `/etc/libvirt/qemu-sanlock.conf`, with libvirt's defaults for what it does not say.
public struct SanlockSettings: Hashable, Codable, Sendable {
    /// Whether disks are locked by themselves, and not only what a `<lease>` names.
    public var autoDiskLeases = false
    /// Where the leases are.
    public var leaseFolder = "/var/lib/libvirt/sanlock"
    /// The host's number among those that share the leases; 0 for none.
    public var hostID: Int64 = 0

    /// The defaults.
    public init() {}
}
