import StateSpec
import Testing

@testable import Reconciler

/// Commands whose connection is lost, and effects that nobody saw.
@Suite struct LateEffectTests {
    private let web = Make.domain(1, "web")

    @Test(arguments: [Int64(1_000), 20_000, 100_000])
    func aStartThatComesLateIsNeverMadeTwice(_ delay: Int64) async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        lab.with {
            $0.hook = Self.once { if case .create = $0 { .lostThenDone(afterMilliseconds: delay) } else { nil } }
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isUnknown) == [true])
        #expect(applied.isComplete == false)
        for round in 2...4 {
            _ = try await lab.apply(Self.runs[round])
            lab.with { $0.advance(to: $0.world.milliseconds + 40_000) }
        }
        #expect(lab.world.homes(1).count == 1)
        lab.expectSafe()
    }

    @Test func aStartThatDidNotFinishIsUnknownAndNoFailedStart() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        lab.with { $0.hook = Self.once { if case .create = $0 { .unfinished } else { nil } } }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isUnknown) == [true])
        #expect(lab.with { $0.recalled.failures }.isEmpty)
    }

    @Test(arguments: [(0, 500), (5_000, 500), (20_000, 2_000), (600_000, 5_000)])
    func whatTakesLongIsLookedAtRarely(waited: Int64, milliseconds: Int64) {
        let settings = ExecutorSettings(run: "run1", epoch: .none, commit: "c0ffee")
        #expect(settings.pause(after: waited) == .milliseconds(milliseconds))
    }

    static let runs: [RunID] = ["run0", "run1", "run2", "run3", "run4"]

    @Test func aStartThatMayStillComeTakesItsRoom() async throws {
        let first = Make.domain(1, "one", memory: 10) { $0.nodes = ["alpha"] }
        let second = Make.domain(2, "two", memory: 4) {
            $0.nodes = ["alpha"]
            $0.after = ["three"]
        }
        let third = Make.domain(3, "three") { $0.nodes = ["beta"] }
        let lab = FakeCluster(
            World(Rack.names), Rack.desired([first, second, third]) { $0.concurrency.startsPerNode = 1 })
        // While the first start is lost on its way, somebody else fills what is left of alpha but for 3 GiB.
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(.create(1, _), _) = moment else { return nil }
                state.world.put(Make.domain(9, "lab", memory: 4), on: "alpha")
                return .lostThenDone(afterMilliseconds: 5_000)
            }
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.contains { $0.step.domain?.uuid == 1 && $0.isUnknown })
        #expect(applied.outcomes.contains { $0.step.domain?.uuid == 2 && $0.isRefused })
        lab.with { $0.advance(to: $0.world.milliseconds + 60_000) }
        lab.expectSafe()
    }

    @Test func whatANodeThatFellSilentDidIsUnknownAndNoFailedStart() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        lab.with { state in
            state.hook = { moment, state in
                // The node is gone before anything was seen of the start.
                guard case .command(_, let node) = moment else { return nil }
                state.world.hosts[node]?.silence = Silence(.unreachable, "gone")
                return .ignored
            }
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isUnknown) == [true], "\(applied.words)")
        #expect(lab.with { $0.recalled.failures }.isEmpty)
        lab.expectSafe()
    }

    @Test func aStartThatFailsIsCountedAndClearedBySuccess() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        lab.with { $0.hook = Self.once { if case .create = $0 { .exit("no such device") } else { nil } } }
        let failed = try await lab.apply()
        #expect(failed.outcomes.map(\.isFailed) == [true])
        #expect(lab.with { $0.recalled.failures.map(\.count) } == [1])
        let done = try await lab.apply("run2")
        #expect(done.words == ["web: done"])
        #expect(lab.with { $0.recalled.failures }.isEmpty)
        lab.expectSafe()
    }

    /// Coming up is not being up: libvirt may still give up.
    @Test func aStartThatNeverGetsPastComingUpIsNotDone() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        let starting = web
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(.create, let node) = moment else { return nil }
                state.world.put(starting, on: node, ObservedState("paused", "starting up"))
                state.later(4_000) { $0.world.hosts[node]?.guests[1] = nil }
                return .ignored
            }
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isFailed) == [true])
        #expect(lab.with { $0.recalled.failures.map(\.count) } == [1])
    }

    /// The target runs, the source stays paused: whoever calls that done leaves a copy that can be resumed.
    @Test func aMigrationThatLeavesItsSourceIsNotDone() async throws {
        var world = World(Rack.names)
        world.put(web, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([web], drain: "alpha"))
        let moved = web
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(.migrate(_, let target, _, _), let node) = moment else { return nil }
                state.world.hosts[node]?.guests[1]?.state = ObservedState("paused", "migrating")
                state.world.put(moved, on: target.name, ObservedState("running", "migrated"))
                return .ignored
            }
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isDone) == [false])
        #expect(!applied.isComplete)
        let next = try await lab.apply("run2")
        #expect(next.planned.plan.steps.isEmpty)
        #expect(next.planned.plan.decisions.map(\.status) == [.waiting])
        #expect(lab.commands.count == 1)
        lab.expectSafe()
    }

    /// A hook that lets one command go wrong.
    static func once(
        _ fault: @escaping @Sendable (NodeCommand) -> FakeCluster.Fault?
    ) -> @Sendable (FakeCluster.Moment, inout FakeCluster.State) -> FakeCluster.Fault? {
        { moment, state in
            guard case .command(let command, _) = moment, let wrong = fault(command) else { return nil }
            state.hook = { _, _ in nil }
            return wrong
        }
    }
}
