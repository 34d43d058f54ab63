/// How a node's root logs in elsewhere, and who may log in here as root. Public halves of keys only.
public struct ObservedAccess: Equatable, Codable, Sendable {
    /// The keys with which its root logs in to the other nodes.
    public let own: [PublicKey]
    /// Who may log in as root here.
    public let authorized: Seen<[AuthorizedKey]>
    /// Whether sshd lets in by other ways, too: an authority's certificates, or keys that a command names.
    public let trustsOthers: Bool
    /// The host keys that its sshd shows.
    public let host: [PublicKey]
    /// What it knows of the host keys of the other nodes.
    public let peers: [KnownPeer]
    /// `/root/.ssh/config`, line by line, without comments; empty where there is none.
    public let config: Seen<[SSHConfigLine]>

    /// What was seen.
    public init(
        own: [PublicKey], authorized: Seen<[AuthorizedKey]>, trustsOthers: Bool = false, host: [PublicKey],
        peers: [KnownPeer], config: Seen<[SSHConfigLine]>
    ) {
        self.own = own
        self.authorized = authorized
        self.trustsOthers = trustsOthers
        self.host = host
        self.peers = peers
        self.config = config
    }
}

/// What a node's ssh knows of the host keys of another node.
public struct KnownPeer: Equatable, Codable, Sendable {
    /// The name by which the node was asked for, a `migrationHost`.
    public let host: String
    /// The name by which ssh looks it up, after the node's own ssh config; nil where ssh did not say.
    public let lookup: String?
    /// What is known under that name.
    public let keys: [PublicKey]
    // Nil for the rule, so that a saved scan, with a line for each pair of nodes, does not mention it.
    private let authority: Bool?
    private let stolen: [PublicKey]?

    /// Whether an authority vouches for such names.
    public var hasAuthority: Bool { authority ?? false }
    /// What is known under that name to be stolen.
    public var revoked: [PublicKey] { stolen ?? [] }

    private enum CodingKeys: String, CodingKey {
        case host, lookup, keys
        case authority = "hasAuthority"
        case stolen = "revoked"
    }

    /// What is known.
    public init(
        host: String, lookup: String?, keys: [PublicKey] = [], hasAuthority: Bool = false, revoked: [PublicKey] = []
    ) {
        self.host = host
        self.lookup = lookup
        self.keys = keys
        authority = hasAuthority ? true : nil
        stolen = revoked.isEmpty ? nil : revoked
    }
}
