import StateSpec
import Testing

@testable import Reconciler

/// Room that this run's own steps have taken is taken once.
@Suite struct RecheckRoomTests {
    /// While a start of ours is under way, its node bears our own marker of it.
    @Test func aStartUnderWayCountsOnceThoughItsMarkerIsSeen() throws {
        let one = Make.domain(1, "one", memory: 8)
        let two = Make.domain(2, "two", memory: 8)
        let more = Make.domain(3, "more", memory: 8)
        var world = World(["alpha"], memory: .gibibytes(16))
        let desired = Make.desired(
            [Make.node("alpha")], [one, two, more], cluster: Make.cluster { $0.memoryReserve = .zero })
        let before = world.observed()
        let plan = Plan.make(PlanRequest(desired: desired, observed: before, now: before.takenAt))
        let steps = Dictionary(uniqueKeysWithValues: plan.steps.map { ("\($0.subject)", $0) })
        #expect(steps.count == 2)
        let (first, second) = (try #require(steps["more"]), try #require(steps["one"]))
        world.hosts["alpha"]?.inFlight = [
            InFlight(uuid: more.uuid, run: "run1", verb: .create, since: Seconds(86_400), isAlive: true)
        ]
        let seen = world.observed()
        let request = PlanRequest(desired: desired, observed: seen, now: seen.takenAt)
        let recheck = Recheck(request, underWay: [first])
        #expect(recheck.objection(to: second, of: one, isSecondHalf: false, next: nil) == nil)
        // A third has no room beside the two.
        var both = recheck
        both.note(second)
        let third = Step(
            id: 3, domain: DomainRef(name: two.name, uuid: two.uuid), action: .start(on: "alpha"),
            reason: second.reason, after: [], precondition: second.precondition)
        #expect(both.objection(to: third, of: two, isSecondHalf: false, next: nil)?.contains("memory") == true)
    }
}
