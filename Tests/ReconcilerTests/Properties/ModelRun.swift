import StateSpec

@testable import Reconciler

/// A plan on its way through a world, in any order that `after` allows, with all that must hold at every instant.
struct ModelRun {
    private(set) var world: World
    private(set) var violations: [String] = []
    private let desired: DesiredState
    private let specs: [DomainUUID: DomainSpec]
    private var pending: [Step]
    private var running: [Step] = []
    private var done: Set<Int> = []
    private let doubles: Set<DomainUUID>
    private let broken: Set<String>
    /// What each node has got from this plan.
    private var arrived: [NodeName: Int] = [:]

    init(_ plan: Plan, _ world: World, _ desired: DesiredState) {
        self.world = world
        self.desired = desired
        pending = plan.steps
        specs = Dictionary(uniqueKeysWithValues: desired.domains.map { ($0.uuid, $0) })
        doubles = Set(specs.keys.filter { world.homes($0).count > 1 })
        broken = Self.brokenGroups(world, desired)
    }

    var isFinished: Bool { pending.isEmpty && running.isEmpty }

    /// Begins or ends one step, whichever the generator likes.
    mutating func advance(_ random: inout SplitMix) {
        let ready = pending.filter { $0.after.allSatisfy(done.contains) }
        if !ready.isEmpty, running.isEmpty || random.chance(60) {
            let step = random.pick(ready)
            pending.removeAll { $0.id == step.id }
            begin(step)
            running.append(step)
        } else if !running.isEmpty {
            let step = running.remove(at: Int.random(in: running.indices, using: &random))
            finish(step)
            done.insert(step.id)
        } else {
            violations.append("steps \(pending.map(\.id)) wait for what will never come")
            pending = []
        }
        check()
    }

    private mutating func begin(_ step: Step) {
        guard let spec = step.domain.flatMap({ specs[$0.uuid] }) else {
            violations.append("\(step.subject) is not managed")
            return
        }
        switch step.action {
        case .start(let node):
            if !world.homes(spec.uuid).isEmpty { violations.append("\(spec.name) is started and has a home") }
            world.put(spec, on: node)
            arrived[node, default: 0] += 1
        case .shutdown(let node): expectHome(spec, node)
        case .removeLeftover: violations.append("\(spec.name) has left nothing behind in this model")
        case .iscsi: violations.append("\(spec.name) is no target")
        case .migrate(let source, let target):
            expectHome(spec, source)
            if var guest = world.hosts[source]?.guests[spec.uuid] {
                guest.state = ObservedState("paused", "migrating")
                world.hosts[target]?.guests[spec.uuid] = guest
            }
            arrived[target, default: 0] += 1
        }
    }

    private mutating func expectHome(_ spec: DomainSpec, _ node: NodeName) {
        if world.homes(spec.uuid) != [node] { violations.append("\(spec.name) is not on \(node) alone") }
    }

    private mutating func finish(_ step: Step) {
        guard let uuid = step.domain?.uuid else { return }
        switch step.action {
        case .start, .removeLeftover, .iscsi: return
        case .shutdown(let node): world.hosts[node]?.guests[uuid] = nil
        case .migrate(let source, let target):
            world.hosts[source]?.guests[uuid] = nil
            world.hosts[target]?.guests[uuid]?.state = ObservedState("running", "migrated")
        }
    }

    private mutating func check() {
        for uuid in specs.keys where world.executing(uuid).count > 1 && !doubles.contains(uuid) {
            violations.append("\(uuid) executes on \(world.executing(uuid))")
        }
        for (name, count) in arrived where count > 0 {
            if Self.used(world, name).memory > Self.memoryMax(world, desired, name) {
                violations.append("\(name) holds more memory than it has")
            }
            if Self.freeVCPUs(world, desired, on: name) < 0 { violations.append("\(name) has promised too many vCPUs") }
        }
        let now = Self.brokenGroups(world, desired).subtracting(broken)
        if !now.isEmpty { violations.append("apart is broken: \(now.sorted())") }
    }

    /// Pairs that must be apart and share a node.
    static func brokenGroups(_ world: World, _ desired: DesiredState) -> Set<String> {
        var pairs: Set<String> = []
        for (node, host) in world.hosts {
            let members = desired.domains.filter { host.guests[$0.uuid]?.holdsDisks == true }
            for (index, left) in members.enumerated() {
                for right in members[(index + 1)...] {
                    // A hard rule of either counts against a soft one of the other only for the one that has it.
                    let hard = left.wish.apart.filter { !$0.isSoft }.map(\.group)
                    if right.wish.apart.contains(where: { !$0.isSoft && hard.contains($0.group) }) {
                        pairs.insert("\(left.name)+\(right.name)@\(node)")
                    }
                }
            }
        }
        return pairs
    }

    static func used(_ world: World, _ node: NodeName) -> (memory: MemorySize, vcpus: Int) {
        let active = world.hosts[node]?.guests.values.filter(\.holdsDisks) ?? []
        return (
            active.reduce(MemorySize.zero) { $0 + $1.definition.memory },
            active.reduce(0) { $0 + $1.definition.vcpus }
        )
    }

    static func memoryMax(_ world: World, _ desired: DesiredState, _ node: NodeName) -> MemorySize {
        (world.hosts[node]?.memory ?? .zero) - desired.cluster.memoryReserve
    }

    static func free(_ world: World, _ desired: DesiredState, on node: NodeName) -> MemorySize {
        memoryMax(world, desired, node) - used(world, node).memory
    }

    static func freeVCPUs(_ world: World, _ desired: DesiredState, on node: NodeName) -> Int {
        (world.hosts[node]?.cpus ?? 0) * Int(desired.cluster.cpuOvercommit) - used(world, node).vcpus
    }
}
