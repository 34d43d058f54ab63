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
