public import StateSpec

/// The cluster at a glance: how full its nodes are, what its domains do, and what would be done about it.
public struct ClusterOverview: Equatable, Codable, Sendable {
    /// How much of something is in use.
    public struct Use: Equatable, Codable, Sendable {
        /// What active domains take: KiB of memory, or vCPUs.
        public let used: Int64
        /// What they may take, reserve and overcommit included.
        public let most: Int64

        /// The part of it in use; 0 where there is nothing to give.
        public var share: Double { most > 0 ? Double(used) / Double(most) : 0 }
    }

    /// One node.
    public struct Node: Equatable, Codable, Sendable {
        /// What is to be said of a node; several may hold.
        public enum Condition: String, Codable, Sendable {
            /// It gave no answer that counts.
            case silent
            /// It is to be empty.
            case maintenance
            /// An operator declared a boot of it dead.
            case fenced
            /// It leaves, or has left.
            case retired
            /// The commit does not name it.
            case notInGit = "not in git"
        }

        /// The node.
        public let name: NodeName
        /// What is to be said of it; nothing of one that answers and takes domains.
        public let conditions: [Condition]
        /// Why it is silent or in maintenance, one line, escaped.
        public let note: String?
        /// Memory in KiB; nil for a silent node.
        public let memory: Use?
        /// vCPUs; nil for a silent node.
        public let vcpus: Use?
        /// How many domains are active there, git's and others; nil for a silent node.
        public let active: Int?
    }

    /// When it was seen.
    public let seenAt: Timestamp
    /// The nodes, by name.
    public let nodes: [Node]
    /// How many domains of git are in each state, in virsh's words; `active on several nodes`, `not seen` and `off`
    /// are ours.
    public let domains: [String: Int]
    /// How many domains on the nodes git does not name.
    public let unmanaged: Int
    /// Whether a plan has nothing to do, and nothing in the way.
    public let isInSync: Bool
    /// What a plan would do, counted, in the words of `plan`.
    public let drift: String
    /// Why the plan must not be carried out as a whole.
    public let refusal: String?
    /// How many alerts of each severity.
    public let alerts: [String: Int]
    /// The newest commit that any node, or we ourselves, remember as applied.
    public let applied: AppliedCommit?

    /// What was seen and decided.
    ///
    /// - Parameter request: what `plan` was made from.
    public init(_ request: PlanRequest, _ plan: Plan) {
        let context = PlanContext(request)
        seenAt = request.observed.takenAt
        nodes = zip(context.roster.entries, Ledger.totals(context)).map(Self.node)
        domains = request.desired.domains.reduce(into: [:]) { $0[Self.state($1, context), default: 0] += 1 }
        let managed = Set(request.desired.domains.map(\.uuid))
        unmanaged = context.homes.uuids.count { !managed.contains($0) }
        isInSync = plan.isInSync
        drift = PlanText.counts(plan)
        refusal = plan.refusal
        alerts = plan.alerts.reduce(into: [:]) { $0[$1.severity.rawValue, default: 0] += 1 }
        applied = Round.applied(request.observed).first
    }

    private static func node(_ entry: Roster.Entry, _ total: Ledger.Total) -> Node {
        var conditions: [Node.Condition] = []
        var note: String?
        if let pause = entry.spec?.maintenance {
            conditions.append(.maintenance)
            note = pause.reason.map { Escaped($0).bare }
        }
        if entry.spec?.retired == true { conditions.append(.retired) }
        if entry.spec?.fenced != nil { conditions.append(.fenced) }
        if entry.spec == nil { conditions.append(.notInGit) }
        guard let node = entry.node else {
            if case .silent(let silence) = entry.reading { note = "\(silence)" }
            return Node(
                name: entry.name, conditions: [.silent] + conditions, note: note, memory: nil, vcpus: nil, active: nil)
        }
        return Node(
            name: entry.name, conditions: conditions, note: note,
            memory: Use(used: total.memory, most: max(0, total.memoryMax)),
            vcpus: Use(used: Int64(total.vcpus), most: Int64(total.vcpusMax)),
            active: node.domains.count { $0.activity.holdsDisks })
    }

    private static func state(_ spec: DomainSpec, _ context: PlanContext) -> String {
        let seen = context.homes.sights(of: spec.uuid).map(context.roster.domain)
        let active = seen.filter(\.activity.holdsDisks)
        if active.count > 1 { return "active on several nodes" }
        if let state = (active.first ?? seen.first)?.state { return Escaped(state.state).bare }
        // A silent node may be running it.
        return context.roster.silent.isEmpty ? "off" : "not seen"
    }
}
