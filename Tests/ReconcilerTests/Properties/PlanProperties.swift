import FoundationEssentials
import StateSpec
import Testing

@testable import Reconciler

/// What holds for every cluster. A failure names its seed, which makes the same cluster again.
@Suite struct PlanProperties {
    /// Few enough for every run; `HAVIRT_SEEDS` asks for more.
    static let seeds = 0..<(ProcessInfo.processInfo.environment["HAVIRT_SEEDS"].flatMap { Int($0) } ?? 120)

    @Test func theSameFactsInAnyOrderGiveTheSamePlan() throws {
        var stepsCount = 0
        for seed in Self.seeds {
            let cluster = GeneratedCluster(seed: seed)
            var random = SplitMix(seed: seed + 1)
            var request = cluster.request()
            request.observed.recalled = Self.recollection(cluster, &random)
            var shuffled = request
            shuffled.desired = DesiredState(
                cluster: request.desired.cluster, nodes: request.desired.nodes.shuffled(using: &random),
                domains: request.desired.domains.shuffled(using: &random))
            shuffled.observed = Self.shuffled(request.observed, &random)
            let (plan, other) = (Plan.make(request), Plan.make(shuffled))
            #expect(PlanText.render(plan) == PlanText.render(other), "seed \(seed)")
            #expect(plan == other, "seed \(seed)")
            stepsCount += plan.steps.count
        }
        Self.expectLife(stepsCount)
    }

    @Test func anyPrefixInAnyOrderIsSafe() {
        var stepsCount = 0
        for seed in Self.seeds {
            let cluster = GeneratedCluster(seed: seed)
            let plan = Plan.make(cluster.request())
            stepsCount += plan.steps.count
            for attempt in 0..<3 {
                var random = SplitMix(seed: seed * 10 + attempt)
                var run = ModelRun(plan, cluster.world, cluster.desired)
                while !run.isFinished { run.advance(&random) }
                #expect(run.violations.isEmpty, "seed \(seed): \(run.violations.first ?? "")\n\(PlanText.render(plan))")
                if !run.violations.isEmpty { return }
            }
        }
        Self.expectLife(stepsCount)
    }

    @Test func whatIsLeftAloneIsLeftAlone() {
        var (stepsCount, leftCount) = (0, 0)
        for seed in Self.seeds {
            let cluster = GeneratedCluster(seed: seed)
            let plan = Plan.make(cluster.request())
            stepsCount += plan.steps.count
            leftCount += cluster.untouchable.count
            let touched = plan.steps.filter { $0.domain.map { cluster.untouchable.contains($0.uuid) } ?? false }
            #expect(touched.isEmpty, "seed \(seed): \(touched.map(\.subject))")
        }
        #expect(leftCount > Self.seeds.count)
        Self.expectLife(stepsCount)
    }

    @Test func aSilentNodeMeansNoStart() {
        var (stepsCount, silentCount) = (0, 0)
        for seed in Self.seeds {
            var cluster = GeneratedCluster(seed: seed)
            cluster.desired = Make.desired(
                cluster.desired.nodes, cluster.desired.domains, cluster: Make.cluster { $0.unreachable = .strict })
            let plan = Plan.make(cluster.request())
            stepsCount += plan.steps.count
            guard cluster.world.hosts.values.contains(where: { $0.silence != nil }) else { continue }
            silentCount += 1
            let starts = plan.steps.filter { if case .start = $0.action { true } else { false } }
            #expect(starts.isEmpty, "seed \(seed)")
        }
        #expect(silentCount > Self.seeds.count / 8)
        Self.expectLife(stepsCount)
    }

    /// Applied again and again, a plan leaves nothing to do: no domain is moved to and fro.
    @Test func planAndApplyComeToRest() {
        var (stepsCount, roundsMost) = (0, 0)
        for seed in Self.seeds {
            var cluster = GeneratedCluster(seed: seed)
            var random = SplitMix(seed: seed)
            var rounds = 0
            while true {
                let plan = Plan.make(cluster.request())
                if plan.steps.isEmpty { break }
                rounds += 1
                stepsCount += plan.steps.count
                guard rounds <= 10 else {
                    Issue.record("seed \(seed) never rests\n\(PlanText.render(plan))")
                    return
                }
                var run = ModelRun(plan, cluster.world, cluster.desired)
                while !run.isFinished { run.advance(&random) }
                cluster.world = run.world
            }
            roundsMost = max(roundsMost, rounds)
            // What is converged plans nothing; what is blocked says the same the next time.
            let (first, second) = (Plan.make(cluster.request()), Plan.make(cluster.request()))
            #expect(first == second, "seed \(seed)")
        }
        #expect(roundsMost > 0)
        Self.expectLife(stepsCount)
    }

    /// A dead world passes everything.
    private static func expectLife(_ stepsCount: Int) {
        let average = Double(stepsCount) / Double(seeds.count)
        #expect(average >= 4, "only \(average) steps for each cluster")
    }

    private static func shuffled(_ observed: ObservedCluster, _ random: inout SplitMix) -> ObservedCluster {
        var copy = observed
        copy.nodes = [:]
        for (name, reading) in observed.nodes.shuffled(using: &random) {
            guard case .answered(let node, let moment) = reading else {
                copy.nodes[name] = reading
                continue
            }
            var memo = node.memo
            memo.members.shuffle(using: &random)
            copy.nodes[name] = .answered(
                ObservedNode(
                    hostUUID: node.hostUUID, bootID: node.bootID, hostName: node.hostName, uptime: node.uptime,
                    clock: node.clock, versions: node.versions, memory: node.memory, cpus: node.cpus,
                    networks: node.networks.shuffled(using: &random), domains: node.domains.shuffled(using: &random),
                    processes: node.processes.shuffled(using: &random), memo: memo), at: moment)
        }
        copy.recalled.members.shuffle(using: &random)
        copy.recalled.sightings.shuffle(using: &random)
        copy.recalled.failures.shuffle(using: &random)
        return copy
    }

    /// Records with ties: sightings of one domain at one moment, failures on several nodes.
    private static func recollection(_ cluster: GeneratedCluster, _ random: inout SplitMix) -> Recollection {
        var recalled = Recollection(members: cluster.members)
        let nodes = cluster.world.hosts.sorted { $0.key < $1.key }
        for domain in cluster.desired.domains {
            for _ in 0..<2 where random.chance(60) {
                let (name, host) = random.pick(nodes)
                let moment: Timestamp = random.chance(50) ? "2026-11-23T18:30:00Z" : "2026-11-23T18:20:00Z"
                recalled.sightings.append(Sighting(uuid: domain.uuid, node: name, bootID: host.bootID, at: moment))
            }
            if random.chance(20) {
                let failure = StartFailure(
                    uuid: domain.uuid, node: random.pick(nodes).key, count: 3, at: "2026-11-23T18:39:30Z", cause: "no")
                recalled.failures.append(failure)
            }
        }
        return recalled
    }
}
