import StateSpec
import Testing

@testable import Reconciler

/// What has changed between plan and act, and between the halves of a plan.
@Suite struct RecheckTests {
    private let web = Make.domain(1, "web")

    private static func offline() -> FakeCluster {
        let ct = Make.domain(1, "ct") { $0.migrate = .offline }
        var world = World(Rack.names)
        world.put(ct, on: "alpha")
        return FakeCluster(world, Rack.desired([ct], drain: "alpha"))
    }

    /// Something happens as soon as the first step has ended.
    private static func afterFirst(
        _ lab: FakeCluster, _ change: @escaping @Sendable (inout FakeCluster.State) -> Void
    ) {
        lab.with { state in
            state.hook = { moment, state in
                if case .journal(.outcome, 1) = moment { change(&state) }
                return nil
            }
        }
    }

    @Test func theSecondHalfStartsNothingThatRunsByNow() async throws {
        let lab = Self.offline()
        Self.afterFirst(lab) { state in
            let spec = state.loaded.desired.domains[0]
            state.world.put(spec, on: "gamma")
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isDone) == [true, false])
        #expect(applied.outcomes.last?.isRefused == true)
        #expect(lab.world.homes(1) == ["gamma"])
        lab.expectSafe()
    }

    @Test func theSecondHalfStartsNothingWhileANodeIsSilent() async throws {
        let lab = Self.offline()
        Self.afterFirst(lab) { $0.world.hosts["gamma"]?.silence = Silence(.unreachable, "gone") }
        let applied = try await lab.apply()
        #expect(applied.outcomes.last?.isRefused == true)
        #expect(lab.words == ["shutdown ct on alpha"])
    }

    @Test func theSecondHalfStartsNothingBesideAProcess() async throws {
        let lab = Self.offline()
        Self.afterFirst(lab) { $0.world.hosts["gamma"]?.strays = [1] }
        let applied = try await lab.apply()
        #expect(applied.outcomes.last?.isRefused == true)
        #expect(lab.words == ["shutdown ct on alpha"])
    }

    @Test func theSecondHalfStartsNothingThatWasSaved() async throws {
        let lab = Self.offline()
        Self.afterFirst(lab) { state in
            let definition = state.loaded.desired.domains[0].definition
            state.world.hosts["alpha"]?.guests[1] = Guest(
                name: "ct", state: ObservedState("shut off", "saved"), definition: definition, isPersistent: true,
                hasManagedSave: true)
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.last?.isRefused == true)
        #expect(lab.words == ["shutdown ct on alpha"])
    }

    @Test func theSecondHalfStartsNothingWhoseDisksMayBeInUse() async throws {
        let lab = Self.offline()
        Self.afterFirst(lab) { state in
            state.world.put(Make.domain(9, "odd"), on: "gamma")
            state.world.hosts["gamma"]?.guests[9]?.notUnderstood = "odd"
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.last?.isRefused == true)
        #expect(lab.words == ["shutdown ct on alpha"])
    }

    @Test func theSecondHalfStartsNothingThatIsNotUnderstood() async throws {
        let lab = Self.offline()
        Self.afterFirst(lab) { state in
            let spec = state.loaded.desired.domains[0]
            state.world.put(spec, on: "alpha", ObservedState("shut off", "shutdown"), isPersistent: true)
            state.world.hosts["alpha"]?.guests[1]?.notUnderstood = "odd"
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.last?.isRefused == true)
        #expect(lab.words == ["shutdown ct on alpha"])
    }

    /// What could not come up again is not taken down.
    @Test func theFirstHalfWaitsUntilAllAnswer() async throws {
        let lab = Self.offline()
        let applied = try await lab.apply { $0.world.hosts["gamma"]?.silence = Silence(.unreachable, "gone") }
        #expect(applied.outcomes.first?.isRefused == true)
        #expect(lab.commands.isEmpty)
        #expect(lab.world.homes(1) == ["alpha"])
    }

    @Test func whatUsesTheDiskByNowKeepsItsWriterOff() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        let definition = web.definition
        let applied = try await lab.apply { state in
            state.world.put(Make.domain(9, "copy"), on: "gamma", definition: definition)
        }
        #expect(applied.outcomes.map(\.isRefused) == [true])
        #expect(lab.commands.isEmpty)
    }

    @Test func anotherDomainOfItsNameKeepsItOff() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        let definition = Make.definition(disk: "/dev/disk/other")
        let applied = try await lab.apply { state in
            state.world.put(Make.domain(9, "web"), on: "gamma", definition: definition)
        }
        #expect(applied.outcomes.map(\.isRefused) == [true])
        #expect(lab.commands.isEmpty)
    }

    @Test func roomThatIsGoneIsNotUsed() async throws {
        var world = World(Rack.names)
        world.put(web, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([web], drain: "alpha"))
        let applied = try await lab.apply { state in
            for name in ["beta", "gamma"] as [NodeName] {
                state.world.put(Make.domain(name == "beta" ? 8 : 9, "lab", memory: 14), on: name)
            }
        }
        #expect(applied.outcomes.map(\.isRefused) == [true])
        #expect(applied.outcomes.first?.text.contains(": 1 lacks memory (short 1 GiB)") == true)
        #expect(lab.world.homes(1) == ["alpha"])
        lab.expectSafe()
    }

    /// Each of two would fit alone; both would not any more.
    @Test func whatBeginsCountsForWhatBeginsBesideIt() async throws {
        let (first, second) = (
            Make.domain(1, "one", memory: 6) { $0.nodes = ["alpha"] },
            Make.domain(2, "two", memory: 6) { $0.nodes = ["alpha"] }
        )
        let lab = FakeCluster(World(Rack.names), Rack.desired([first, second]))
        let applied = try await lab.apply { $0.world.put(Make.domain(9, "lab", memory: 4), on: "alpha") }
        #expect(applied.outcomes.map(\.isDone) == [true, false])
        lab.expectSafe()
    }

    @Test func aNetworkThatIsGoneIsMissed() async throws {
        var world = World(Rack.names)
        world.put(web, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([web], drain: "alpha"))
        let applied = try await lab.apply { state in
            for name in Rack.names { state.world.hosts[name]?.networks = [] }
        }
        #expect(applied.outcomes.map(\.isRefused) == [true])
        #expect(lab.commands.isEmpty)
    }

    /// A person migrates one of a pair onto the node to which the other is about to go.
    @Test func aMigrationUnderWayKeepsOthersApartOnBothSides() async throws {
        let rule = GroupRule(group: "pair")
        let first = Make.domain(1, "one") { $0.apart = [rule] }
        let second = Make.domain(2, "two") {
            $0.apart = [rule]
            $0.nodes = ["gamma"]
        }
        var world = World(Rack.names)
        world.put(first, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([first, second]))
        let applied = try await lab.apply { state in
            state.world.hosts["alpha"]?.guests[1]?.job = "Outgoing migration"
            state.world.put(first, on: "gamma", ObservedState("paused", "migrating"))
        }
        #expect(applied.planned.plan.steps.count == 1)
        #expect(applied.outcomes.map(\.isRefused) == [true])
        lab.expectSafe()
    }

    @Test func whatWasSeenTooLongAgoIsNotActedOn() async throws {
        let old = Make.domain(2, "zoo")
        let lab = FakeCluster(World(Rack.names), Rack.desired([web, old]))
        lab.with { state in
            state.hook = { moment, state in
                // The first step is refused, and writing that down takes ten seconds.
                if case .journal(.outcome, 1) = moment { state.advance(to: state.world.milliseconds + 10_000) }
                return nil
            }
        }
        let started = web
        let applied = try await lab.apply { $0.world.put(started, on: "gamma") }
        #expect(applied.outcomes.map(\.isRefused) == [true, true])
        #expect(lab.commands.isEmpty)
    }

    /// A client that died while its command was on its way: the node has it, and shows nothing of it but its marker.
    @Test func aCommandInFlightHoldsItsDomain() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(_, let node) = moment else { return nil }
                state.hook = { _, _ in nil }
                // The next run would rather go elsewhere.
                state.world.put(Make.domain(9, "lab", memory: 10), on: node)
                return .queuedThenDone(afterMilliseconds: 40_000)
            }
        }
        _ = try await lab.apply()
        let second = try await lab.apply("run2")
        #expect(second.planned.plan.decisions.map(\.reason.code) == ["in-flight"])
        lab.with { $0.advance(to: $0.world.milliseconds + 60_000) }
        #expect(lab.world.homes(1).count == 1)
        #expect(try await lab.apply("run3").isComplete)
        lab.expectSafe()
    }
}
