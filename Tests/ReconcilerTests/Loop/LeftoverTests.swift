import StateSpec
import Testing

@testable import Reconciler

/// The one double that may be ended by a machine: what a migration left on its source.
@Suite struct LeftoverTests {
    private static let web = Make.domain(1, "web")
    private static let paused = ObservedState("paused", "migrating")
    private static let migrated = ObservedState("running", "migrated")

    private static func lab(_ change: (inout World) -> Void = { _ in }) -> FakeCluster {
        var world = World(Rack.names)
        world.put(web, on: "alpha", paused)
        world.put(web, on: "beta", migrated)
        change(&world)
        return FakeCluster(world, Rack.desired([web]))
    }

    private static func wait(_ lab: FakeCluster, _ seconds: Int64) {
        lab.with { $0.advance(to: $0.world.milliseconds + seconds * 1_000) }
    }

    private static func codes(_ applied: Round.Applied) -> [String] {
        applied.planned.plan.decisions.map { "\($0.status.rawValue) \($0.reason.code)" }
    }

    @Test func itIsDestroyedWhenItWasSeenTwice() async throws {
        let lab = Self.lab()
        #expect(Self.codes(try await lab.apply()) == ["waiting leftover-once"])
        Self.wait(lab, 20)
        #expect(Self.codes(try await lab.apply("run2")) == ["waiting leftover-once"])
        #expect(lab.commands.isEmpty)
        Self.wait(lab, 11)
        let applied = try await lab.apply("run3")
        #expect(applied.isComplete, "\(applied.words)")
        #expect(applied.planned.plan.steps.map(\.action) == [.removeLeftover(on: "alpha", runsOn: "beta")])
        #expect(lab.words == ["destroy web on alpha"])
        #expect(lab.world.homes(1) == ["beta"])
        #expect(PlanText.render(applied.planned.plan).contains("1 to clear away"))
    }

    /// A sight that is not exactly this one is no leftover, however long it lasts.
    @Test(arguments: [
        "job on the source", "job on the target", "source running", "source paused by a person", "target booted",
        "target paused", "third home", "stray", "silent node", "other name", "held", "unsettled",
    ])
    func nothingElseIs(_ what: String) async throws {
        let lab = Self.lab { world in
            switch what {
            case "job on the source": world.hosts["alpha"]?.guests[1]?.job = "Outgoing migration"
            case "job on the target": world.hosts["beta"]?.guests[1]?.job = "Incoming migration"
            case "source running": world.hosts["alpha"]?.guests[1]?.state = ObservedState("running", "booted")
            case "source paused by a person": world.hosts["alpha"]?.guests[1]?.state = ObservedState("paused", "user")
            case "target booted": world.hosts["beta"]?.guests[1]?.state = ObservedState("running", "booted")
            case "target paused": world.hosts["beta"]?.guests[1]?.state = Self.paused
            case "third home": world.put(Self.web, on: "gamma", ObservedState("paused", "user"))
            case "stray": world.hosts["gamma"]?.strays = [1]
            case "silent node": world.hosts["gamma"]?.silence = Silence(.unreachable, "off")
            case "other name": world.hosts["alpha"]?.guests[1]?.name = "other"
            case "unsettled":
                world.hosts["alpha"]?.inFlight = [
                    InFlight(uuid: 1, run: "run0", verb: .migrate, since: Seconds(1), isAlive: true)
                ]
            default: break
            }
        }
        if what == "held" {
            let held = Make.domain(1, "web") { $0.hold = Pause() }
            lab.with { $0.loaded.desired = Rack.desired([held]) }
        }
        for run in ["run1", "run2", "run3"] as [RunID] {
            #expect(try await lab.apply(run).planned.plan.steps.isEmpty)
            Self.wait(lab, 40)
        }
        #expect(lab.commands.isEmpty)
    }

    /// What changes between plan and step, even back into a shape that looks alike, stops the step.
    @Test(arguments: ["job", "source gone", "target gone", "swapped", "third home", "silent node"])
    func itIsLookedAtOnceMore(_ what: String) async throws {
        let lab = Self.lab()
        _ = try await lab.apply()
        Self.wait(lab, 31)
        let applied = try await lab.apply("run2") { state in
            switch what {
            case "job": state.world.hosts["alpha"]?.guests[1]?.job = "Outgoing migration"
            case "source gone": state.world.hosts["alpha"]?.guests[1] = nil
            case "target gone": state.world.hosts["beta"]?.guests[1] = nil
            case "swapped":
                state.world.hosts["alpha"]?.guests[1]?.state = Self.migrated
                state.world.hosts["beta"]?.guests[1]?.state = Self.paused
            case "third home": state.world.put(Self.web, on: "gamma", ObservedState("paused", "user"))
            default: state.world.hosts["gamma"]?.silence = Silence(.unreachable, "off")
            }
        }
        #expect(applied.outcomes.map(\.isRefused) == [true])
        #expect(lab.commands.isEmpty)
    }

    /// What a normal migration shows in its last second is waited for.
    @Test func aMigrationThatEndsInTimeIsLeftAlone() async throws {
        let lab = Self.lab()
        _ = try await lab.apply()
        lab.with { $0.world.hosts["alpha"]?.guests[1] = nil }
        Self.wait(lab, 40)
        #expect(try await lab.apply("run2").planned.plan.isInSync)
        #expect(lab.commands.isEmpty)
    }

    /// The marker of the migration and what it left behind are settled by the same two sights.
    @Test func itsMarkerIsSettledWithIt() async throws {
        let lab = Self.lab { world in
            world.hosts["alpha"]?.inFlight = [
                InFlight(uuid: 1, run: "run0", verb: .migrate, since: Seconds(1), isAlive: false)
            ]
        }
        #expect(Self.codes(try await lab.apply()) == ["waiting in-flight"])
        Self.wait(lab, 31)
        #expect(try await lab.apply("run2").isComplete)
        #expect(lab.words == ["destroy web on alpha"])
        #expect(lab.world.hosts["alpha"]?.inFlight.isEmpty == true)
    }

    @Test func aPersonIsToldTheCommand() throws {
        let step = Step(
            id: 1, domain: DomainRef(name: "web", uuid: 1), action: .removeLeftover(on: "alpha", runsOn: "beta"),
            reason: .leftover("alpha", runsOn: "beta"), after: [], precondition: Precondition(sights: [], silent: []))
        #expect(step.commands(in: Rack.desired([Self.web])) == [.destroy(1)])
        #expect(step.action.node == "alpha" && step.action.nodes == ["alpha", "beta"])
    }
}
