import StateSpec
import Testing

@testable import Reconciler

/// Rule S3 and the demanded storage lock, right before a step.
@Suite struct DiskRecheckTests {
    /// A second domain with web's disk, which lint would not have let through under the same name.
    private let web = Make.domain(1, "web")
    private let copy = DomainSpec(
        name: "copy", uuid: 2, definition: Make.definition(disk: "/dev/disk/web"), xml: Make.domain(2, "copy").xml,
        xmlBlob: "d", wish: Make.domain(2, "copy").wish)

    private func request(_ world: World, _ domains: [DomainSpec]) -> PlanRequest {
        PlanRequest(desired: Rack.desired(domains), commit: "c0ffee", observed: world.observed(), now: world.now)
    }

    private func start(_ spec: DomainSpec, _ id: Int, on node: NodeName) -> Step {
        Step(
            id: id, domain: DomainRef(name: spec.name, uuid: spec.uuid), action: .start(on: node),
            reason: .keepalive(), after: [], precondition: Precondition(sights: [], silent: []))
    }

    @Test func aPlanStartsOneOfTwoThatWouldMeet() {
        let plan = Plan.make(request(World(Rack.names), [web, copy]))
        #expect(plan.steps.map(\.domain?.name) == ["copy"])
        #expect(plan.blocked.map(\.reason.code) == ["disk-clash"])
    }

    @Test func aStartUnderWayUsesItsDisksAlready() {
        let request = request(World(Rack.names), [web, copy])
        let second = start(copy, 2, on: "beta")
        var recheck = Recheck(request)
        #expect(recheck.objection(to: second, of: copy, isSecondHalf: false, next: nil) == nil)
        recheck.note(start(web, 1, on: "alpha"))
        let words = "web, which starts on alpha, may be writing its disk /dev/disk/web"
        #expect(recheck.objection(to: second, of: copy, isSecondHalf: false, next: nil) == words)
        let lost = Recheck(request, underWay: [start(web, 1, on: "alpha")])
        #expect(lost.objection(to: second, of: copy, isSecondHalf: false, next: nil) == words)
    }

    @Test func aDiskThatSomebodyTookMeanwhileIsSeen() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        let foreign = Make.domain(7, "foreign")
        let applied = try await lab.apply { state in
            state.world.put(foreign, on: "gamma", definition: Make.definition(disk: "/dev/disk/web"))
        }
        #expect(applied.outcomes.map(\.isRefused) == [true])
        #expect(lab.commands.isEmpty)
    }

    @Test func aLockThatIsDemandedIsLookedAtAgain() {
        var world = World(Rack.names)
        world.put(web, on: "alpha")
        var request = request(world, [web])
        request.options.requireLock = true
        let recheck = Recheck(request)
        let sights = Case(web, PlanContext(request)).precondition
        let move = Step(
            id: 1, domain: DomainRef(name: "web", uuid: 1), action: .migrate(from: "alpha", to: "beta"),
            reason: .keepalive(), after: [], precondition: sights)
        let objection = recheck.objection(to: move, of: web, isSecondHalf: false, next: nil)
        #expect(objection?.hasPrefix("the storage lock that is demanded does not protect it") == true)
        request.options.requireLock = false
        #expect(Recheck(request).objection(to: move, of: web, isSecondHalf: false, next: nil) == nil)
    }
}
