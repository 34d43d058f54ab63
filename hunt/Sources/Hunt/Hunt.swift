import Reconciler
import SimulatedCluster
import StateSpec

/// One seed: a cluster, havirts, people and faults, and then peace, in which all must come to rest.
public struct Hunt: Sendable {
    /// What came of it.
    public struct Report: Sendable, Equatable {
        /// The seed.
        public let seed: UInt64
        /// What was wrong, in order.
        public let violations: [String]
        /// What has happened, and how often.
        public let coverage: [Coverage: Int]
        /// Events judged.
        public let steps: Int
        /// Commands of havirt that changed a domain.
        public let actions: Int
        /// Condenses everything that happened.
        public let digest: UInt64
        /// Everything that happened, if asked for.
        public let trace: [String]
    }

    private let seed: UInt64
    private let isTracing: Bool

    /// A hunt by a seed.
    public init(seed: UInt64, isTracing: Bool = false) {
        self.seed = seed
        self.isTracing = isTracing
    }

    /// How long the trouble lasts.
    static let rageMilliseconds: Int64 = 600_000
    /// Within how many rounds a cluster at peace has to come to rest.
    static let peaceRoundsMax = 12

    /// Runs it to the end, on this thread.
    public func run() -> Report {
        let time = VirtualTime(seed: seed)
        return time.run { [self] in await play(time) }
    }

    private func play(_ time: VirtualTime) async -> Report {
        var random = SplitMix(seed: seed ^ 0x5EED)
        let cluster = SimulatedCluster(
            time: time, begin: Timestamp(secondsSinceEpoch: 1_800_000_000), seed: seed ^ 0xC1)
        let count = Int(random.number(in: 3...4))
        for number in 1...count {
            guard let name = try? NodeName("n\(number)") else { preconditionFailure("n\(number) is no name") }
            cluster.addNode(name)
        }
        let wishes = Self.wishes(count, cluster, &random)
        let git = SimulatedGit(wishes.files)
        let judge = Judge(cluster, git, isTracing: isTracing)
        judge.isLastKnown = wishes.isLastKnown
        cluster.observe = { judge.see($0) }
        let operators = ["a", "b"].map { Operator($0, cluster, git, judge) }
        let unmanaged = [7, 1, 2].enumerated().map { index, lun in
            Wishes.Domain(name: "own\(index + 1)", uuid: cluster.uuid(), lun: lun, isByID: index == 2)
        }
        if random.chance(perMille: 500) { cluster.deafGuests = [wishes.domains[0].uuid] }
        let chaos = Chaos(
            cluster, git, judge, operators, wishes, unmanaged: unmanaged, seed: seed ^ 0xBAD)
        chaos.rememberBoots()
        judge.onBegan = { chaos.commandBegan($0) }
        judge.onPlan = { chaos.planMade(by: $0) }
        // One round in peace, so that there is something to trouble.
        _ = await operators[0].reconcile()
        await withTaskGroup(of: Void.self) { group in
            for one in operators { group.addTask { await one.work { chaos.isOver } } }
            await chaos.rage(for: Self.rageMilliseconds)
            for one in operators { one.controller.setFrozen(false) }
        }
        await Peace(chaos: chaos).reign()
        return Report(
            seed: seed, violations: judge.violations, coverage: judge.coverage, steps: judge.steps,
            actions: judge.actions, digest: judge.digest, trace: judge.trace)
    }

    private static func wishes(_ nodes: Int, _ cluster: SimulatedCluster, _ random: inout SplitMix) -> Wishes {
        var domains: [Wishes.Domain] = []
        for number in 1...6 {
            var domain = Wishes.Domain(name: "vm\(number)", uuid: cluster.uuid(), lun: number)
            domain.isApart = number <= 2
            domain.isOffline = number == 3
            domains.append(domain)
        }
        var wishes = Wishes(domains: domains, nodes: (1...nodes).map { Wishes.Node(name: "n\($0)") })
        wishes.isLastKnown = random.chance(perMille: 250)
        wishes.isGenerous = random.chance(perMille: 500)
        return wishes
    }
}
