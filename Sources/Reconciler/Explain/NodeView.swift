public import StateSpec

/// One node at a glance: what git wishes, what was seen there, and what a plan would do to it.
public struct NodeView: Equatable, Codable, Sendable {
    /// What a complete answer said.
    public struct Seen: Equatable, Codable, Sendable {
        /// Which machine answered.
        public let hostUUID: DomainUUID
        /// In which boot.
        public let bootID: DomainUUID
        /// Its own host name, escaped.
        public let hostName: String
        /// Time since its boot; nil where that is not recorded.
        public let uptime: Seconds?
        /// How far its clock is ahead of this machine's; nil where that is not recorded.
        public let clockAhead: Seconds?
        /// Versions.
        public let versions: HypervisorVersions
        /// Physical memory, in KiB.
        public let memory: MemorySize
        /// Logical CPUs.
        public let cpus: Int
        /// The CPU's model as libvirt names it, escaped.
        public let cpuModel: String?
        /// Networks that are up, escaped; nil where that is not recorded.
        public let networks: [String]?
        /// Networks that are not, escaped; nil where that is not recorded.
        public let networksDown: [String]?

        /// What a record holds.
        public init(
            hostUUID: DomainUUID, bootID: DomainUUID, hostName: String, versions: HypervisorVersions,
            memory: MemorySize, cpus: Int, cpuModel: String?
        ) {
            self.hostUUID = hostUUID
            self.bootID = bootID
            self.hostName = Escaped(hostName).bare
            self.versions = versions
            self.memory = memory
            self.cpus = cpus
            self.cpuModel = cpuModel.map { Escaped($0).bare }
            (uptime, clockAhead, networks, networksDown) = (nil, nil, nil, nil)
        }

        init(_ node: ObservedNode, at moment: Timestamp) {
            hostUUID = node.hostUUID
            bootID = node.bootID
            hostName = Escaped(node.hostName).bare
            uptime = node.uptime
            clockAhead = node.clock - moment
            versions = node.versions
            memory = node.memory
            cpus = node.cpus
            cpuModel = node.cpuModel.map { Escaped($0).bare }
            networks = node.networks.filter(\.isActive).map { Escaped($0.name).bare }
            networksDown = node.networks.filter { !$0.isActive }.map { Escaped($0.name).bare }
        }
    }

    /// A domain on the node.
    public struct Resident: Equatable, Codable, Sendable {
        /// Its identity.
        public let uuid: DomainUUID
        /// Its name as the node has it, escaped; nil for a QEMU process that libvirt does not list.
        public let name: String?
        /// State and reason; nil for such a process.
        public let state: ObservedState?
        /// Whether git names it.
        public let isManaged: Bool
        /// What a plan decides about it; nil for one that git does not name, and where nothing was scanned.
        public let decision: Decision?

        /// A domain of which no more is known.
        public init(uuid: DomainUUID, name: String?, state: ObservedState?, isManaged: Bool) {
            self.init(uuid: uuid, name: name, state: state, isManaged: isManaged, decision: nil)
        }

        init(uuid: DomainUUID, name: String?, state: ObservedState?, isManaged: Bool, decision: Decision?) {
            self.uuid = uuid
            self.name = name.map { Escaped($0).bare }
            self.state = state
            self.isManaged = isManaged
            self.decision = decision
        }
    }

    /// What a plan would do.
    public struct Planned: Equatable, Codable, Sendable {
        /// How full it is, and what is to be said of it.
        public let overview: ClusterOverview.Node?
        /// Steps in which it takes part.
        public let steps: [Step]
        /// What a person should know about it, or would if it were lost.
        public let alerts: [Alert]
    }

    /// The node.
    public let name: NodeName
    /// The commit that wishes it.
    public let commit: ObjectID?
    /// What git says.
    public let rules: [ShownRule]
    /// When it was asked, or answered what is recorded; nil for a node that never answered.
    public let at: Timestamp?
    /// Whether only records are shown.
    public let isRecorded: Bool
    /// Why it is silent, escaped; nil where it answered when it was asked last.
    public let silence: String?
    /// What it said; nil for a silent node, and for one that never answered.
    public let seen: Seen?
    /// Its iSCSI sessions; nil where nothing was scanned, or the scan did not ask.
    public let iscsi: Reconciler.Seen<NodeSessions>?
    /// Its domains, by name.
    public let residents: [Resident]
    /// When it last gave any sign of life, to any havirt; nil for never.
    public let lastHeard: Timestamp?
    /// What a plan would do; nil where nothing was scanned.
    public let plan: Planned?

    /// A node as a scan saw it.
    ///
    /// - Parameter request: what `plan` was made from.
    public init(_ spec: NodeSpec, _ request: PlanRequest, _ plan: Plan) {
        name = spec.name
        commit = request.commit
        rules = ShownRule.all(of: spec)
        isRecorded = false
        let reading = request.observed.nodes[spec.name]
        if case .answered(let node, let moment)? = reading {
            (at, silence, seen) = (moment, nil, Seen(node, at: moment))
            residents = Self.residents(of: node, request.desired, plan)
            iscsi = Self.iscsi(of: node, spec.name, request)
        } else {
            iscsi = nil
            (at, seen, residents) = (request.observed.takenAt, nil, [])
            if case .silent(let why)? = reading { silence = "\(why)" } else { silence = "\(Silence(.notAsked, ""))" }
        }
        lastHeard = request.observed.members[spec.name]?.lastHeard
        self.plan = Planned(
            overview: ClusterOverview(request, plan).nodes.first { $0.name == spec.name },
            steps: plan.steps.filter { $0.action.nodes.contains(spec.name) },
            alerts: plan.alerts.filter { $0.subject == spec.name.text })
    }

    /// A node of which only records are at hand.
    public init(
        _ spec: NodeSpec, commit: ObjectID?, recorded seen: Seen?, at: Timestamp?, residents: [Resident],
        silence: String?, lastHeard: Timestamp?
    ) {
        name = spec.name
        self.commit = commit
        rules = ShownRule.all(of: spec)
        isRecorded = true
        self.at = at
        self.silence = silence
        self.seen = seen
        iscsi = nil
        self.residents = residents.sorted(by: Resident.isBefore)
        self.lastHeard = lastHeard
        plan = nil
    }

    private static func iscsi(
        of node: ObservedNode, _ name: NodeName, _ request: PlanRequest
    ) -> Reconciler.Seen<NodeSessions>? {
        switch node.iscsi {
        case nil: return nil
        case .unknown(let why)?: return .unknown(why)
        case .known(let seen)?:
            let context = PlanContext(request)
            return context.roster.index(of: name).map { .known(NodeSessions(seen, on: $0, context)) }
        }
    }

    private static func residents(of node: ObservedNode, _ desired: DesiredState, _ plan: Plan) -> [Resident] {
        let managed = Set(desired.domains.map(\.uuid))
        let decisions = Dictionary(plan.decisions.map { ($0.domain.uuid, $0) }) { first, _ in first }
        let listed = node.domains.map { domain in
            Resident(
                uuid: domain.uuid, name: domain.name, state: domain.state, isManaged: managed.contains(domain.uuid),
                decision: decisions[domain.uuid])
        }
        let known = Set(node.domains.map(\.uuid))
        let strays = node.processes.filter { !known.contains($0) }.map { uuid in
            Resident(
                uuid: uuid, name: nil, state: nil, isManaged: managed.contains(uuid), decision: decisions[uuid])
        }
        return (listed + strays).sorted(by: Resident.isBefore)
    }
}

extension NodeView.Resident {
    /// By name, then uuid; a process without a name comes first.
    fileprivate static func isBefore(_ left: Self, _ right: Self) -> Bool {
        ((left.name ?? ""), left.uuid) < ((right.name ?? ""), right.uuid)
    }
}
