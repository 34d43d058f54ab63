public import StateSpec

/// One domain at a glance: what git wishes, what was seen, and what a plan makes of both.
public struct DomainView: Equatable, Codable, Sendable {
    /// What git's XML says.
    public struct Machine: Equatable, Codable, Sendable {
        /// The most memory it may use, in KiB.
        public let memory: MemorySize
        /// The most vCPUs it may use.
        public let vcpus: Int
        /// The machine type; nil where the XML leaves it to libvirt.
        public let machine: String?
        /// Its disks.
        public let disks: [Disk]
        /// Networks, and bridges as `bridge:NAME`.
        public let networks: [String]
        /// How many devices of its node it holds.
        public let hostDevices: Int
        /// The file.
        public let file: String
    }

    /// A disk of git's XML.
    public struct Disk: Equatable, Codable, Sendable {
        /// The name that the guest sees.
        public let target: String
        /// What it stands on, escaped.
        public let source: String
        /// Its LUNs of iSCSI targets, each with the file of `iscsi/` that names the target; nil for none.
        public let luns: [String]?
        /// The line of git's XML; nil where it is not known.
        public let line: Int?
    }

    /// The domain on one node.
    public struct Sight: Equatable, Codable, Sendable {
        /// The node.
        public let node: NodeName
        /// When.
        public let at: Timestamp
        /// State and reason; nil for a QEMU process that libvirt does not list.
        public let state: ObservedState?
        /// Whether the node keeps a definition of it.
        public var isPersistent = false
        /// Whether the node starts it at boot; nil where that is not known.
        public var isAutostarted: Bool?
        /// Whether there is a saved memory image; nil where that is not known.
        public var hasManagedSave: Bool?
        /// The job under way, escaped.
        public var job: String?
        /// From which commit it was started; nil where it does not say, or that is not known.
        public var startedFrom: ObjectID?
        /// Whether git's XML has changed since it was started; nil where it was not started by havirt.
        public var isXMLChanged: Bool?
        /// Why its XML is not understood, escaped.
        public var problem: String?

        /// A sighting of which no more is known.
        public init(node: NodeName, at: Timestamp, state: ObservedState?, isPersistent: Bool = false) {
            self.node = node
            self.at = at
            self.state = state
            self.isPersistent = isPersistent
        }
    }

    /// A node that may have it, as far as anybody knows.
    public struct Silent: Equatable, Codable, Sendable {
        /// The node.
        public let node: NodeName
        /// Why nothing is known of it, escaped.
        public let why: String
    }

    /// What a plan makes of it.
    public struct Planned: Equatable, Codable, Sendable {
        /// What is decided, and why.
        public let decision: Decision
        /// What would be done.
        public let steps: [Step]
        /// What a person should know.
        public let alerts: [Alert]
    }

    /// The domain.
    public let domain: DomainRef
    /// The commit that wishes it.
    public let commit: ObjectID?
    /// What git's YAML says.
    public let rules: [ShownRule]
    /// What git's XML says.
    public let machine: Machine
    /// When it was looked for; nil where nothing was scanned, and `sights` are what earlier rounds have recorded.
    public let seenAt: Timestamp?
    /// Where it was seen, by node.
    public let sights: [Sight]
    /// Nodes that were asked and gave no answer, by name.
    public let silent: [Silent]
    /// Where it was last seen active, as recorded; nil for nowhere.
    public let lastActive: Sighting?
    /// What a plan makes of it; nil where nothing was scanned.
    public let plan: Planned?

    /// A domain as a scan saw it.
    ///
    /// - Parameter request: what `plan` was made from.
    public init(_ spec: DomainSpec, _ request: PlanRequest, _ plan: Plan) {
        domain = DomainRef(name: spec.name, uuid: spec.uuid)
        commit = request.commit
        rules = ShownRule.all(of: spec)
        let context = PlanContext(request)
        machine = Machine(spec) { context.lunWords(of: $0) }
        seenAt = request.observed.takenAt
        let readings = request.observed.nodes.sorted { $0.key < $1.key }
        sights = readings.flatMap { Sight.all(of: spec, on: $0.key, $0.value) }
        silent = readings.compactMap { name, reading in
            if case .silent(let silence) = reading { Silent(node: name, why: "\(silence)") } else { nil }
        }
        lastActive = Self.newest(request.observed.recalled.sightings, of: spec.uuid)
        self.plan = plan.decisions.first { $0.domain.uuid == spec.uuid }.map { decision in
            Planned(
                decision: decision, steps: plan.steps.filter { $0.domain?.uuid == spec.uuid },
                alerts: plan.alerts.filter { [spec.name.text, "\(spec.uuid)"].contains($0.subject) })
        }
    }

    /// A domain of which only records are at hand.
    public init(_ spec: DomainSpec, commit: ObjectID?, recorded sights: [Sight], _ recalled: Recollection) {
        domain = DomainRef(name: spec.name, uuid: spec.uuid)
        self.commit = commit
        rules = ShownRule.all(of: spec)
        machine = Machine(spec)
        seenAt = nil
        self.sights = sights.sorted { $0.node < $1.node }
        silent = []
        lastActive = Self.newest(recalled.sightings, of: spec.uuid)
        plan = nil
    }

    private static func newest(_ sightings: [Sighting], of uuid: DomainUUID) -> Sighting? {
        sightings.filter { $0.uuid == uuid }.max { ($0.at, $0.node) < ($1.at, $1.node) }
    }
}

extension PlanContext {
    /// The LUNs behind a disk, as names, pins and nodes tell.
    fileprivate func lunWords(of source: DomainDisk.Source) -> [String] {
        var luns = sessions.luns(of: source, on: storage.places)
        // What QEMU reaches by itself needs no session, and is a LUN all the same.
        if luns.isEmpty, case .lun(let lun)? = StorageKey(source)?.device { luns = [lun] }
        return luns.map { lun in
            let file = sessions.target(of: lun).flatMap { sessions.wished[$0]?.spec.name }
            let place = file.map { "iscsi/\($0).yaml" } ?? "NAMED BY NO FILE of iscsi/"
            return "LUN \(lun.number) of \(Escaped(lun.target).bare), \(place)"
        }
    }
}

extension DomainView.Machine {
    /// - Parameter luns: the LUNs behind a disk, in words.
    init(_ spec: DomainSpec, luns: (DomainDisk.Source) -> [String] = { _ in [] }) {
        let definition = spec.definition
        self.init(
            memory: definition.memory, vcpus: definition.vcpus, machine: definition.machine,
            disks: definition.disks.map { disk in
                let luns = luns(disk.source)
                return DomainView.Disk(
                    target: disk.target, source: disk.source.words, luns: luns.isEmpty ? nil : luns, line: disk.line)
            },
            networks: definition.interfaces.map(\.words), hostDevices: definition.hostDevices,
            file: "domains/\(spec.name).xml")
    }
}

extension DomainView.Sight {
    /// The domain on a node that answered: as libvirt lists it, or as a process that it does not list.
    fileprivate static func all(of spec: DomainSpec, on node: NodeName, _ reading: Reading) -> [DomainView.Sight] {
        guard case .answered(let seen, let moment) = reading else { return [] }
        let listed = seen.domains.filter { $0.uuid == spec.uuid }.map { domain in
            var sight = DomainView.Sight(
                node: node, at: moment, state: domain.state, isPersistent: domain.isPersistent)
            sight.isAutostarted = domain.isAutostarted
            sight.hasManagedSave = domain.hasManagedSave
            sight.job = domain.job.map { Escaped($0).bare }
            sight.startedFrom = domain.definition?.mark?.commit
            // A work tree's XML has no blob to compare.
            if let mark = domain.definition?.mark, let blob = spec.xmlBlob { sight.isXMLChanged = mark.xml != blob }
            if case .notUnderstood(let why) = domain.seen { sight.problem = Escaped(why).bare }
            return sight
        }
        guard listed.isEmpty, seen.processes.contains(spec.uuid) else { return listed }
        return [DomainView.Sight(node: node, at: moment, state: nil)]
    }
}

extension DomainInterface {
    /// "lan", "bridge:br0", or the type of anything else; escaped.
    public var words: String {
        switch self {
        case .network(let name): Escaped(name).bare
        case .bridge(let name): "bridge:\(Escaped(name).bare)"
        case .other(let type): Escaped(type).bare
        }
    }
}
