import StateSpec
import Testing

@testable import Reconciler

/// What the loop evens out by itself, and when it keeps its hands off.
@Suite struct AutoBalanceTests {
    @Test func anUnevenClusterIsEvenedOut() {
        let (world, desired) = Self.uneven()
        #expect(Self.plan(world, desired).steps.count == 2)
    }

    /// It runs nowhere yet, so no node's load shows it.
    @Test func aStartThatMayStillLandIsWaitedFor() {
        let late = Make.domain(9, "late")
        let (seen, desired) = Self.uneven([late])
        var world = seen
        world.hosts["beta"]?.inFlight = [
            InFlight(uuid: late.uuid, run: "other", verb: .create, since: Seconds(86_000), isAlive: false)
        ]
        let plan = Self.plan(world, desired)
        #expect(plan.decisions.contains { $0.domain.name == "late" && $0.status == .waiting })
        #expect(plan.steps.isEmpty)
    }

    /// Two that trade places on full nodes need a third migration, and a round may make two: a plan of the loop's own
    /// making that were beyond the budget would be refused every round.
    @Test func aDetourCountsAsTheMigrationThatItIs() {
        var world = World(["alpha", "beta", "gamma"], cpus: 64)
        world.hosts["gamma"]?.memory = .gibibytes(32)
        let fixed = Make.domain(5, "fixed", memory: 26) { $0.migrate = .never }
        let left = [Make.domain(1, "a1", memory: 9), Make.domain(2, "a2", memory: 7)]
        let right = [Make.domain(3, "b1", memory: 4), Make.domain(4, "b2", memory: 6)]
        for domain in left { world.put(domain, on: "alpha") }
        for domain in right { world.put(domain, on: "beta") }
        world.put(fixed, on: "gamma")
        let desired = Self.desired(left + right + [fixed])
        #expect(Self.plan(world, desired).refusal == nil)
        // The same for whoever names a number.
        #expect(Self.plan(world, desired) { $0.balance = BalanceWish(.target(nil), movesMax: 2) }.steps.count <= 2)
        #expect(Self.plan(world, desired) { $0.balance = BalanceWish(.target(nil), movesMax: 3) }.steps.count == 3)
    }

    /// Six domains on one of three nodes.
    private static func uneven(_ others: [DomainSpec] = []) -> (World, DesiredState) {
        var world = World(["alpha", "beta", "gamma"], cpus: 64)
        let domains = (1...6).map { Make.domain($0, DomainName(stringLiteral: "d\($0)")) }
        for domain in domains { world.put(domain, on: "alpha") }
        return (world, desired(domains + others))
    }

    private static func desired(_ domains: [DomainSpec]) -> DesiredState {
        let cluster = Make.cluster { cluster in
            cluster.memoryReserve = .zero
            cluster.balance.mode = .auto
        }
        return Make.desired([Make.node("alpha"), Make.node("beta"), Make.node("gamma")], domains, cluster: cluster)
    }

    private static func plan(
        _ world: World, _ desired: DesiredState, _ change: (inout PlanOptions) -> Void = { _ in }
    ) -> Plan {
        let observed = world.observed()
        var options = PlanOptions()
        change(&options)
        return Plan.make(PlanRequest(desired: desired, observed: observed, now: observed.takenAt, options: options))
    }
}
