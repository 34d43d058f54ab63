public import StateSpec

/// All that a plan depends on. Equal requests give equal plans, byte for byte.
public struct PlanRequest: Sendable {
    /// What git wishes.
    public var desired: DesiredState
    /// The commit that wishes it; nil for an uncommitted work tree.
    public var commit: ObjectID?
    /// Who signed it; nil where no signature is asked for.
    public var signer: CommitSigner?
    /// What the last applied commit wished, where there is one and it can be read.
    public var previous: DesiredState?
    /// Domains that git does not name any more, each as the last commit that had it wished it.
    public var departed: [DomainSpec] = []
    /// What a scan saw.
    public var observed: ObservedCluster
    /// The moment for which the plan is made.
    public var now: Timestamp
    /// What this run changes about the rules.
    public var options = PlanOptions()

    /// A request.
    public init(
        desired: DesiredState, commit: ObjectID? = nil, previous: DesiredState? = nil, observed: ObservedCluster,
        now: Timestamp, options: PlanOptions = PlanOptions()
    ) {
        self.desired = desired
        self.commit = commit
        self.previous = previous
        self.observed = observed
        self.now = now
        self.options = options
    }
}

extension PlanRequest {
    /// How many of git's domains are seen to hold their disks, on whatever node.
    var activeCount: Int {
        var active: Set<DomainUUID> = []
        for reading in observed.nodes.values {
            for domain in reading.node?.domains ?? [] where domain.activity.holdsDisks { active.insert(domain.uuid) }
        }
        return active.intersection(desired.domains.map(\.uuid)).count
    }

    /// How many domains one round may stop or move by a budget.
    func allowance(_ budget: Budget) -> Int {
        budget.allowance(of: desired.domains.count, active: activeCount)
    }
}

extension LoadedCommit {
    /// What a plan of its wishes depends on, with what was seen.
    ///
    /// - Parameter options: what this run changes about the rules; what the commit holds is added.
    public func request(for observed: ObservedCluster, _ options: PlanOptions = PlanOptions()) -> PlanRequest {
        var options = options
        options.held = held
        options.outlawed = outlawed
        var request = PlanRequest(
            desired: desired, commit: commit, previous: previous, observed: observed, now: observed.takenAt,
            options: options)
        request.signer = signer
        request.departed = departed.map(\.spec)
        return request
    }
}

/// What one run changes about the rules.
public struct PlanOptions: Equatable, Sendable {
    /// Raises the budget of stops for this run.
    public var stopsMax: Int?
    /// Raises the budget of moves for this run.
    public var movesMax: Int?
    /// Only these domains are acted on; all when nil.
    public var only: Set<DomainName>?
    /// Objects whose files differ in a newer commit that cannot be used.
    public var held: HeldObjects?
    /// Domains whose XML asks for what the controller's `xmlPolicy` forbids.
    public var outlawed: Set<DomainName> = []
    /// Evens out memory and vCPUs; nil for what the cluster's `balance` says.
    public var balance: BalanceWish?
    /// Nodes to which the domains that prefer them are moved back, live and once.
    public var bringBack: Set<NodeName> = []
    /// What a person asked of single domains for this run, once.
    public var explicit: [DomainName: ExplicitAction] = [:]
    /// Nodes whose sessions are looked at anew; then nothing else is done. Nil for a run like any other.
    public var rescan: Set<NodeName>?
    /// Whether that was done in this run: what is left is planned, and nothing is asked for again.
    public var isRescanned = false
    /// Refuses starts and migrations of what the storage lock does not protect, whatever git says.
    public var requireLock = false

    /// No changes.
    public init() {}
}

/// How a run is to even out memory and vCPUs over the nodes.
public struct BalanceWish: Equatable, Codable, Sendable {
    /// What to reach.
    public enum Goal: Equatable, Codable, Sendable {
        /// No node above this load, by the fewest migrations; the cluster's own target where nil.
        case target(Double?)
        /// The lowest largest load that can be reached.
        case best
    }

    /// What to reach.
    public var goal: Goal
    /// At most this many migrations; any number where nil.
    public var movesMax: Int?

    /// A wish.
    public init(_ goal: Goal, movesMax: Int? = nil) {
        self.goal = goal
        self.movesMax = movesMax
    }
}

/// Objects that stay as they are because a newer commit, which cannot be used, changes their files (rule S8).
public struct HeldObjects: Equatable, Sendable {
    /// The commit that cannot be used.
    public var commit: ObjectID
    /// Domains whose files differ there.
    public var domains: Set<DomainName>

    /// Held objects.
    public init(commit: ObjectID, domains: Set<DomainName>) {
        self.commit = commit
        self.domains = domains
    }
}
