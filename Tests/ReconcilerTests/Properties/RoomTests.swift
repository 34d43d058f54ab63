import StateSpec
import Testing

@testable import Reconciler

/// What takes room, and what does not, where it is easily forgotten.
@Suite struct RoomTests {
    private static func plan(_ world: World, _ nodes: [NodeName], _ domains: [DomainSpec]) -> Plan {
        let desired = Make.desired(
            nodes.map { Make.node($0) }, domains, cluster: Make.cluster { $0.memoryReserve = .zero })
        let observed = world.observed()
        return Plan.make(PlanRequest(desired: desired, observed: observed, now: observed.takenAt))
    }

    /// Another run's start that may still land was promised its room, and keeps its group away.
    @Test(arguments: [12, 1]) func aStartThatMayLandTakesItsRoom(_ memory: Int) {
        let group = { (wish: inout DomainWish) in wish.apart = [GroupRule(group: "g")] }
        let big = Make.domain(1, "big", memory: 12, group)
        let other = Make.domain(2, "other", memory: memory, group)
        var world = World(["alpha"])
        #expect(Self.plan(world, ["alpha"], [other]).steps.count == 1)
        world.hosts["alpha"]?.inFlight = [
            InFlight(uuid: big.uuid, run: "r1", verb: .create, since: Seconds(86_000), isAlive: false)
        ]
        let plan = Self.plan(world, ["alpha"], [big, other])
        #expect(plan.steps.isEmpty)
        #expect(plan.decisions.map(\.reason.code) == ["in-flight", "no-place"])
    }

    /// Whatever CPU it was given: after a loss it is started anew.
    @Test func whatIsLostIsStartedAnewOnAnyCPU() {
        let domain = Make.domain(1, "web")
        var definition = domain.definition
        definition.type = "kvm"
        definition.cpu = DomainCPU(mode: "host-passthrough")
        var world = World(["alpha", "beta"])
        world.put(domain, on: "alpha", definition: definition)
        #expect(Self.plan(world, ["alpha", "beta"], [domain]).losses.isEmpty)
        let pinned = Make.domain(1, "web") { $0.nodes = ["alpha"] }
        #expect(Self.plan(world, ["alpha", "beta"], [pinned]).losses.map(\.subject) == ["alpha"])
    }
}
