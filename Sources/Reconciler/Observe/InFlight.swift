public import StateSpec

/// A command of havirt that may still take effect on a node: its marker is filled.
public struct InFlight: Equatable, Codable, Sendable {
    /// What a command does.
    public enum Verb: String, Codable, Sendable {
        /// Starts the domain.
        case create
        /// Asks its guest to shut down.
        case shutdown
        /// Stops it.
        case destroy
        /// Moves it to another node.
        case migrate
        /// Logs in to an iSCSI target.
        case iscsiLogin = "iscsi-login"
        /// Takes a disk of an iSCSI target off the node.
        case iscsiRemove = "iscsi-remove"
        /// Logs out of an iSCSI target.
        case iscsiLogout = "iscsi-logout"
        /// The marker is damaged, or of another version of havirt.
        case unknown
    }

    /// The domain.
    public let uuid: DomainUUID
    /// The run that sent it.
    public let run: RunID
    /// What it does.
    public let verb: Verb
    /// The node's uptime when it began.
    public let since: Seconds
    /// Whether the command's process lives. If not, libvirt may still have it in its queue.
    public let isAlive: Bool

    /// Whether it is about an iSCSI target, whose `marker` the uuid is then, and no domain's.
    public var isForTarget: Bool {
        switch verb {
        case .iscsiLogin, .iscsiRemove, .iscsiLogout: true
        case .create, .shutdown, .destroy, .migrate, .unknown: false
        }
    }

    /// Whether its domain may arrive on another node than that of the marker.
    var mayArriveElsewhere: Bool { verb == .migrate || verb == .unknown }

    /// A marker.
    public init(uuid: DomainUUID, run: RunID, verb: Verb, since: Seconds, isAlive: Bool) {
        self.uuid = uuid
        self.run = run
        self.verb = verb
        self.since = since
        self.isAlive = isAlive
    }
}

/// What a holder of the lock noted on a node: how a domain was seen in the whole cluster, to be compared later.
public struct Witness: Equatable, Codable, Sendable {
    /// The domain.
    public let uuid: DomainUUID
    /// The node's uptime, rounded up, when it was noted, after the scan that saw it.
    public let at: Seconds
    /// What was seen, condensed.
    public let digest: String

    /// A witness.
    public init(uuid: DomainUUID, at: Seconds, digest: String) {
        self.uuid = uuid
        self.at = at
        self.digest = digest
    }
}
