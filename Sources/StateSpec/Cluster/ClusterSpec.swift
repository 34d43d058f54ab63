/// `cluster.yaml`: what holds for the whole cluster. Every key has a default.
public struct ClusterSpec: Equatable, Sendable {
    /// The cluster's name; havirt's folder on each node bears it.
    public var name: ClusterName
    /// What a silent node means for starts.
    public var unreachable = UnreachablePolicy.strict
    /// vCPUs that may be promised per CPU of a node.
    public var cpuOvercommit = 4.0
    /// Memory that each node keeps for itself.
    public var memoryReserve = MemorySize(mebibytes: 1024)
    /// Memory that one migration moves in a second, for estimates: a link of 1 Gbit/s, less what is lost on the way.
    public var migrationBandwidth = MemorySize(mebibytes: 100)
    /// How much one round may do.
    public var budgets = Budgets()
    /// How much may go on at once.
    public var concurrency = Concurrency()
    /// How long steps may take.
    public var timeouts = Timeouts()
    /// Networks that every node must have, active.
    public var networks: [NetworkName] = []
    /// Folders that are the same storage on every node; absolute, without a trailing slash.
    public var sharedPaths: [String] = []
    /// The folders outside of which `sharedPaths` are not relied on; nil for none. It comes from the limits of
    /// `havirt.conf`, never from git.
    public var sharedPathsLimit: [String]?
    /// Whether to refuse to act where libvirt's storage lock does not protect.
    public var requireStorageLock = false
    /// Whether and how the loop evens out the cluster.
    public var balance = BalancePolicy()
    /// Severities that replace a finding's own, by code; nil for "ignore".
    public var findingSeverities: [String: Severity?] = [:]

    /// The defaults under a name.
    public init(name: ClusterName) { self.name = name }
}

extension ClusterSpec {
    /// Whether something may rest on it that a path is the same storage on every node: git says so, within the limits.
    ///
    /// Where two might write one file it is the longer list that is the tighter one: `sharedPaths`, as they stand.
    ///
    /// - Parameter path: of a file. A slash at its end makes it that of a folder, which may be a shared one itself.
    public func isSurelyShared(_ path: String) -> Bool {
        Self.isBelow(sharedPaths, path) && (sharedPathsLimit.map { Self.isBelow($0, path) } ?? true)
            && !path.utf8.split(separator: 0x2F).contains { $0.elementsEqual("..".utf8) }
    }

    private static func isBelow(_ folders: [String], _ path: String) -> Bool {
        folders.contains { path.utf8.starts(with: "\($0)/".utf8) }
    }
}

/// What a silent node means for the start of a domain (rule S2).
public enum UnreachablePolicy: String, CaseIterable, Codable, Sendable {
    /// No domain is started while any node is silent.
    case strict
    /// A domain sighted on a node that still answers, after the last answer of every silent one, may be started.
    case lastKnown = "last-known"
}

/// How much one round may do (rule S9): an absolute floor or a share of the domains, whichever is more.
public struct Budgets: Equatable, Sendable {
    /// Domains that may be shut down in one round.
    public var stops = Budget(floor: 1, percent: 10)
    /// Domains that may be moved in one round, apart from drains and explicit verbs.
    public var moves = Budget(floor: 2, percent: 10)

    /// The defaults.
    public init() {}
}

/// A number of domains: the larger of a floor and a percentage of all domains, rounded down.
public struct Budget: Equatable, Sendable {
    /// At least this many.
    public var floor: Int
    /// This share of all domains, in percent.
    public var percent: Int
    /// What may not be exceeded whatever the two above say: a floor, and a percentage of the domains that run.
    private var ceiling: Ceiling?

    /// A budget.
    public init(floor: Int, percent: Int) {
        self.floor = floor
        self.percent = percent
    }

    /// How many of `count` domains.
    ///
    /// - Parameter active: how many of them run: domains that git names and that never run must not raise the ceiling.
    public func allowance(of count: Int, active: Int) -> Int {
        let own = max(floor, count * percent / 100)
        return ceiling.map { min(own, max($0.floor, active * $0.percent / 100)) } ?? own
    }

    /// The same, but never more than `limit` allows.
    func limited(to limit: Budget) -> Budget {
        var budget = self
        budget.ceiling = Ceiling(floor: limit.floor, percent: limit.percent)
        return budget
    }

    private struct Ceiling: Equatable, Sendable {
        let floor: Int
        let percent: Int
    }
}

/// How much may go on at once.
public struct Concurrency: Equatable, Sendable {
    /// Migrations in which one node takes part, as source or target.
    public var migrationsPerNode = 2
    /// Starts under way on one node.
    public var startsPerNode = 4
    /// Nodes spoken to at once.
    public var nodes = 64

    /// The defaults.
    public init() {}
}

/// How long steps may take.
public struct Timeouts: Equatable, Sendable {
    /// A start, until libvirt says it runs.
    public var start = Seconds(60)
    /// A live migration, until it is aborted.
    public var migrate = Seconds(600)
    /// A scan of one node, until it counts as silent.
    public var scan = Seconds(20)

    /// The defaults.
    public init() {}
}

/// Whether and how the reconcile loop balances by itself.
public struct BalancePolicy: Equatable, Sendable {
    /// Whether the loop balances at all.
    public enum Mode: String, CaseIterable, Sendable {
        /// Only `cluster balance` does.
        case off
        /// The loop does, with hysteresis.
        case auto
    }

    /// Off unless asked for.
    public var mode = Mode.off
    /// The load, over the cluster's mean, that no node should exceed.
    public var target = 1.10
    /// The least gain in the largest load that is worth a migration.
    public var minGain = 0.01
    /// How long a moved domain is left alone.
    public var cooldown = Seconds(3600)

    /// The defaults.
    public init() {}
}
