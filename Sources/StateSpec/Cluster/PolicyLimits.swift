/// `limits:` of `havirt.conf`: the loosest policy that git may choose. What is nil, git chooses freely.
///
/// Limits only ever tighten: a wish beyond one is cut down to it and reported, the rest of the commit goes on. What cannot
/// be cut down, such as a portal, makes the commit one that cannot be used.
public struct PolicyLimits: Equatable, Sendable {
    /// What a silent node means for starts, at the loosest.
    public var unreachable: UnreachablePolicy?
    /// The most domains that one round may shut down; a share is one of those that run, not of all that git names.
    public var stops: Budget?
    /// The most domains that one round may move; a share likewise.
    public var moves: Budget?
    /// The most migrations in which one node takes part.
    public var migrationsPerNode: Int?
    /// The most starts under way on one node.
    public var startsPerNode: Int?
    /// The most vCPUs that may be promised per CPU of a node.
    public var cpuOvercommit: Double?
    /// The least memory that each node keeps for itself.
    public var memoryReserve: MemorySize?
    /// Whether nothing is done where libvirt's storage lock does not protect, whatever git says.
    public var requireStorageLock = false
    /// The only folders that may count as the same storage on every node where something rests on it: a lock, or
    /// that a domain finds its disk on another node. Absolute, without a trailing slash.
    public var sharedPaths: [String]?
    /// Whether git may have the loop balance by itself.
    public var mayBalance = true
    /// Whether git may have a guest killed that ignores its shutdown (`shutdown: {then: destroy}`).
    public var mayDestroy = true
    /// Whether git may have domains shut down by removing their files (`prune: true`).
    public var mayPrune = true
    /// Whether git may declare a node dead (`fenced:`), so that its domains are started elsewhere.
    public var mayFence = true
    /// The iSCSI portals that git may have nodes log in to; another is an error.
    public var portals: Set<ISCSIPortal>?
    /// The folders of nodes in which CHAP's `secretFile` may be, in their normal spelling; another is an error. A password
    /// is proven to whoever answers at a portal.
    public var secretFolders: [String]?

    /// No limits.
    public init() {}

    /// The policy of a cluster, cut down to the limits.
    public func cluster(_ wished: ClusterSpec) -> ClusterSpec {
        var spec = wished
        if unreachable == .strict { spec.unreachable = .strict }
        if let stops { spec.budgets.stops = spec.budgets.stops.limited(to: stops) }
        if let moves { spec.budgets.moves = spec.budgets.moves.limited(to: moves) }
        if let most = migrationsPerNode {
            spec.concurrency.migrationsPerNode = min(most, spec.concurrency.migrationsPerNode)
        }
        if let most = startsPerNode { spec.concurrency.startsPerNode = min(most, spec.concurrency.startsPerNode) }
        if let most = cpuOvercommit { spec.cpuOvercommit = min(most, spec.cpuOvercommit) }
        if let least = memoryReserve { spec.memoryReserve = max(least, spec.memoryReserve) }
        if requireStorageLock { spec.requireStorageLock = true }
        if let sharedPaths { spec.sharedPathsLimit = sharedPaths }
        if !mayBalance { spec.balance.mode = .off }
        return spec
    }

    /// A node, cut down to the limits.
    public func node(_ wished: NodeSpec) -> NodeSpec {
        var spec = wished
        if let most = cpuOvercommit { spec.cpuOvercommit = spec.cpuOvercommit.map { min(most, $0) } }
        if let least = memoryReserve { spec.memoryReserve = spec.memoryReserve.map { max(least, $0) } }
        if !mayFence { spec.fenced = nil }
        return spec
    }

    /// A domain, cut down to the limits.
    func domain(_ wished: DomainSpec) -> DomainSpec {
        // Most have nothing to cut, and are then shared and not copied.
        let isLooser = !mayDestroy && wished.wish.shutdown.then == .destroy || !mayPrune && wished.wish.prune
        guard isLooser else { return wished }
        var spec = wished
        spec.wish = wish(wished.wish)
        return spec
    }

    /// What is wished of a domain, cut down to the limits.
    public func wish(_ wished: DomainWish) -> DomainWish {
        var wish = wished
        if !mayDestroy { wish.shutdown.then = .wait }
        if !mayPrune { wish.prune = false }
        return wish
    }
}
