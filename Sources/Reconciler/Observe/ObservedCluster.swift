public import StateSpec

/// What a scan of all nodes saw, with what was remembered from before: all that a plan depends on besides git.
///
/// `node scan --save` writes it, `plan --observed` reads it, the scenario tests are made of it.
public struct ObservedCluster: Equatable, Codable, Sendable {
    /// The format's version.
    public var format = 1
    /// When the scan ended: `now` for a plan made from it.
    public var takenAt: Timestamp
    /// One reading for each node that was asked.
    public var nodes: [NodeName: Reading]
    /// What earlier rounds left behind.
    public var recalled: Recollection

    /// A scan.
    public init(takenAt: Timestamp, nodes: [NodeName: Reading], recalled: Recollection = Recollection()) {
        self.takenAt = takenAt
        self.nodes = nodes
        self.recalled = recalled
    }
}

/// What earlier rounds recorded. It may block; it never proves that a domain is absent, but for `last-known` of rule S2.
public struct Recollection: Equatable, Codable, Sendable {
    /// All nodes ever joined, newest sighting of any havirt.
    public var members: [Member]
    /// Where each domain was last seen active.
    public var sightings: [Sighting]
    /// Starts that failed lately.
    public var failures: [StartFailure]
    /// The newest commit that any node remembers as applied.
    public var applied: AppliedCommit?
    /// What our rounds know of epochs; nil before the first.
    public var epochs: EpochRecord?

    /// Nothing recalled.
    public init(
        members: [Member] = [], sightings: [Sighting] = [], failures: [StartFailure] = [],
        applied: AppliedCommit? = nil, epochs: EpochRecord? = nil
    ) {
        self.members = members
        self.sightings = sightings
        self.failures = failures
        self.applied = applied
        self.epochs = epochs
    }
}

/// What the rounds that share these records know of epochs: an epoch that none of them claimed is another run's, and
/// that run may have moved what was sighted before (rule S2).
public struct EpochRecord: Equatable, Codable, Sendable {
    /// The last epoch that one of them claimed.
    public var own: Epoch
    /// When one of them last met another run's; nil if never.
    public var foreignMetAt: Timestamp?
    /// When one of them last began to start or move domains; nil if never. What was sighted before may be elsewhere
    /// since, and a round that is killed, or that does not hear a target again, never sees where.
    public var actedAt: Timestamp?

    /// A record.
    public init(own: Epoch, foreignMetAt: Timestamp? = nil, actedAt: Timestamp? = nil) {
        self.own = own
        self.foreignMetAt = foreignMetAt
        self.actedAt = actedAt
    }

    /// The record after a lock under which the nodes knew `known` and `claimed` was claimed.
    static func after(_ before: EpochRecord?, known: Epoch, claimed: Epoch, at moment: Timestamp) -> EpochRecord {
        let isForeign = known > (before?.own ?? .none)
        return EpochRecord(
            own: claimed, foreignMetAt: isForeign ? moment : before?.foreignMetAt, actedAt: before?.actedAt)
    }
}

/// Where a domain was last seen active.
public struct Sighting: Equatable, Codable, Sendable {
    /// The domain.
    public let uuid: DomainUUID
    /// The node.
    public let node: NodeName
    /// The boot of the node.
    public let bootID: DomainUUID
    /// When.
    public let at: Timestamp
    /// When it was last seen or sent on its way since then; nil if it was not. Such a sighting permits no start.
    public var unsettledAt: Timestamp?
    /// When it was first seen there after it had been seen elsewhere; nil if it never was.
    public var arrivedAt: Timestamp?

    /// A sighting.
    public init(
        uuid: DomainUUID, node: NodeName, bootID: DomainUUID, at: Timestamp, unsettledAt: Timestamp? = nil,
        arrivedAt: Timestamp? = nil
    ) {
        self.uuid = uuid
        self.node = node
        self.bootID = bootID
        self.at = at
        self.unsettledAt = unsettledAt
        self.arrivedAt = arrivedAt
    }
}

/// How often in a row a start of a domain failed on a node.
public struct StartFailure: Equatable, Codable, Sendable {
    /// The domain.
    public let uuid: DomainUUID
    /// The node.
    public let node: NodeName
    /// How often in a row.
    public let count: Int
    /// The last time.
    public let at: Timestamp
    /// What the node said, one line, escaped.
    public let cause: String

    /// A failure.
    public init(uuid: DomainUUID, node: NodeName, count: Int, at: Timestamp, cause: String) {
        self.uuid = uuid
        self.node = node
        self.count = count
        self.at = at
        self.cause = cause
    }

    /// How long to wait after the last failure: 30 s, doubled each time, at most an hour.
    public var backoff: Seconds { Seconds(min(3600, 30 << Int64(min(count, 8) - 1))) }
}
