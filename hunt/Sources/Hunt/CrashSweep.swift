import Reconciler
import SimulatedCluster
public import StateSpec
import Synchronization

/// One small story in which havirt is killed at one moment: a port is about to be used. Then another havirt takes over.
public struct CrashSweep: Sendable {
    /// What is wished.
    public enum Story: String, CaseIterable, Sendable {
        case start, stop, move, moveOffline, deafStop, drain, persistentMove, leftover
    }

    /// How it ended.
    public struct End: Sendable, Equatable {
        /// How many moments there were at which havirt could have been killed.
        public let moments: Int
        /// Where each domain runs, by name.
        public let homes: [String: [NodeName]]
        /// Whether the last plan had nothing to do.
        public let isAtRest: Bool
        /// What was wrong.
        public let violations: [String]
    }

    private let story: Story

    /// A story.
    public init(_ story: Story) { self.story = story }

    /// Plays it; the first havirt is killed right before its moment of that number.
    public func run(killedAt moment: Int?) -> End {
        let time = VirtualTime(seed: 1)
        return time.run { [self] in await play(time, moment) }
    }

    private func play(_ time: VirtualTime, _ moment: Int?) async -> End {
        let cluster = SimulatedCluster(time: time, begin: Timestamp(secondsSinceEpoch: 1_800_000_000), seed: 2)
        cluster.pace.transfer = 2_000...2_000
        cluster.pace.shutdown = 2_000...2_000
        for name in ["n1", "n2", "n3"] {
            guard let name = try? NodeName(name) else { preconditionFailure("\(name) is no name") }
            cluster.addNode(name)
        }
        var wishes = Wishes(
            domains: (1...2).map {
                var domain = Wishes.Domain(name: "vm\($0)", uuid: cluster.uuid(), lun: $0)
                domain.nodes = ["n\($0)"]
                return domain
            }, nodes: (1...3).map { Wishes.Node(name: "n\($0)") })
        wishes.isGenerous = true
        if story == .start { wishes.domains[0].run = "stopped" }
        let git = SimulatedGit(wishes.files)
        let judge = Judge(cluster, git, isTracing: false)
        cluster.observe = { judge.see($0) }
        let operators = ["a", "b"].map { Operator($0, cluster, git, judge) }
        _ = await operators[1].reconcile()
        change(&wishes, cluster)
        git.push(wishes.files)
        await prepare(wishes, cluster)
        let moments = Mutex(0)
        operators[0].controller.onUse = {
            let number = moments.withLock { count in
                defer { count += 1 }
                return count
            }
            if number == moment { operators[0].controller.kill() }
        }
        _ = await operators[0].reconcile()
        operators[0].controller.onUse = {}
        var isAtRest = false
        for _ in 0..<8 where !isAtRest {
            do { try await time.pause(35_000) } catch { break }
            guard case .applied(let applied) = await operators[1].reconcile() else { continue }
            let plan = (applied.remaining ?? applied.planned).plan
            isAtRest = applied.outcomes.isEmpty && plan.isInSync
        }
        let homes = wishes.domains.map { ($0.name, cluster.executing($0.uuid)) }
        return End(
            moments: moments.withLock { $0 }, homes: Dictionary(uniqueKeysWithValues: homes), isAtRest: isAtRest,
            violations: judge.violations)
    }

    /// The commit that the killed havirt was to carry out.
    private func change(_ wishes: inout Wishes, _ cluster: SimulatedCluster) {
        switch story {
        case .start: wishes.domains[0].run = "keepalive"
        case .stop: wishes.domains[0].run = "stopped"
        case .deafStop:
            wishes.domains[0].run = "stopped"
            cluster.deafGuests = [wishes.domains[0].uuid]
        case .move, .persistentMove, .leftover: wishes.domains[0].nodes = ["n2"]
        case .moveOffline:
            wishes.domains[0].nodes = ["n2"]
            wishes.domains[0].isOffline = true
        case .drain:
            for index in wishes.domains.indices { wishes.domains[index].nodes = [] }
            wishes.nodes[0].isInMaintenance = true
        }
    }

    private func prepare(_ wishes: Wishes, _ cluster: SimulatedCluster) async {
        guard let source = cluster.nodes.first else { return }
        if story == .persistentMove, let parsed = try? SimulatedDomain(xml: Array(wishes.domains[0].xml.utf8)) {
            cluster.keep(parsed, on: source)
        }
        guard story == .leftover else { return }
        var options = MigrationOptions()
        options.losesFinish = true
        await cluster.type(.migrate(wishes.domains[0].uuid, to: cluster.nodes[1].name, options), on: source)
    }
}
