public import Reconciler
public import StateSpec

/// A hypervisor of the simulated cluster: what it is, what it has on disk, and what runs on it.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
public final class SimulatedNode: @unchecked Sendable {
    /// One time between power on and power off.
    public struct Boot: Sendable {
        /// `/proc/sys/kernel/random/boot_id`
        public let id: DomainUUID
        /// Milliseconds of virtual time.
        public let at: Int64
    }

    /// How libvirtd does.
    public enum Daemon: Sendable {
        /// It answers.
        case running
        /// It takes requests and answers none until it is thawed.
        case frozen
        /// It is gone; what it started lives on.
        case dead
    }

    /// Its name, by which other nodes find it, too.
    public let name: NodeName
    /// The uuid that libvirt gives it.
    public let hostUUID: DomainUUID
    /// Physical memory.
    public let memory: MemorySize
    /// Logical CPUs.
    public let cpus: Int
    /// What else it says of itself.
    public internal(set) var facts: NodeFacts
    /// The host name by which other nodes find it for a migration.
    public var migrationHost: String
    /// Why it answers nobody, where that was observed and nothing else is known of it.
    public internal(set) var silence: Silence?

    /// Nil while it is off.
    public internal(set) var boot: Boot?
    /// Whether the network reaches it.
    public internal(set) var isPlugged = true
    /// Whether its sshd takes connections.
    public internal(set) var isListening = true
    /// How libvirtd does.
    public internal(set) var daemon = Daemon.running
    /// Tells one process of libvirtd from the next.
    var daemonLife = 0
    /// How far its clock is ahead, in seconds.
    public var clockSkew: Int64 = 0
    /// How many of the next answers over ssh are cut.
    public var cutAnswers = 0
    /// How long each of the next connections takes to come about, in milliseconds.
    public var slowConnections: [Int64] = []
    /// How many of the next starts fail.
    public var failingStarts = 0

    /// Definitions on its disk.
    public internal(set) var definitions: [DomainUUID: SimulatedDefinition] = [:]
    /// Saved memory images on its disk.
    public internal(set) var savedImages: Set<DomainUUID> = []
    /// What havirts keep on its disk, by cluster.
    public internal(set) var memories: [ClusterName: SimulatedMemory] = [:]

    /// What runs.
    public internal(set) var qemus: [DomainUUID: SimulatedQEMU] = [:]
    /// QEMUs of nobody's domain, with what they hold open.
    var strangers: [StorageWriter] = []
    /// Its sessions with iSCSI targets, and what it knows of them; nil in a world where disks do not come by iSCSI.
    public var initiator: SimulatedInitiator?
    /// Who holds the lock of a cluster.
    var locks: [ClusterName: LockProcess] = [:]
    /// Connections, to be told when the node goes or its sshd is killed.
    var connections: [Int: Connection] = [:]
    /// Who waits for libvirtd to go on.
    var daemonWaiters: [Mailbox<Bool>] = []
    /// What is to happen when the network is back.
    var onPlugged: [@Sendable () -> Void] = []

    init(name: NodeName, hostUUID: DomainUUID, memory: MemorySize, cpus: Int) {
        self.name = name
        self.hostUUID = hostUUID
        self.memory = memory
        self.cpus = cpus
        facts = NodeFacts(hostName: name.text)
        migrationHost = name.text
    }

    /// Whether anything can reach it by network.
    public var isReachable: Bool { boot != nil && isPlugged && silence == nil }

    /// What is kept for a cluster.
    func memory(of cluster: ClusterName) -> SimulatedMemory { memories[cluster] ?? SimulatedMemory() }
}
