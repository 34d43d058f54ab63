import StateSpec

/// The feasibility filter: which nodes can take a domain. Start, move and drain all use this one.
enum Admission {
    /// The rule of git that speaks against this node, in words; nil if there is none.
    static func rule(against entry: Roster.Entry, _ spec: DomainSpec) -> RuleText? {
        if let nodes = spec.wish.nodes, !nodes.contains(entry.name) {
            return ": \(nodes.map(\.text).joined(separator: ", "))\(RuleOrigin(spec.origins["nodes"]))"
        }
        let labels = entry.spec?.labels ?? []
        if let missing = spec.wish.requires.first(where: { !labels.contains($0) }) {
            return ": it lacks the label \(Escaped(missing).bare)\(RuleOrigin(spec.origins["requires"]))"
        }
        return nil
    }

    /// What does not change while a plan is made: state of the node, allowed set, labels, storage, networks, CPU.
    static func standing(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        for check in checks {
            if let refusal = check(entry, demand) { return refusal }
        }
        return nil
    }

    /// All that speaks against the node, where `standing` is content with the first.
    static func allStanding(_ entry: Roster.Entry, _ demand: Demand) -> [Refusal] {
        checks.compactMap { $0(entry, demand) }
    }

    /// What the node does not have, whatever state it is in: a network or a storage.
    static func lack(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        networks(entry, demand) ?? initiator(entry, demand) ?? devices(entry, demand) ?? identity(entry, demand)
    }

    /// What people wrote first, then what the node has.
    private static let checks: [@Sendable (Roster.Entry, Demand) -> Refusal?] = [
        allowedNodes, state, labels, size, localDisk, networks, initiator, devices, identity, cpu,
    ]

    @Sendable private static func allowedNodes(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        guard entry.spec != nil else { return .notInGit }
        guard let nodes = demand.spec.wish.nodes, !nodes.contains(entry.name) else { return nil }
        return .notAllowed(demand.origin("nodes"))
    }

    @Sendable private static func state(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        guard entry.node != nil else { return .silent }
        if entry.spec?.retired == true { return .retired }
        if entry.isFencedBoot { return .fenced }
        return entry.spec?.maintenance == nil ? nil : .maintenance
    }

    @Sendable private static func labels(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        let labels = entry.spec?.labels ?? []
        let missing = demand.spec.wish.requires.first { !labels.contains($0) }
        return missing.map { .label($0, demand.origin("requires")) }
    }

    @Sendable private static func size(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        entry.hasOpaqueDomain ? .opaque : nil
    }

    @Sendable private static func localDisk(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        demand.isPinned && demand.pin != entry.name && Guard.localDiskPins.isOn ? .otherStorage : nil
    }

    @Sendable private static func networks(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        guard let observed = entry.node else { return nil }
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

    @Sendable private static func devices(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        guard entry.listsDevices, let links = entry.node?.storage?.links else { return nil }
        // What a session brings is not there before it.
        return demand.devices.first { name in
            links[name] == nil && !demand.luns.contains { $0.path == name && $0.comes(to: entry.index) }
        }.map { .device($0) }
    }

    /// Whether the node can be told what its sessions are, and no command for one of them may still take effect.
    @Sendable private static func initiator(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        demand.luns.lazy.compactMap { $0.obstacle(on: entry.index) }.first
    }

    /// Whether the disk behind a name is the one that is meant (hazard H42).
    @Sendable private static func identity(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        guard Guard.diskIsTheOneMeant.isOn else { return nil }
        return demand.luns.lazy.compactMap { $0.difference(on: entry.index) }.first
    }

    @Sendable private static func cpu(_ entry: Roster.Entry, _ demand: Demand) -> Refusal? {
        guard entry.node != nil, case .refused(let gap) = cpuFit(entry, demand) else { return nil }
        return .cpu(gap)
    }

    /// Whether the domain can be migrated live to this node as far as its CPU goes.
    static func cpuFit(_ entry: Roster.Entry, _ demand: Demand) -> CPUFit {
        demand.cpus.isEmpty ? .fits : demand.cpus[entry.host]
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
            return !cluster.isSurelyShared(path)
        }
    }
}
