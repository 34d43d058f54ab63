import Reconciler
import SimulatedCluster
import StateSpec

/// What became of each domain.
struct Fates {
    private let cluster: SimulatedCluster
    private let watch: WorldWatch
    private let beginning: Simulation.Beginning
    private let specs: [DomainUUID: DomainSpec]
    private let decisions: [DomainUUID: Decision]
    private let running: [DomainUUID: [NodeName]]
    private let places: [DomainUUID: [String]]
    private let refusal: String?
    private let name: (DomainUUID) -> String

    init(
        _ cluster: SimulatedCluster, _ watch: WorldWatch, _ beginning: Simulation.Beginning, desired: DesiredState,
        plan: Plan?, refusal: String?, name: @escaping (DomainUUID) -> String
    ) {
        self.cluster = cluster
        self.watch = watch
        self.beginning = beginning
        self.refusal = refusal
        self.name = name
        specs = Dictionary(desired.domains.map { ($0.uuid, $0) }) { first, _ in first }
        decisions = Dictionary((plan?.decisions ?? []).map { ($0.domain.uuid, $0) }) { first, _ in first }
        running = watch.running
        places = Places.all(cluster, [])
    }

    /// All domains of git and of nodes, by name.
    func all() -> [Story.Fate] {
        let uuids = Set(specs.keys).union(beginning.places.keys).union(places.keys)
            .union(beginning.desired.domains.map(\.uuid))
        return uuids.sorted().map(fate).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private func fate(of uuid: DomainUUID) -> Story.Fate {
        let spec = specs[uuid]
        let ran = beginning.running[uuid] != nil
        let shouldRun =
            switch spec?.wish.run {
            case .keepalive: true
            case .stopped: false
            case .manual, nil: ran
            }
        let runs = running[uuid]?.count == 1
        let decision = decisions[uuid].flatMap { $0.status == .inSync && (runs || !shouldRun) ? nil : $0 }
        var reason = decision.map { "\($0.reason)" }
        if let homes = running[uuid], homes.count > 1 {
            reason = "RUNS ON SEVERAL NODES"
        } else if shouldRun, !runs, reason == nil {
            reason = spec == nil ? "not in git: nobody starts it" : refusal
        }
        return Story.Fate(
            name: name(uuid), uuid: uuid, isManaged: spec != nil, before: beginning.places[uuid] ?? [],
            after: after(uuid, decision), shouldRun: shouldRun, runs: runs, outages: watch.outages(of: uuid),
            reason: reason, code: decision?.reason.code)
    }

    /// What was last seen on a node of which nothing is known may run there still.
    private func after(_ uuid: DomainUUID, _ decision: Decision?) -> [String] {
        if let places = places[uuid], !places.isEmpty { return places }
        guard let before = beginning.places[uuid] else { return [] }
        return before.filter { $0.hasSuffix(Places.unknown) && decision?.reason.code == "home-unknown" }
    }
}

/// Where domains are, in words.
enum Places {
    /// Behind the name of a node of which nothing is known.
    static let unknown = " (unknown)"

    /// Each domain that a QEMU runs, or that was last seen on a node of which nothing is known.
    static func all(_ cluster: SimulatedCluster, _ sightings: [Sighting]) -> [DomainUUID: [String]] {
        var places: [DomainUUID: [String]] = [:]
        for node in cluster.nodes {
            for (uuid, qemu) in node.qemus {
                let state = qemu.isExecuting ? "" : " (\(Escaped("\(qemu.state.state)").bare))"
                places[uuid, default: []].append("\(node.name)\(qemu.isListed ? state : " (not listed)")")
            }
            for uuid in node.definitions.keys where places[uuid] == nil { places[uuid] = [] }
        }
        for sighting in sightings where cluster.node(sighting.node)?.silence != nil {
            if places[sighting.uuid]?.isEmpty ?? true { places[sighting.uuid] = ["\(sighting.node)\(unknown)"] }
        }
        return places
    }
}
