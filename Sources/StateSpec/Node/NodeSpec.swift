/// `nodes/<node>.yaml`: one hypervisor.
public struct NodeSpec: Equatable, Sendable {
    /// The file's name.
    public let name: NodeName
    /// Where ssh finds it; by default an ssh alias that is the node's name.
    public var ssh: SSHDestination
    /// The host name or address by which other nodes reach it for a migration; by default the node's name.
    public var migrationHost: String
    /// Set while the node is being emptied or worked on.
    public var maintenance: Pause?
    /// What the node offers, matched by a domain's `requires`.
    public var labels: [String] = []
    /// Memory it keeps for itself; the cluster's where nil.
    public var memoryReserve: MemorySize?
    /// vCPUs that may be promised per CPU; the cluster's where nil.
    public var cpuOvercommit: Double?
    /// What it shares its fate with: a rack, a room, a power feed.
    public var failureDomain: String?
    /// Memory that one migration moves in a second, for estimates; the cluster's where nil.
    public var migrationBandwidth: MemorySize?
    /// Whether it left the cluster.
    public var retired = false
    /// An operator's word that one boot of it is off or cut from storage.
    public var fenced: Fencing?
    /// The file and line that brought each key.
    public var origins: [String: Place] = [:]

    /// The defaults under a name.
    public init(name: NodeName) {
        self.name = name
        self.ssh = SSHDestination(name)
        self.migrationHost = name.text
    }
}

/// Where ssh finds a node, in parts, none of which can become an option or shell text.
public struct SSHDestination: Hashable, Sendable, CustomStringConvertible {
    /// The user; the ssh config's where nil.
    public let user: String?
    /// Host name, address or ssh alias; an IPv6 address without brackets.
    public let host: String
    /// The port; the ssh config's where nil.
    public let port: UInt16?

    /// The alias that is the node's name.
    public init(_ name: NodeName) { self.init(user: nil, host: name.text, port: nil) }

    /// Parts that were checked by the caller's grammar; see `SSHDestination.parse`.
    init(user: String?, host: String, port: UInt16?) {
        self.user = user
        self.host = host
        self.port = port
    }

    /// `user@host:port` as far as given, an IPv6 address in brackets.
    public var description: String {
        let host = host.utf8.contains(0x3A) ? "[\(host)]" : host
        return (user.map { "\($0)@" } ?? "") + host + (port.map { ":\($0)" } ?? "")
    }
}

/// `hold` and `maintenance`: since when and by whom something is to be left alone.
public struct Pause: Equatable, Sendable {
    /// When it was meant to end. An expired one still holds, and is a finding.
    public var until: Timestamp?
    /// Who asked for it.
    public var by: String?
    /// Why.
    public var reason: String?

    /// A pause without particulars.
    public init(until: Timestamp? = nil, by: String? = nil, reason: String? = nil) {
        self.until = until
        self.by = by
        self.reason = reason
    }
}

/// `fenced`: one boot of a node, declared dead. Void as soon as the node answers again.
public struct Fencing: Equatable, Sendable {
    /// The boot it covers.
    public var bootID: DomainUUID
    /// Since when.
    public var since: Timestamp?
    /// Who says so.
    public var by: String?
    /// What was done.
    public var reason: String

    /// A fencing.
    public init(bootID: DomainUUID, since: Timestamp? = nil, by: String? = nil, reason: String) {
        self.bootID = bootID
        self.since = since
        self.by = by
        self.reason = reason
    }
}
