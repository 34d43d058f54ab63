import StateSpec
import Testing

@testable import Reconciler

/// Commands of an earlier run whose end nobody saw.
@Suite struct InFlightTests {
    private static let web = Make.domain(1, "web")

    private static func marker(_ verb: InFlight.Verb, isAlive: Bool = false, since: Int64 = 86_390) -> InFlight {
        InFlight(uuid: 1, run: "run0", verb: verb, since: Seconds(since), isAlive: isAlive)
    }

    private static func lab(
        _ verb: InFlight.Verb = .create, isAlive: Bool = false, _ change: (inout World) -> Void = { _ in }
    ) -> FakeCluster {
        var world = World(Rack.names)
        world.hosts["beta"]?.inFlight = [marker(verb, isAlive: isAlive)]
        change(&world)
        return FakeCluster(world, Rack.desired([web]))
    }

    private static func codes(_ applied: Round.Applied) -> [String] {
        applied.planned.plan.decisions.map { "\($0.status.rawValue) \($0.reason.code)" }
    }

    private static func wait(_ lab: FakeCluster, _ seconds: Int64) {
        lab.with { $0.advance(to: $0.world.milliseconds + seconds * 1_000) }
    }

    @Test func itIsWaitedForUntilTwoSightsHalfAMinuteApart() async throws {
        let lab = Self.lab()
        #expect(Self.codes(try await lab.apply()) == ["waiting in-flight"])
        #expect(lab.world.hosts["beta"]?.witnesses.count == 1)
        Self.wait(lab, 20)
        #expect(Self.codes(try await lab.apply("run2")) == ["waiting in-flight"])
        // The first sight counts, so it was not written again.
        #expect(lab.log.filter { $0 == .witness(1, "beta") }.count == 1)
        Self.wait(lab, 11)
        #expect(try await lab.apply("run3").isComplete)
        #expect(lab.world.hosts["beta"]?.inFlight.isEmpty == true)
        #expect(lab.world.homes(1).count == 1)
        lab.expectSafe()
    }

    /// A look without the lock is no witness.
    @Test func plansDoNotCount() async throws {
        let lab = Self.lab()
        for _ in 0..<3 {
            let planned = try await lab.round().plan()
            #expect(planned.plan.decisions.map(\.reason.code) == ["in-flight"])
            Self.wait(lab, 40)
        }
        #expect(lab.world.hosts["beta"]?.witnesses.isEmpty == true)
    }

    @Test func whatHasChangedMeanwhileBeginsTheWaitAnew() async throws {
        let lab = Self.lab()
        _ = try await lab.apply()
        Self.wait(lab, 40)
        lab.with { state in
            state.world.put(Self.web, on: "gamma", ObservedState("shut off", "destroyed"), isPersistent: true)
        }
        #expect(Self.codes(try await lab.apply("run2")) == ["waiting in-flight"])
        Self.wait(lab, 40)
        #expect(try await lab.apply("run3").isComplete)
        lab.expectSafe()
    }

    @Test func anotherCommandBeginsTheWaitAnew() async throws {
        let lab = Self.lab()
        _ = try await lab.apply()
        Self.wait(lab, 40)
        lab.with { $0.world.hosts["beta"]?.inFlight = [Self.marker(.create, since: 86_420)] }
        #expect(Self.codes(try await lab.apply("run2")) == ["waiting in-flight"])
    }

    @Test func aLiveCommandIsWaitedForForever() async throws {
        let lab = Self.lab(isAlive: true)
        for run in ["run1", "run2", "run3"] as [RunID] {
            #expect(Self.codes(try await lab.apply(run)) == ["waiting in-flight"])
            Self.wait(lab, 100)
        }
        #expect(lab.world.hosts["beta"]?.witnesses.isEmpty == true)
        #expect(lab.world.hosts["beta"]?.inFlight.count == 1)
        #expect(lab.commands.isEmpty)
    }

    /// The hazard itself: the command lands between the look and the step.
    @Test func aStartThatLandsLateIsTheOnlyOne() async throws {
        let lab = Self.lab()
        _ = try await lab.apply()
        lab.with { $0.world.put(Self.web, on: "beta") }
        let applied = try await lab.apply("run2")
        #expect(applied.planned.plan.isInSync)
        #expect(lab.world.hosts["beta"]?.inFlight.isEmpty == true)
        #expect(lab.world.homes(1) == ["beta"])
        lab.expectSafe()
    }

    @Test(arguments: [
        (InFlight.Verb.create, "running", "booted", true), (.create, "paused", "starting up", false),
        (.shutdown, "running", "booted", false), (.shutdown, "shut off", "shutdown", true),
        (.destroy, "shut off", "destroyed", true), (.migrate, "shut off", "migrated", false),
        (.migrate, "running", "booted", false), (.unknown, "running", "booted", false),
    ])
    func itIsSettledAtOnceByItsEffect(_ verb: InFlight.Verb, _ state: String, _ reason: String, _ isSeen: Bool) throws {
        var world = World(Rack.names)
        world.hosts["beta"]?.inFlight = [Self.marker(verb)]
        world.put(Self.web, on: "beta", ObservedState(state, reason), isPersistent: true)
        let upkeep = Upkeep(Self.request(world))
        #expect(upkeep.settled.isEmpty != isSeen)
        #expect(upkeep.witnessed.isEmpty == isSeen)
    }

    @Test func aMigrationIsSettledWhenItRunsElsewhere() {
        var world = World(Rack.names)
        world.hosts["beta"]?.inFlight = [Self.marker(.migrate)]
        world.put(Self.web, on: "gamma", ObservedState("running", "migrated"))
        #expect(Upkeep(Self.request(world)).settled.map(\.node) == ["beta"])
    }

    private static func request(_ world: World) -> PlanRequest {
        let observed = world.observed()
        return PlanRequest(
            desired: Rack.desired([web]), commit: "c0ffee", observed: observed, now: observed.takenAt)
    }

    /// Other domains need not wait.
    @Test func theRestIsFree() async throws {
        let lab = Self.lab()
        lab.with { $0.loaded.desired = Rack.desired([Self.web, Make.domain(2, "db")]) }
        let applied = try await lab.apply()
        #expect(applied.words == ["db: done"])
    }

    @Test func itBeginsAfterThePlan() async throws {
        var world = World(Rack.names)
        world.put(Self.web, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([Self.web], drain: "alpha"))
        let applied = try await lab.apply { $0.world.hosts["alpha"]?.inFlight = [Self.marker(.destroy)] }
        #expect(applied.outcomes.map(\.isRefused) == [true])
        #expect(lab.commands.isEmpty)
    }

    @Test func aRetiredNodeIsNotEmptyBeforeItIsSettled() {
        var world = World(Rack.names)
        world.hosts["beta"]?.inFlight = [Self.marker(.create)]
        let nodes = Rack.names.map { name in Make.node(name) { $0.retired = name == "beta" } }
        let observed = world.observed()
        let roster = Roster(
            PlanRequest(desired: Make.desired(nodes, [Self.web]), observed: observed, now: observed.takenAt))
        #expect(roster.entries.first { $0.name == "beta" }?.mustAnswer == true)
    }
}
