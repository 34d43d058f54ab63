import NodeDriver
import Reconciler
import SimulatedCluster
import StateSpec

/// A sequence as it is played in one world.
///
/// Used by one task alone, which is what makes it sendable.
final class Play: @unchecked Sendable {
    private let world: any World
    private let sequence: CommandSequence
    private let cluster: ClusterName
    private let nodes: [NodeName]
    private let patient: VirshHypervisor
    private let hasty: VirshHypervisor
    private let dying: VirshHypervisor
    private var locks: [String: any NodeLock] = [:]
    private var boots: [NodeName: DomainUUID] = [:]
    private var frozen: Set<NodeName> = []
    private var isStoreFrozen = false
    private var begun: [NodeName: Task<String, Never>] = [:]

    /// - Parameter suffix: makes the cluster's name one that the nodes have never heard of.
    init(_ sequence: CommandSequence, in world: any World, suffix: String) throws {
        self.world = world
        self.sequence = sequence
        cluster = try ClusterName("differ-\(suffix)")
        nodes = sequence.nodes
        patient = VirshHypervisor(transport: world.transport, clock: world.clock, executor: world.executor)
        var short = NodeTiming()
        (short.create, short.request, short.destroy) = (Seconds(2), Seconds(2), Seconds(2))
        hasty = VirshHypervisor(
            transport: world.transport, clock: world.clock, timing: short, executor: world.executor)
        var silent = NodeTiming()
        (silent.heartbeat, silent.heartbeatMax) = (Seconds(3_600), Seconds(2))
        dying = VirshHypervisor(
            transport: world.transport, clock: world.clock, timing: silent, executor: world.executor)
    }

    /// What one operation led to.
    struct Scene: Equatable, Sendable {
        let operation: String
        let outcome: String
        let view: [String]
    }

    /// Plays it to its end.
    func run() async throws -> [Scene] {
        try await world.prepare(sequence.guests, on: nodes)
        var scenes = [Scene(operation: "at first", outcome: "", view: try await look())]
        for (number, operation) in sequence.operations.enumerated() {
            let outcome = try await carryOut(operation)
            // What is waited for may or may not be there yet.
            let next = sequence.operations.dropFirst(number + 1).first
            let view = next?.isWaiting == true ? [] : try await look()
            scenes.append(Scene(operation: operation.description, outcome: outcome, view: view))
        }
        for lock in locks.values { await lock.release() }
        return scenes
    }

    // MARK: - Looking

    private static let restSecondsMax: Int64 = 30

    /// What all nodes show at rest.
    private func look() async throws -> [String] {
        let end = world.clock.monotonicMilliseconds() + Self.restSecondsMax * 1_000
        while true {
            var scans: [(NodeName, NodeScan)] = []
            for node in nodes { scans.append((node, await scan(node))) }
            // What waits for the store comes to rest with it.
            if isStoreFrozen || scans.allSatisfy({ View.isAtRest($0.1) }) || world.clock.monotonicMilliseconds() > end {
                return scans.flatMap { View.lines($0.1, of: $0.0) }
            }
            try await world.clock.sleep(.milliseconds(200))
        }
    }

    private func scan(_ node: NodeName) async -> NodeScan {
        let deadline = Seconds(frozen.contains(node) ? 3 : 20)
        let scan = await patient.scan(NodeSpec(name: node), of: cluster, deadline: deadline)
        if case .answered(let seen) = scan { boots[node] = seen.bootID }
        return scan
    }

    private func wait(on node: NodeName, until isSeen: (ObservedNode) -> Bool) async throws -> String {
        let end = world.clock.monotonicMilliseconds() + Self.restSecondsMax * 1_000
        while world.clock.monotonicMilliseconds() < end {
            if case .answered(let seen) = await scan(node), isSeen(seen) { return "seen" }
            try await world.clock.sleep(.milliseconds(200))
        }
        return "not seen"
    }

    // MARK: - Acting

    private func carryOut(_ operation: Operation) async throws -> String {
        switch operation {
        case .lock(let run, let node): return await lock(run, node)
        case .claim(let run, let number, let node): return try await claim(run, number, node)
        case .release(let run, let node):
            await locks.removeValue(forKey: "\(run.id) \(node)")?.release()
            return "done"
        case .perform(let run, let command, let node, let manner):
            let guardian = try guardian(run, node, manner)
            return await Self.outcome { () async throws(NodeError) in
                try await (manner == .hasty ? hasty : patient)
                    .perform(command, on: NodeSpec(name: node), guard: guardian)
            }
        case .begin(let run, let command, let node):
            let guardian = try guardian(run, node)
            begun[node] = Task(executorPreference: world.executor) { [patient] in
                await Self.outcome { () async throws(NodeError) in
                    try await patient.perform(command, on: NodeSpec(name: node), guard: guardian)
                }
            }
            return ""
        case .join(let node):
            guard let task = begun.removeValue(forKey: node) else { throw PlayError("nothing was begun on \(node)") }
            return await task.value
        case .settle(let run, let uuid, let node):
            let guardian = try guardian(run, node)
            return await Self.outcome { () async throws(NodeError) in
                try await patient.settle(uuid, on: NodeSpec(name: node), guard: guardian)
            }
        case .witness(let run, let uuid, let digest, let node):
            let guardian = try guardian(run, node)
            return await Self.outcome { () async throws(NodeError) in
                try await patient.witness(uuid, digest: digest, on: NodeSpec(name: node), guard: guardian)
            }
        case .remember(let run, let memo, let node):
            let guardian = try guardian(run, node)
            return await Self.outcome { () async throws(NodeError) in
                try await patient.remember(memo, on: NodeSpec(name: node), guard: guardian)
            }
        case .type(let command, let node): return "exit status \(try await world.type(command, on: node))"
        case .inflict(let fault, let node):
            try await world.inflict(fault, on: node)
            switch fault {
            case .freezeLibvirtd: frozen.insert(node)
            case .thawLibvirtd: frozen.remove(node)
            case .freezeStore: isStoreFrozen = true
            case .thawStore: isStoreFrozen = false
            default: break
            }
            return ""
        case .waitUntilUp(let guest):
            try await world.waitUntilUp(guest)
            return ""
        case .waitFor(let uuid, let state, let node):
            return try await wait(on: node) { $0.domains.first { $0.uuid == uuid }?.state == state }
        case .waitForMarker(let uuid, let node):
            return try await wait(on: node) { $0.inFlight.contains { $0.uuid == uuid && $0.isAlive } }
        case .pause(let seconds):
            try await world.clock.sleep(.seconds(seconds))
            return ""
        }
    }

    private func lock(_ run: Operation.Run, _ node: NodeName) async -> String {
        let holder = LockHolder(
            cluster: cluster, run: run.id, from: "differ@here", since: Timestamp(secondsSinceEpoch: 1_800_000_000),
            activity: "differ", node: node)
        do throws(LockError) {
            let lock = try await (run.isAlive ? patient : dying).lock(NodeSpec(name: node), holder: holder)
            locks["\(run.id) \(node)"] = lock
            return "locked, knows \(lock.known)"
        } catch {
            switch error {
            case .held(let other):
                guard let other else { return "held by nobody knows whom" }
                return "held by \(other.run) from \(other.from) since \(other.since) for \(other.activity)"
            case .node(let error): return Self.words(error)
            }
        }
    }

    private func claim(_ run: Operation.Run, _ number: Int64, _ node: NodeName) async throws -> String {
        guard let lock = locks["\(run.id) \(node)"], let epoch = Epoch(number) else {
            throw PlayError("\(run.id) does not hold \(node)")
        }
        do throws(NodeError) { try await lock.claim(epoch) } catch { return Self.words(error) }
        return "accepted"
    }

    private func guardian(
        _ run: Operation.Run, _ node: NodeName, _ manner: Operation.Manner = .plain
    ) throws -> CommandGuard {
        guard let boot = boots[node], let other = DomainUUID("0ddb0075-0000-4000-8000-000000000001"),
            let next = run.epoch.next
        else { throw PlayError("\(node) never answered") }
        return CommandGuard(
            cluster: cluster, run: run.id, epoch: manner == .ofWrongEpoch ? next : run.epoch,
            bootID: manner == .ofWrongBoot ? other : boot, notAfter: Seconds(manner == .late ? 1 : 1 << 40))
    }

    private static func outcome(_ body: () async throws(NodeError) -> Void) async -> String {
        do throws(NodeError) { try await body() } catch { return words(error) }
        return "done"
    }

    /// Where it broke. Texts of other programs differ; a refusal's text is havirt's own word for a code of its script.
    private static func words(_ error: NodeError) -> String {
        switch error {
        case .transport(let silence): "silent: \(silence.cause.rawValue)"
        case .exit(let status, _): "exit status \(status)"
        case .unfinished: "unfinished"
        case .refused(let why): "refused: \(why)"
        case .unreadable: "unreadable"
        }
    }
}
