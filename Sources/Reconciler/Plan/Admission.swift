import StateSpec

/// Why a node cannot take a domain; a closed list, so that refusals can be added up.
enum Refusal: Hashable, Comparable {
    case silent
    case fenced
    case maintenance
    case retired
    case notInGit
    case notAllowed
    case label(String)
    case otherStorage
    case opaque
    case network(String)
    case memory(short: MemorySize)
    case vcpus(short: Int)
    case apart(from: String)
    case together(with: String)
    case backingOff(count: Int, until: Timestamp, cause: String)
}

/// The feasibility filter: which nodes can take a domain. Start, move and drain all use this one.
enum Admission {
    /// The rule of git that speaks against this node, in words; nil if there is none.
    static func rule(against entry: Roster.Entry, _ spec: DomainSpec) -> String? {
        if let nodes = spec.wish.nodes, !nodes.contains(entry.name) {
            let origin = spec.origins["nodes"].map { " at \($0)" } ?? ""
            return " (\(nodes.map(\.text).joined(separator: ", "))\(origin))"
        }
        let labels = entry.spec?.labels ?? []
        if let missing = spec.wish.requires.first(where: { !labels.contains($0) }) {
            let origin = spec.origins["requires"].map { " at \($0)" } ?? ""
            return " (it lacks the label \(Escaped(missing).bare)\(origin))"
        }
        return nil
    }

    /// What a domain asks of any node, worked out once for all of them. Equal demands are met by the same nodes.
    struct Demand: Hashable {
        /// Its allowed nodes; any when nil.
        let nodes: [NodeName]?
        let labels: [String]
        /// The only node that has a writable file disk of it, where it has one; nil if that is not known.
        let pin: NodeName?
        let isPinned: Bool
        let interfaces: [DomainInterface]

        init(_ spec: DomainSpec, _ context: PlanContext) {
            nodes = spec.wish.nodes
            labels = spec.wish.requires
            // What runs moves as it is; git's XML counts at the next start.
            let running = context.running(spec.uuid)
            let cluster = context.request.desired.cluster
            isPinned = ([spec.definition] + running).contains { hasLocalDisk($0, cluster) }
            pin = isPinned ? Admission.pin(of: spec, context) : nil
            let arriving = running.isEmpty || spec.wish.migrate == .offline ? [spec.definition] : running
            interfaces = arriving.flatMap(\.interfaces)
        }
    }

    /// Everything that does not change while a plan is made: state of the node, allowed set, labels, networks.
    static func standing(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        guard let node = entry.spec else { return .notInGit }
        if let nodes = demand.nodes, !nodes.contains(entry.name) { return .notAllowed }
        guard let observed = entry.node else { return .silent }
        if node.retired { return .retired }
        if entry.isFencedBoot { return .fenced }
        if node.maintenance != nil { return .maintenance }
        if let missing = demand.labels.first(where: { !node.labels.contains($0) }) { return .label(missing) }
        if entry.hasOpaqueDomain { return .opaque }
        if demand.isPinned, demand.pin != entry.name, Guard.localDiskPins.isOn { return .otherStorage }
        for interface in demand.interfaces {
            switch interface {
            case .network(let name):
                if !observed.networks.contains(where: { $0.name == name && $0.isActive }) { return .network(name) }
            case .bridge(let name):
                if !observed.bridges.contains(name) { return .network(name) }
            case .other: break
            }
        }
        return nil
    }

    /// Whether starts on this node have failed so lately that the next must wait.
    static func backoff(_ entry: Roster.Entry, _ spec: DomainSpec, _ context: PlanContext) -> Refusal? {
        guard let failure = context.failures[spec.uuid]?.first(where: { $0.node == entry.name }) else { return nil }
        let until = failure.at + failure.backoff
        guard context.request.now < until else { return nil }
        return .backingOff(count: failure.count, until: until, cause: failure.cause)
    }

    /// The node that alone has a writable file disk of the domain; nil if none is known, which refuses every node.
    static func pin(of spec: DomainSpec, _ context: PlanContext) -> NodeName? {
        // Where it runs now is where its file is, whatever older records say.
        let homes = context.homes.sights(of: spec.uuid).filter { context.roster.domain($0).activity.holdsDisks }
        if let home = homes.first { return context.roster.entries[home.node].name }
        if let sighting = context.sightings[spec.uuid] { return sighting.node }
        // A list of one pins: the operator says where the disk is.
        return spec.wish.nodes?.count == 1 ? spec.wish.nodes?.first : nil
    }

    /// Whether a writable file disk lies outside the shared folders.
    static func hasLocalDisk(_ definition: DomainDefinition, _ cluster: ClusterSpec) -> Bool {
        definition.disks.contains { disk in
            guard case .file(let path) = disk.source, disk.isWritten else { return false }
            return !cluster.sharedPaths.contains { path.hasPrefix($0 + "/") }
        }
    }
}

extension Refusal {
    /// What one or several nodes lack, in words.
    func words(count: Int) -> String {
        let lack = count == 1 ? "lacks" : "lack"
        return switch self {
        case .silent: "\(count) silent"
        case .fenced: "\(count) declared fenced"
        case .maintenance: "\(count) in maintenance"
        case .retired: "\(count) retired"
        case .notInGit: "\(count) not in git"
        case .notAllowed: "\(count) not allowed"
        case .label(let label): "\(count) \(lack) the label \(Escaped(label).bare)"
        case .otherStorage: "\(count) without its local disk"
        case .opaque: "\(count) with a domain of unknown size"
        case .network(let name): "\(count) \(lack) the network \(Escaped(name).bare)"
        case .memory(let short): "\(count) \(lack) memory (short \(short))"
        case .vcpus(let short): "\(count) \(lack) vCPUs (short \(short))"
        case .apart(let other): "\(count) apart from \(other)"
        case .together(let other): "\(count) not together with \(other)"
        case .backingOff(let times, let until, let cause):
            "\(count) backing off until \(until) after \(times) failed start\(times == 1 ? "" : "s") (\(cause))"
        }
    }

    /// The kind without its particulars, under which refusals of several nodes are added up.
    private var kind: Refusal {
        switch self {
        case .memory: .memory(short: .zero)
        case .vcpus: .vcpus(short: 0)
        default: self
        }
    }

    /// All refusals in one line: "2 nodes lack memory (short 3 GiB), 1 in maintenance".
    static func sum(_ refusals: [Refusal]) -> String {
        // Of several that are short of memory, the one that is short of least says what would help.
        var groups: [Refusal: (count: Int, least: Refusal)] = [:]
        for refusal in refusals.sorted() {
            groups[refusal.kind, default: (0, refusal)].count += 1
        }
        return groups.values.map(\.least).sorted().map { least in
            least.words(count: groups[least.kind]?.count ?? 0)
        }.joined(separator: ", ")
    }
}
