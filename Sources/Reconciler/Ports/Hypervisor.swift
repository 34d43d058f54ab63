public import StateSpec

/// What havirt can ask of a node.
public protocol Hypervisor: Sendable {
    /// Looks at everything on a node, in one round trip. It never throws: what fails is a silence.
    ///
    /// - Parameter peers: the `migrationHost` of all nodes, for `ScanDepth.crosswise`.
    func scan(
        _ node: NodeSpec, of cluster: ClusterName, deadline: Seconds, depth: ScanDepth, peers: [String]
    ) async -> NodeScan
    /// Carries out one command under the guard. Returning means that it was done, not that its effect was seen.
    func perform(_ command: NodeCommand, on node: NodeSpec, guard: CommandGuard) async throws(NodeError)
    /// The bare command, as one line that a person can paste into a shell.
    ///
    /// - Parameter domain: under which name git has the domain that it concerns; nil where it concerns none.
    func commandLine(_ command: NodeCommand, for domain: DomainName?, on node: NodeSpec) -> String
    /// Has a node ask a portal which targets it offers. It leaves no trace on the node.
    func discover(_ portal: ISCSIPortal, on node: NodeSpec) async -> ISCSIDiscovery
    /// Takes the cluster's lock on a node. It is lost with the connection.
    func lock(_ node: NodeSpec, holder: LockHolder) async throws(LockError) -> any NodeLock
    /// Writes what havirts should remember on the node, fsynced. Needs the lock.
    func remember(_ memo: NodeMemo, on node: NodeSpec, guard: CommandGuard) async throws(NodeError)
    /// Notes on the node how a domain was seen in the cluster, for this run or another to compare. Needs the lock.
    func witness(_ uuid: DomainUUID, digest: String, on node: NodeSpec, guard: CommandGuard) async throws(NodeError)
    /// Empties the marker of a command that cannot take effect any more. Needs the lock.
    func settle(_ uuid: DomainUUID, on node: NodeSpec, guard: CommandGuard) async throws(NodeError)
}

extension Hypervisor {
    /// Looks at one node, whatever the others are.
    public func scan(
        _ node: NodeSpec, of cluster: ClusterName, deadline: Seconds, depth: ScanDepth
    ) async -> NodeScan {
        await scan(node, of: cluster, deadline: deadline, depth: depth, peers: [])
    }

    /// Looks at what decisions need.
    public func scan(_ node: NodeSpec, of cluster: ClusterName, deadline: Seconds) async -> NodeScan {
        await scan(node, of: cluster, deadline: deadline, depth: .round, peers: [])
    }
}

/// The outcome of asking one node.
public enum NodeScan: Sendable {
    /// A complete answer.
    case answered(ObservedNode)
    /// Anything less.
    case silent(Silence)
}

/// One thing that changes a node. Domains are named by uuid only.
public enum NodeCommand: Equatable, Sendable {
    /// Starts a transient domain from XML (`virsh create --validate`).
    case create(DomainUUID, xml: [UInt8])
    /// Asks the guest to shut down (`virsh shutdown`).
    case shutdown(DomainUUID)
    /// Stops the domain at once (`virsh destroy`).
    case destroy(DomainUUID)
    /// Moves the running domain (`virsh migrate --live --p2p --abort-on-error`).
    case migrate(DomainUUID, to: NodeSpec, isPersistent: Bool, timeout: Seconds)
    /// Ends a migration under way (`virsh domjobabort`).
    case abortJob(DomainUUID)
    /// Changes what the node has to do with an iSCSI target.
    case iscsi(ISCSICommand)

    /// The domain it concerns, or the marker of the target.
    public var uuid: DomainUUID {
        switch self {
        case .iscsi(let command): command.target.marker
        case .create(let uuid, _), .shutdown(let uuid), .destroy(let uuid), .abortJob(let uuid): uuid
        case .migrate(let uuid, _, _, _): uuid
        }
    }
}

/// What must hold on the node at the moment a command would run there.
public struct CommandGuard: Equatable, Sendable {
    /// The cluster whose lock must be held.
    public let cluster: ClusterName
    /// The run that must hold it.
    public let run: RunID
    /// The epoch that the node must have accepted last, from that run.
    public let epoch: Epoch
    /// The boot that was scanned.
    public let bootID: DomainUUID
    /// The node's own uptime after which the command must not begin any more.
    public let notAfter: Seconds

    /// A guard.
    public init(cluster: ClusterName, run: RunID, epoch: Epoch, bootID: DomainUUID, notAfter: Seconds) {
        self.cluster = cluster
        self.run = run
        self.epoch = epoch
        self.bootID = bootID
        self.notAfter = notAfter
    }
}

/// One run of havirt: a random id that stands in locks, journal and guards.
public typealias RunID = Name<RunKind>

/// Names of runs.
public enum RunKind: NameKind {
    /// "run id"
    public static var title: String { "run id" }
}

/// Who holds the lock, shown to whoever is refused.
public struct LockHolder: Equatable, Codable, Sendable {
    /// The cluster.
    public let cluster: ClusterName
    /// The run.
    public let run: RunID
    /// `user@host`, from where.
    public let from: String
    /// Since when.
    public let since: Timestamp
    /// Doing what: `apply`, `reconcile`.
    public let activity: String
    /// As which node the host was locked, if it says so.
    public private(set) var node: NodeName?

    /// A holder.
    public init(
        cluster: ClusterName, run: RunID, from: String, since: Timestamp, activity: String, node: NodeName? = nil
    ) {
        self.cluster = cluster
        self.run = run
        self.from = from
        self.since = since
        self.activity = activity
        self.node = node
    }

    /// The same, as it locks this node.
    func on(_ node: NodeName) -> LockHolder {
        var holder = self
        holder.node = node
        return holder
    }
}

/// Why a lock was not granted.
public enum LockError: Error, Equatable, Sendable {
    /// Somebody else holds it; who, as far as the node says.
    case held(by: LockHolder?)
    /// The node could not be asked.
    case node(NodeError)
}

/// The cluster's lock on one node.
public protocol NodeLock: Sendable {
    /// Whether the session that holds it still lives.
    var isHeld: Bool { get async }
    /// The epoch that the node accepted last, as it was when the lock was taken.
    var known: Epoch { get }
    /// Has the node accept an epoch, fsynced; from then on it obeys no other. It refuses one that is not greater than
    /// what it knows.
    func claim(_ epoch: Epoch) async throws(NodeError)
    /// Gives it up.
    func release() async
}
