public import Reconciler
public import StateSpec

/// What `node.yaml` keeps of one node.
public struct NodeRecord: Equatable, Sendable {
    /// Which machine answered last, to any havirt.
    public struct Identity: Equatable, Sendable {
        /// The host's uuid.
        public var hostUUID: DomainUUID
        /// The boot that answered last.
        public var bootID: DomainUUID
        /// When it answered last.
        public var lastAnswer: Timestamp
    }

    /// Its part in the cluster, as the nodes' member lists tell it.
    public struct Membership: Equatable, Sendable {
        /// Where ssh finds it.
        public var ssh: String
        /// Whether it left for good.
        public var isRetired: Bool
        /// The answer of the node that the word about it rests on.
        public var since: Timestamp
    }

    /// What the last scan of our own saw.
    public struct Resources: Equatable, Sendable {
        /// When.
        public var seen: Timestamp
        /// By which run.
        public var run: RunID
        /// Its own host name: hostile text.
        public var hostName: String
        /// Physical memory.
        public var memory: MemorySize
        /// Logical CPUs.
        public var cpus: Int
        /// The host CPU's model as libvirt names it.
        public var cpuModel: String?
        /// Versions.
        public var versions: HypervisorVersions
    }

    /// Since when it does not answer.
    public struct Quiet: Equatable, Sendable {
        /// The first time in a row that it did not answer.
        public var since: Timestamp
        /// The last time.
        public var last: Timestamp
        /// Why, at the last time.
        public var silence: Silence
    }

    /// Who it is; nil for a node that never answered.
    public var identity: Identity?
    /// Its part in the cluster; nil for a node that no apply has joined yet.
    public var membership: Membership?
    /// What it has; nil for a node that never answered us.
    public var resources: Resources?
    /// Its silence; nil for a node that answered when it was asked last.
    public var quiet: Quiet?
    /// When it last gave any sign of life, to any havirt, where that is later than its last answer.
    public var heardAt: Timestamp?

    init() {}

    /// Takes in a sign of life.
    mutating func hear(at moment: Timestamp) { heardAt = max(moment, heardAt ?? moment) }

    /// The node as a member of the cluster; nil for one that has not joined.
    func member(_ name: NodeName) -> Member? {
        guard let identity, let membership else { return nil }
        return Member(
            name: name, ssh: membership.ssh, hostUUID: identity.hostUUID, bootID: identity.bootID,
            lastAnswer: identity.lastAnswer, isRetired: membership.isRetired, heardAt: heardAt)
    }
}
