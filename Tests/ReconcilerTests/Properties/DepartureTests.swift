import StateSpec
import Testing

@testable import Reconciler

/// What a node gets back when a domain leaves it.
@Suite struct DepartureTests {
    /// Git has raised the memory of one that still runs with less: its shutdown frees what it takes, not what git says.
    @Test func aShutdownFreesWhatWasTaken() {
        let leaving = Make.domain(1, "leaving", memory: 12) { $0.run = .stopped }
        let plan = Self.plan(leaving)
        #expect(plan.steps.map(\.domain?.name) == ["leaving"])
        #expect(plan.blocked.map(\.domain.name) == ["moving"])
    }

    /// The same for one that leaves by migration.
    @Test func aMigrationFreesWhatWasTaken() {
        var leaving = Make.domain(1, "leaving", memory: 12)
        leaving.wish.nodes = ["gamma"]
        let plan = Self.plan(leaving)
        #expect(plan.steps.map(\.domain?.name) == ["leaving"])
        #expect(plan.blocked.map(\.domain.name) == ["moving"])
    }

    /// alpha has 16 GiB, of which 2 + 12 are taken; 8 are to come from beta.
    private static func plan(_ leaving: DomainSpec) -> Plan {
        let staying = Make.domain(2, "staying", memory: 12) { $0.migrate = .never }
        let moving = Make.domain(3, "moving", memory: 8) { $0.nodes = ["alpha"] }
        var world = World(["alpha", "beta", "gamma"])
        world.put(leaving, on: "alpha", definition: Make.definition(memory: 2, disk: "/dev/disk/leaving"))
        world.put(staying, on: "alpha")
        world.put(moving, on: "beta")
        let desired = Make.desired(
            [Make.node("alpha"), Make.node("beta"), Make.node("gamma")], [leaving, staying, moving],
            cluster: Make.cluster { $0.memoryReserve = .zero })
        let observed = world.observed()
        return Plan.make(PlanRequest(desired: desired, observed: observed, now: observed.takenAt))
    }
}
