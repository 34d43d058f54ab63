import StateSpec
import Testing

@testable import Reconciler

/// Steps are re-checked right before they act, verified afterwards, and never make a second home.
@Suite struct ExecutorTests {
    private let web = Make.domain(1, "web")
    private let db = Make.domain(2, "db")

    @Test func aStartIsSeenBeforeItIsDone() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web, db]))
        let applied = try await lab.apply()
        #expect(applied.words == ["db: done", "web: done"])
        #expect(applied.isComplete)
        #expect(lab.world.homes(1).count == 1)
        lab.expectSafe()
    }

    @Test func anOfflineMoveStartsOnlyWhatIsSeenOff() async throws {
        let slow = Make.domain(1, "web") {
            $0.migrate = .offline
            $0.shutdown.timeout = Seconds(60)
        }
        var world = World(Rack.names)
        world.put(slow, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([slow], drain: "alpha"))
        lab.with { $0.shutdownMilliseconds = 40_000 }
        let applied = try await lab.apply()
        #expect(applied.words == ["web: done", "web: done"])
        #expect(lab.words == ["shutdown web on alpha", "create web on beta"])
        #expect(lab.world.homes(1) == ["beta"])
        lab.expectSafe()
    }

    @Test func aGuestThatIsMovedIsNotStartedWhenItsStopFails() async throws {
        let stubborn = Make.domain(1, "web") { $0.migrate = .offline }
        var world = World(Rack.names)
        world.put(stubborn, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([stubborn], drain: "alpha"))
        lab.with { $0.hook = { moment, _ in if case .command(.shutdown, _) = moment { .ignored } else { nil } } }
        let applied = try await lab.apply()
        #expect(applied.outcomes.first?.isFailed == true)
        #expect(applied.outcomes.last?.isSkipped == true)
        #expect(lab.words == ["shutdown web on alpha"])
        #expect(lab.world.homes(1) == ["alpha"])
        lab.expectSafe()
    }

    @Test func whatSomebodyStartedMeanwhileIsNotStartedAgain() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web, db]))
        let started = web
        let applied = try await lab.apply { $0.world.put(started, on: "gamma") }
        #expect(applied.outcomes.contains { $0.step.domain?.uuid == 1 && $0.isRefused })
        #expect(applied.outcomes.contains { $0.step.domain?.uuid == 2 && $0.isDone })
        #expect(lab.world.homes(1) == ["gamma"])
        lab.expectSafe()
    }

    @Test(arguments: [
        ObservedState("paused", "user"), ObservedState("paused", "migrating"), ObservedState("running", "unpaused"),
    ])
    func whatIsNotAsPlannedIsNotShutDown(_ state: ObservedState) async throws {
        let stopped = Make.domain(1, "web") { $0.run = .stopped }
        var world = World(Rack.names)
        world.put(stopped, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([stopped]))
        let applied = try await lab.apply { $0.world.hosts["alpha"]?.guests[1]?.state = state }
        #expect(applied.outcomes.map(\.isRefused) == [true])
        #expect(lab.commands.isEmpty)
    }

    @Test func whatLeftInTheMeantimeIsNotMigrated() async throws {
        var world = World(Rack.names)
        world.put(web, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([web], drain: "alpha"))
        let moved = web
        let applied = try await lab.apply { state in
            state.world.hosts["alpha"]?.guests[1] = nil
            state.world.put(moved, on: "gamma")
        }
        #expect(applied.outcomes.map(\.isRefused) == [true])
        #expect(lab.commands.isEmpty)
        lab.expectSafe()
    }

    @Test func aStepThatWaitsForAnotherDomainIsBoundToWhatWasSeenToo() async throws {
        let (first, second) = (
            Make.domain(1, "one", memory: 10) { $0.nodes = ["gamma"] },
            Make.domain(2, "two", memory: 10) { $0.nodes = ["alpha"] }
        )
        var world = World(Rack.names)
        world.put(first, on: "alpha")
        world.put(second, on: "beta")
        let lab = FakeCluster(world, Rack.desired([first, second]))
        // Its definition becomes persistent and its memory grows while the first one moves.
        let applied = try await lab.apply { $0.world.hosts["beta"]?.guests[2]?.isPersistent = true }
        #expect(applied.planned.plan.steps.map(\.after) == [[], [1]])
        #expect(applied.outcomes.map(\.isDone) == [true, false])
        #expect(applied.outcomes.last?.isRefused == true)
        lab.expectSafe()
    }

    @Test func aNodeThatFallsSilentStopsStartsButNotStops() async throws {
        let old = Make.domain(3, "old") { $0.run = .stopped }
        var world = World(Rack.names)
        world.put(old, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([web, old]))
        let applied = try await lab.apply { $0.world.hosts["gamma"]?.silence = Silence(.unreachable, "gone") }
        #expect(lab.words == ["shutdown old on alpha"])
        #expect(applied.outcomes.contains { $0.step.domain?.uuid == 1 && $0.isRefused })
    }

    @Test func aNodeWhoseLockIsLostCountsAsSilent() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web, db]))
        let applied = try await lab.apply { $0.world.hosts["gamma"]?.lockHolder = nil }
        #expect(applied.outcomes.count == 2)
        #expect(applied.outcomes.map(\.isRefused).allSatisfy { $0 })
        #expect(lab.commands.isEmpty)
    }

    @Test func withoutAJournalNothingHappens() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web, db]))
        lab.with { $0.hook = { moment, _ in if case .journal(.intent, _) = moment { .full } else { nil } } }
        let applied = try await lab.apply()
        #expect(applied.outcomes.count == 2)
        #expect(applied.outcomes.map(\.isRefused).allSatisfy { $0 })
        #expect(lab.commands.isEmpty)
    }

    @Test func aMigrationThatFailsSkipsWhatWaitsForIt() async throws {
        let first = Make.domain(1, "one", memory: 10) { $0.nodes = ["gamma"] }
        let second = Make.domain(2, "two", memory: 10) { $0.nodes = ["alpha"] }
        var world = World(Rack.names)
        world.put(first, on: "alpha")
        world.put(second, on: "beta")
        let lab = FakeCluster(world, Rack.desired([first, second]))
        lab.with { $0.hook = { moment, _ in if case .command(.migrate, _) = moment { .exit("no") } else { nil } } }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isFailed) == [true, false])
        #expect(applied.outcomes.last?.result == .skipped(after: 1))
        #expect(lab.words == ["migrate to gamma one on alpha"])
        lab.expectSafe()
    }

    @Test func limitsPerNodeHoldAndAreUsed() async throws {
        let domains = (1...8).map { number in
            Make.domain(number, DomainName(stringLiteral: "vm\(number)"), memory: 1) { $0.nodes = ["alpha", "beta"] }
        }
        var world = World(Rack.names)
        for domain in domains.prefix(4) { world.put(domain, on: "gamma") }
        let lab = FakeCluster(
            world,
            Rack.desired(domains) {
                $0.concurrency.migrationsPerNode = 2
                $0.concurrency.startsPerNode = 1
                $0.budgets.moves.floor = 10
            })
        let applied = try await lab.apply()
        #expect(applied.outcomes.count == 8)
        #expect(applied.outcomes.map(\.isDone).allSatisfy { $0 })
        var (migrations, starts, most) = ([NodeName: Int](), [NodeName: Int](), (migrations: 0, starts: 0))
        for moment in lab.log {
            guard case .journal(let kind, let step?) = moment, kind == .intent || kind == .outcome,
                let action = applied.planned.plan.steps.first(where: { $0.id == step })?.action
            else { continue }
            let change = kind == .intent ? 1 : -1
            switch action {
            case .start(let node): starts[node, default: 0] += change
            case .migrate: for node in action.nodes { migrations[node, default: 0] += change }
            case .shutdown, .removeLeftover, .iscsi: continue
            }
            most = (max(most.migrations, migrations.values.max() ?? 0), max(most.starts, starts.values.max() ?? 0))
        }
        #expect(most.migrations == 2)
        #expect(most.starts == 1)
        lab.expectSafe()
    }
}
