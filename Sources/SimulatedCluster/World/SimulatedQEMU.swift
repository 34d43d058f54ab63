public import Reconciler
public import StateSpec

/// A QEMU process of a simulated node.
public struct SimulatedQEMU: Sendable {
    /// The domain's name as libvirt has it.
    public var name: String
    /// What it runs.
    public var definition: DomainDefinition
    /// Its XML, as `virsh dumpxml` prints it.
    public var xml: [UInt8]
    /// State and reason.
    public var state: ObservedState
    /// The job under way, in libvirt's words; nil for none.
    public var job: String?
    /// Whether libvirt knows of it.
    public var isListed = true
    /// What it holds open, where that was observed.
    var opened: StorageWriter?
    /// Whether it was started before the lock manager's process, which has no lock of it.
    var isOlderThanLock = false
    /// The migration that brings it or takes it away, while there is one.
    public var migration: Int?
    /// Tells it from an earlier process of the same domain.
    public let serial: Int

    /// Whether its vCPUs run: what must never be so twice.
    public var isExecuting: Bool {
        ["running", "idle", "in shutdown"].contains(state.state) && state.reason != "post-copy failed"
    }
}

/// A definition that a simulated node keeps on its disk.
public struct SimulatedDefinition: Sendable {
    /// The domain's name.
    public var name: String
    /// Its XML.
    public var xml: [UInt8]
    /// Whether libvirtd starts it when the node boots.
    public var isAutostarted = false
    /// Why the domain is off, when it is.
    public var offReason = "unknown"
}

/// What havirts keep on a node's disk, in `/var/lib/havirt/<cluster>/`.
public struct SimulatedMemory: Sendable {
    /// A marker of a command.
    public struct Marker: Sendable {
        /// The file's one line: `RUN VERB BOOT UPTIME`.
        public var line: String
        /// Whether the command's process lives and keeps the file locked.
        public var isLocked: Bool
    }

    /// The epoch accepted last, and by whom.
    public var epoch: (number: Int64, run: String)?
    /// The file `applied`.
    public var applied: [UInt8] = []
    /// The file `members`.
    public var members: [UInt8] = []
    /// The file `targets`.
    public var targets: [UInt8] = []
    /// The folder `inflight`, but for empty files.
    public var inFlight: [DomainUUID: Marker] = [:]
    /// The folder `seen`: lines of `BOOT UPTIME DIGEST`.
    public var seen: [DomainUUID: String] = [:]

    /// Nothing kept.
    public init() {}
}
