import StateSpec
import Synchronization
import Testing

@testable import Reconciler

/// What a person asks of one domain, by name, on its way through a round.
@Suite struct ExplicitTests {
    private static func lab(_ run: RunWish, runsOn node: NodeName? = "alpha") -> FakeCluster {
        let web = Make.domain(1, "web") {
            $0.run = run
            $0.shutdown.timeout = Seconds(20)
        }
        var world = World(Rack.names)
        if let node { world.put(web, on: node) }
        return FakeCluster(world, Rack.desired([web]))
    }

    private static func asking(_ action: ExplicitAction) -> PlanOptions {
        var options = PlanOptions()
        options.explicit = ["web": action]
        return options
    }

    private static let ignoring: @Sendable (FakeCluster.Moment, inout FakeCluster.State) -> FakeCluster.Fault? = {
        moment, _ in
        if case .command(.shutdown, _) = moment { .ignored } else { nil }
    }

    @Test func aStopEndsOffAndKeepaliveDoesNotUndoItInThatRun() async throws {
        let lab = Self.lab(.keepalive)
        let applied = try await lab.apply(options: Self.asking(.stop(isForced: false)))
        #expect(applied.words == ["web: done"] && applied.isComplete)
        #expect(lab.words == ["shutdown web on alpha"])
        #expect(applied.remaining?.plan.steps.isEmpty == true)
        lab.expectSafe()
    }

    /// The spec says wait: only a forced stop destroys, and it asks first.
    @Test(arguments: [false, true]) func onlyAForcedStopDestroys(_ isForced: Bool) async throws {
        let lab = Self.lab(.keepalive)
        lab.with { $0.hook = Self.ignoring }
        let applied = try await lab.apply(options: Self.asking(.stop(isForced: isForced)))
        #expect(applied.outcomes.map(\.isDone) == [isForced])
        #expect(lab.words == ["shutdown web on alpha"] + (isForced ? ["destroy web on alpha"] : []))
        lab.expectSafe()
    }

    /// By force is no less careful: what was moved meanwhile is somewhere else, and alive.
    @Test func whatMovedMeanwhileIsNotDestroyed() async throws {
        let lab = Self.lab(.keepalive)
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(.shutdown, let node) = moment else { return nil }
                state.later(5_000) { late in
                    let copy = late.world.hosts[node]?.guests[1]
                    late.world.hosts["beta"]?.guests[1] = copy
                    late.world.hosts[node]?.guests[1]?.state = ObservedState("paused", "migrating")
                }
                return .ignored
            }
        }
        let applied = try await lab.apply(options: Self.asking(.stop(isForced: true)))
        #expect(applied.outcomes.map(\.isDone) == [false])
        #expect(lab.words == ["shutdown web on alpha"])
    }

    @Test func aManualDomainIsStartedOnTheNodeThatIsNamed() async throws {
        for node: NodeName in ["alpha", "beta", "gamma"] {
            let lab = Self.lab(.manual, runsOn: nil)
            let applied = try await lab.apply(options: Self.asking(.start(on: node)))
            #expect(applied.words == ["web: done"] && applied.isComplete)
            #expect(lab.words == ["create web on \(node)"])
            lab.expectSafe()
        }
    }

    @Test func aDomainIsMovedToTheNodeThatIsNamed() async throws {
        let lab = Self.lab(.manual)
        let applied = try await lab.apply(options: Self.asking(.migrate(to: "gamma")))
        #expect(applied.words == ["web: done"] && applied.isComplete)
        #expect(lab.words == ["migrate to gamma web on alpha"])
        #expect(applied.remaining?.observed.nodes["gamma"]?.node?.domains.first?.activity == .active)
        lab.expectSafe()
    }

    @Test(arguments: [RunWish.manual, .keepalive])
    func aRestartIsOneStopAndOneStartWhereItRan(_ run: RunWish) async throws {
        let lab = Self.lab(run)
        let applied = try await lab.apply(options: Self.asking(.restart(isForced: false)))
        #expect(applied.words == ["web: done", "web: done"] && applied.isComplete)
        #expect(lab.words == ["shutdown web on alpha", "create web on alpha"])
        #expect(applied.remaining?.plan.steps.isEmpty == true)
        lab.expectSafe()
    }

    @Test(arguments: [false, true]) func aGuestThatDoesNotObeyIsRestartedByForceOnly(_ isForced: Bool) async throws {
        let lab = Self.lab(.keepalive)
        lab.with { $0.hook = Self.ignoring }
        let applied = try await lab.apply(options: Self.asking(.restart(isForced: isForced)))
        #expect(applied.isComplete == isForced)
        #expect(
            lab.words
                == ["shutdown web on alpha"] + (isForced ? ["destroy web on alpha", "create web on alpha"] : []))
        lab.expectSafe()
    }

    /// It ends in a start, and what may run on a silent node is not started.
    @Test func whileANodeIsSilentNothingIsShutDownForARestart() async throws {
        let lab = Self.lab(.keepalive)
        lab.with { $0.world.hosts["gamma"]?.silence = Silence(.unreachable, "no route") }
        let applied = try await lab.apply(options: Self.asking(.restart(isForced: true)))
        #expect(applied.outcomes.isEmpty && !applied.isComplete && lab.words.isEmpty)
        #expect(applied.planned.plan.decisions.map(\.reason.code) == ["home-unknown"])
    }

    @Test func whatIsOffIsNotRestarted() async throws {
        let lab = Self.lab(.manual, runsOn: nil)
        let applied = try await lab.apply(options: Self.asking(.restart(isForced: false)))
        #expect(applied.outcomes.isEmpty && lab.words.isEmpty)
    }

    /// What is committed after a stop is through before another run can start the domain again.
    @Test func whatComesOfItIsToldBeforeTheLockIsReleased() async throws {
        let lab = Self.lab(.keepalive)
        let told = Mutex<[Bool]>([])
        _ = try await lab.round(options: Self.asking(.stop(isForced: false))).apply(
            from: "ann@desk", activity: "domain stop", announce: { _ in }, report: { _ in },
            whileLocked: { applied in
                let isReleased = lab.with { $0.log.contains { if case .release = $0 { true } else { false } } }
                told.withLock { $0.append(applied.isComplete && !isReleased) }
            })
        #expect(told.withLock { $0 } == [true])
    }

    /// Whoever asks for a start by name has seen to what made it fail.
    @Test func aStartThatIsAskedForDoesNotBackOff() async throws {
        let lab = Self.lab(.keepalive, runsOn: nil)
        lab.with { state in
            state.hook = { moment, _ in if case .command(.create, _) = moment { .exit("no disk") } else { nil } }
        }
        _ = try await lab.apply("run1")
        lab.with { $0.hook = { _, _ in nil } }
        let node = try #require(lab.with { $0.recalled.failures.first?.node })
        let waits = try await lab.round("run2").plan().plan
        #expect(waits.steps.first?.action != .start(on: node))
        let asked = try await lab.round("run3", options: Self.asking(.start(on: node))).plan().plan
        #expect(asked.steps.map(\.action) == [.start(on: node)])
    }
}
