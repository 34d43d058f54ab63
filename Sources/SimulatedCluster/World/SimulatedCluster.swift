public import StateSpec

/// Nodes that answer the scripts of `NodeDriver` as real ones do, in virtual time.
///
/// Everything that a real node can do to us is here: power, network, sshd, a libvirtd that is frozen or dead, commands
/// that outlive their sender, migrations in all their phases, people who type virsh. What is true is in here; what
/// havirt believes is elsewhere.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
public final class SimulatedCluster: @unchecked Sendable {
    /// The time in which it lives.
    public let time: VirtualTime
    /// The nodes, in order of their names.
    public private(set) var nodes: [SimulatedNode] = []
    /// Where ssh's destinations or hosts lead, where that is not the node of the name.
    public var aliases: [String: NodeName] = [:]
    /// Guests that do not answer a shutdown.
    public var deafGuests: Set<DomainUUID> = []
    /// Whether libvirt's storage lock keeps a disk from being opened twice.
    public var hasStorageLock = false
    /// The storages by iSCSI; nil in a world where every node has the disks of `SimulatedStore`.
    public var targets: SimulatedTargets?
    /// How long things take.
    public var pace = Pace()
    /// Told of everything that happens, after it has happened.
    public var observe: @Sendable (WorldEvent) -> Void = { _ in }
    /// The wall clock at virtual time 0.
    public let begin: Timestamp
    /// Chances of this world.
    public var random: SplitMix
    /// Who waits for the store; nil while it answers.
    private var storeWaiters: [Mailbox<Void>]?
    private var serials = 0

    /// An empty cluster.
    public init(time: VirtualTime, begin: Timestamp, seed: UInt64) {
        self.time = time
        self.begin = begin
        random = SplitMix(seed: seed)
    }

    /// How long things take, in milliseconds.
    public struct Pace: Sendable {
        /// One way over the network.
        public var network: ClosedRange<Int64> = 1...15
        /// A virsh on a node.
        public var virsh: ClosedRange<Int64> = 5...60
        /// Until libvirtd has greeted a client, and again until it has its request.
        public var greeting: ClosedRange<Int64> = 0...5
        /// From `virsh create` to a running guest.
        public var start: ClosedRange<Int64> = 200...900
        /// A guest's way down.
        public var shutdown: ClosedRange<Int64> = 1_000...20_000
        /// Copying memory in a migration.
        public var transfer: ClosedRange<Int64> = 500...12_000
        /// Bytes a second of a domain's memory in a migration; nil for whatever `transfer` says.
        public var transferRate: Int64?
        /// The moments around a migration's switch-over.
        public var switchOver: ClosedRange<Int64> = 20...400
        /// Until a dead peer is noticed.
        public var peerTimeout: Int64 = 30_000
        /// Until ssh gives up connecting.
        public var connectTimeout: Int64 = 10_000
        /// Until ssh gives up a connection on which nothing arrives.
        public var aliveTimeout: Int64 = 15_000

        /// A quick cluster.
        public init() {}
    }

    /// Adds a node that has just booted.
    @discardableResult
    public func addNode(
        _ name: NodeName, memory: MemorySize = .init(mebibytes: 16_384), cpus: Int = 8, hostUUID: DomainUUID? = nil
    ) -> SimulatedNode {
        let node = SimulatedNode(name: name, hostUUID: hostUUID ?? uuid(), memory: memory, cpus: cpus)
        node.boot = SimulatedNode.Boot(id: uuid(), at: time.milliseconds)
        insert(node)
        return node
    }

    func insert(_ node: SimulatedNode) {
        nodes.append(node)
        nodes.sort { $0.name < $1.name }
    }

    /// The node of a name.
    public func node(_ name: NodeName) -> SimulatedNode? { nodes.first { $0.name == name } }

    /// A new uuid.
    public func uuid() -> DomainUUID {
        let digits = [random.next(), random.next()].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }.joined()
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
            String(decoding: Array(digits.utf8)[range], as: UTF8.self)
        }
        guard let uuid = DomainUUID(parts.joined(separator: "-")) else {
            preconditionFailure("\(parts) is no uuid")
        }
        return uuid
    }

    /// Nodes on which the vCPUs of a domain run.
    public func executing(_ uuid: DomainUUID) -> [NodeName] {
        nodes.filter { $0.qemus[uuid]?.isExecuting == true }.map(\.name)
    }

    /// The wall clock of whoever has none of his own.
    public var now: Timestamp { begin + Seconds(time.milliseconds / 1_000) }

    func serial() -> Int {
        serials += 1
        return serials
    }

    func draw(_ range: ClosedRange<Int64>) -> Int64 { random.number(in: range) }

    /// Waits a time drawn from a range.
    func pause(_ range: ClosedRange<Int64>) async throws { try await time.pause(draw(range)) }

    func happened(_ event: WorldEvent) { observe(event) }

    /// Stops the store of all disks, or lets it go on: what opens a disk waits for it.
    public func setStoreFrozen(_ isFrozen: Bool) {
        let waiters = storeWaiters ?? []
        storeWaiters = isFrozen ? waiters : nil
        if !isFrozen { for waiter in waiters { waiter.put(()) } }
    }

    /// Waits until the store answers.
    func storeAnswers() async {
        while storeWaiters != nil, !time.isOver {
            let box = Mailbox<Void>()
            storeWaiters?.append(box)
            // Woken at the end of all time, too.
            time.after(86_400_000) { box.put(()) }
            await box.take()
        }
    }
}

/// What happens in the simulated world.
public enum WorldEvent: Sendable, Equatable {
    /// A run's command passed the guard on a node and begins.
    case began(NodeCommandSight)
    /// Its script has ended; libvirtd may still be at it.
    case ended(NodeCommandSight)
    /// A node has sent a whole answer to a scan of a controller.
    case scanned(NodeName, by: String)
    /// A domain's QEMU came, went or changed.
    case changed(DomainUUID, on: NodeName)
    /// A disk was taken from under a domain that runs.
    case diskLost(DomainUUID, on: NodeName)
    /// A domain was started on a node where a QEMU of it lives that libvirt does not list.
    case startedBeside(DomainUUID, on: NodeName)
    /// A node was given power or lost it.
    case power(NodeName)
    /// A run holds the lock of a node.
    case locked(NodeName, run: String)
    /// A lock has ended.
    case unlocked(NodeName, run: String)
    /// A guard refused a command.
    case refused(NodeName, why: String)
    /// A request took effect that nobody waited for any more.
    case landedLate(on: NodeName)
    /// A migration has ended.
    case migrated(DomainUUID, from: NodeName, to: NodeName, isDone: Bool)
}

/// One command as a node got it.
public struct NodeCommandSight: Sendable, Equatable {
    /// The node.
    public let node: NodeName
    /// The run that sent it.
    public let run: String
    /// Its epoch.
    public let epoch: Int64
    /// `create`, `destroy`…
    public let verb: String
    /// The domain.
    public let uuid: DomainUUID
    /// The target of a migration.
    public let target: NodeName?
    /// The command's number in this world.
    public let serial: Int
    /// What forbids it, whatever the guard on the node thought of it.
    public let flaws: [Flaw]

    /// What forbids a command at the moment at which it begins.
    public enum Flaw: String, Sendable {
        /// Its not-after has passed.
        case late
        /// The node has booted since it was scanned.
        case otherBoot
        /// Its run does not hold the node's lock.
        case notLocked
        /// The node has accepted another epoch.
        case otherEpoch
        /// Another command for its domain may still take effect there.
        case unsettled
    }
}
