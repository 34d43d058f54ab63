import StateSpec
import Synchronization

@testable import Reconciler

/// All ports of a round over a model world in virtual time, with a hook before everything that happens.
final class FakeCluster: Sendable {
    /// What is about to happen.
    enum Moment: Equatable, Sendable {
        case load
        case scan(NodeName)
        case lock(NodeName)
        case release(NodeName)
        case claim(NodeName)
        case remember(NodeName)
        case witness(DomainUUID, NodeName)
        case settle(DomainUUID, NodeName)
        case journal(JournalEntry.Kind, step: Int?)
        case command(NodeCommand, NodeName)
    }

    /// What goes wrong instead.
    enum Fault: Sendable {
        /// The command fails with a text.
        case exit(String)
        /// The connection is lost, and the command takes effect so many milliseconds later, if the node lets it.
        case lostThenDone(afterMilliseconds: Int64)
        /// The connection is lost after the node let the command pass: libvirt has it in its queue, and it takes
        /// effect so many milliseconds later, whoever holds the lock by then.
        case queuedThenDone(afterMilliseconds: Int64)
        /// The connection is lost before anything was done.
        case lost
        /// The command succeeds, and the guest does not care.
        case ignored
        /// The disk is full.
        case full
        /// The command is begun and does not end by itself.
        case unfinished
    }

    struct State: Sendable {
        var world: World
        /// How many seconds this machine's clock is ahead of the nodes'.
        var clockAhead: Int64 = 0
        var loaded: LoadedCommit
        /// Commits that the branch's tip descends from, itself included.
        var history: Set<ObjectID> = ["c0ffee"]
        /// What the last applied commit wished, once a node has told of it.
        var loadedAfterMemo: DesiredState?
        var recalled = Recollection()
        var journal: [JournalEntry] = []
        /// Everything that happened, in order.
        var log: [Moment] = []
        /// What was found wrong at any instant.
        var violations: [String] = []
        var pending: [(at: Int64, effect: @Sendable (inout State) -> Void)] = []
        var hook: @Sendable (Moment, inout State) -> Fault? = { _, _ in nil }
        /// How long a guest takes to shut down, and a migration to finish.
        var shutdownMilliseconds: Int64 = 3_000
        var migrationMilliseconds: Int64 = 2_000

        var commands: [(command: NodeCommand, node: NodeName)] {
            log.compactMap { if case .command(let command, let node) = $0 { (command, node) } else { nil } }
        }
    }

    private let state: Mutex<State>
    /// Where commits come from; nil for the one that `State.loaded` holds.
    private let branch: FakeBranch?

    init(
        _ world: World, _ desired: DesiredState, previous: DesiredState? = nil, commit: ObjectID? = "c0ffee",
        branch: FakeBranch? = nil
    ) {
        self.branch = branch
        let loaded = LoadedCommit(desired: desired, commit: commit, previous: previous)
        state = Mutex(State(world: world, loaded: loaded))
    }

    func with<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }

    var log: [Moment] { with { $0.log } }
    var world: World { with { $0.world } }
    var violations: [String] { with { $0.violations } }
    var commands: [(command: NodeCommand, node: NodeName)] { with { $0.commands } }

    /// Notes a moment and asks the hook what goes wrong.
    func happen(_ moment: Moment) -> Fault? {
        with { state in
            state.log.append(moment)
            return state.hook(moment, &state)
        }
    }

    /// A round as havirt runs it.
    func round(_ run: RunID = "run1", options: PlanOptions = PlanOptions()) -> Round {
        let source: any DesiredSource = branch.map { CommitChooser($0) } ?? self
        return Round(
            hypervisor: self, clock: self, source: source, records: self, journal: self, run: run, options: options)
    }

    /// Applies, with something happening between plan and act.
    func apply(
        _ run: RunID = "run1", saved: SavedPlan? = nil, options: PlanOptions = PlanOptions(),
        between: @Sendable (inout State) -> Void = { _ in }
    ) async throws -> Round.Applied {
        try await round(run, options: options).apply(
            from: "ann@desk", activity: "apply", saved: saved, announce: { _ in self.with { between(&$0) } },
            report: { _ in })
    }
}

extension FakeCluster.State {
    /// Lets time pass and what is due happen.
    mutating func advance(to target: Int64) {
        while let next = pending.indices.filter({ pending[$0].at <= target }).min(by: {
            pending[$0].at < pending[$1].at
        }) {
            let due = pending.remove(at: next)
            world.milliseconds = max(world.milliseconds, due.at)
            due.effect(&self)
            check()
        }
        world.milliseconds = max(world.milliseconds, target)
    }

    mutating func later(_ milliseconds: Int64, _ effect: @escaping @Sendable (inout FakeCluster.State) -> Void) {
        pending.append((world.milliseconds + milliseconds, effect))
    }

    /// I1, capacity and hard groups, on the world as it is.
    mutating func check() {
        for uuid in Set(world.hosts.values.flatMap(\.guests.keys)) {
            let nodes = world.executing(uuid)
            if nodes.count > 1 { violations.append("\(uuid) executes on \(nodes)") }
        }
        let specs = Dictionary(uniqueKeysWithValues: loaded.desired.domains.map { ($0.uuid, $0) })
        for (name, host) in world.hosts {
            let active = host.guests.filter(\.value.holdsDisks)
            let memory = active.values.reduce(MemorySize.zero) { $0 + $1.definition.memory }
            let most = host.memory - loaded.desired.cluster.memoryReserve
            if memory > most { violations.append("\(name) holds \(memory) of \(most)") }
            let groups = active.keys.compactMap { specs[$0] }.flatMap { $0.wish.apart.filter { !$0.isSoft } }
            if Set(groups).count < groups.count { violations.append("\(name) breaks an apart rule") }
        }
    }
}

extension FakeCluster: ReconcilerClock {
    func now() -> Timestamp { with { $0.world.now + Seconds($0.clockAhead) } }
    func monotonicMilliseconds() -> Int64 { with { $0.world.milliseconds } }

    func sleep(_ span: Duration) async throws {
        try Task.checkCancellation()
        let (seconds, attoseconds) = span.components
        let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
        let target = with { $0.world.milliseconds + milliseconds }
        // Others that are ready go first, so that parallel steps overlap.
        for _ in 0..<5 { await Task.yield() }
        with { $0.advance(to: target) }
    }
}
