import StateSpec

@testable import Reconciler

/// A cluster made from a seed: wishes, and a world that only partly follows them.
struct GeneratedCluster: Sendable {
    var desired: DesiredState
    var world: World
    /// Domains that no step may ever touch.
    var untouchable: Set<DomainUUID> = []

    init(seed: Int) {
        var random = SplitMix(seed: seed)
        let names = (0..<Int.random(in: 3...8, using: &random)).map { NodeName(stringLiteral: "n\($0)") }
        let nodes = names.map { name in
            Make.node(name) { node in
                if random.chance(12) { node.maintenance = Pause() }
                if random.chance(4) { node.retired = true }
                if random.chance(50) { node.labels = ["ssd"] }
            }
        }
        // Tight: what is wished fills most of the cluster.
        let count = Int.random(in: 4...60, using: &random)
        let memory = max(4, count * 2 * Int.random(in: 70...160, using: &random) / 100 / names.count + 1)
        world = World(names, memory: .gibibytes(memory), cpus: max(2, memory / 2))
        let cluster = Make.cluster { cluster in
            cluster.cpuOvercommit = 2
            if random.chance(20) { cluster.unreachable = .lastKnown }
        }
        var domains: [DomainSpec] = []
        for number in 1...count { domains.append(Self.domain(number, names, &random)) }
        desired = Make.desired(nodes, domains, cluster: cluster)
        for domain in domains { place(domain, names, &random) }
        for number in 100...(100 + count / 8) where random.chance(60) {
            world.put(Make.domain(number, DomainName(stringLiteral: "lab\(number)"), memory: 1), on: random.pick(names))
            untouchable.insert(.numbered(number))
        }
        if random.chance(25) { silence(random.pick(names)) }
    }

    /// Makes a host silent. What ran there as well as elsewhere did not: nobody could know, and no rule helps.
    private mutating func silence(_ name: NodeName) {
        world.hosts[name]?.silence = Silence(.unreachable, "off")
        for uuid in world.hosts[name]?.guests.keys.sorted() ?? [] where world.homes(uuid).count > 1 {
            world.hosts[name]?.guests[uuid] = nil
            untouchable.remove(uuid)
        }
    }

    private static func domain(_ number: Int, _ names: [NodeName], _ random: inout SplitMix) -> DomainSpec {
        let group = GroupRule(
            group: GroupName(stringLiteral: "g\(Int.random(in: 0..<6, using: &random))"), isSoft: random.chance(30))
        let memory = random.pick([1, 1, 2, 2, 3, 4])
        return Make.domain(number, DomainName(stringLiteral: "vm\(number)"), memory: memory) { wish in
            wish.run = random.pick([.keepalive, .keepalive, .keepalive, .keepalive, .manual, .stopped])
            if random.chance(25) { wish.nodes = Array(names.shuffled(using: &random).prefix(2)) }
            if random.chance(20) { wish.prefer = random.pick(names) }
            if random.chance(25) { wish.apart = [group] } else if random.chance(8) { wish.together = [group] }
            if random.chance(10) { wish.requires = ["ssd"] }
            if random.chance(10) { wish.hold = Pause(by: "ann") }
            if random.chance(10), number > 1 { wish.after = [DomainName(stringLiteral: "vm\(number - 1)")] }
            wish.migrate = random.pick([.live, .live, .live, .live, .offline, .never])
            wish.priority = Int.random(in: 0...2, using: &random)
        }
    }

    /// Where a domain may be found, by rules or not.
    private mutating func place(_ domain: DomainSpec, _ names: [NodeName], _ random: inout SplitMix) {
        if domain.wish.hold != nil { untouchable.insert(domain.uuid) }
        let fitting = names.shuffled(using: &random).filter { hasRoom(for: domain, on: $0) }
        guard let home = fitting.first else { return }
        switch Int.random(in: 0..<100, using: &random) {
        case ..<55: world.put(domain, on: home, isPersistent: random.chance(30))
        case ..<60: world.put(domain, on: home, ObservedState("shut off", "shutdown"), isPersistent: true)
        case ..<66:
            let states = [
                "paused/migrating", "running/post-copy", "paused/post-copy failed", "no state/unknown", "x/y",
            ]
            rest(domain, on: home, random.pick(states))
        case ..<70: rest(domain, on: home, random.pick(["paused/user", "paused/I/O error", "in shutdown/user"]))
        case ..<73 where fitting.count > 1:
            world.put(domain, on: fitting[0])
            world.put(domain, on: fitting[1])
            untouchable.insert(domain.uuid)
        case ..<76:
            world.hosts[home]?.guests[domain.uuid] = Guest(
                name: domain.name.text, state: ObservedState("shut off", "saved"), definition: domain.definition,
                isPersistent: true, hasManagedSave: true)
        case ..<79: world.hosts[home]?.strays.append(domain.uuid)
        default: return
        }
    }

    private mutating func rest(_ domain: DomainSpec, on node: NodeName, _ words: String) {
        let parts = words.split(separator: "/", maxSplits: 1).map(String.init)
        world.put(domain, on: node, ObservedState(parts[0], parts[1]))
        untouchable.insert(domain.uuid)
    }

    private func hasRoom(for domain: DomainSpec, on node: NodeName) -> Bool {
        ModelRun.free(world, desired, on: node) >= domain.definition.memory
            && ModelRun.freeVCPUs(world, desired, on: node) >= domain.definition.vcpus
    }

    func request(_ observed: ObservedCluster? = nil) -> PlanRequest {
        let observed = observed ?? world.observed(Recollection(members: members))
        var options = PlanOptions()
        (options.stopsMax, options.movesMax) = (1_000, 1_000)
        return PlanRequest(
            desired: desired, commit: "c0ffee", observed: observed, now: observed.takenAt, options: options)
    }

    /// All hosts as they were last heard, a while ago.
    var members: [Member] {
        world.hosts.map { name, host in
            Member(
                name: name, ssh: name.text, hostUUID: host.hostUUID, bootID: host.bootID,
                lastAnswer: "2026-11-23T18:00:00Z", isRetired: false)
        }.sorted { $0.name < $1.name }
    }
}
