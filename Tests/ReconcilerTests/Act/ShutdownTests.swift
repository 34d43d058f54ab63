import StateSpec
import Testing

@testable import Reconciler

/// How guests are shut down that do not want to, or that are gone before they are told.
@Suite struct ShutdownTests {
    private static func lab(_ then: ShutdownWish.Escalation) -> FakeCluster {
        let web = Make.domain(1, "web") {
            $0.run = .stopped
            $0.shutdown.timeout = Seconds(20)
            $0.shutdown.then = then
        }
        var world = World(Rack.names)
        world.put(web, on: "alpha")
        return FakeCluster(world, Rack.desired([web]))
    }

    private static let ignoring: @Sendable (FakeCluster.Moment, inout FakeCluster.State) -> FakeCluster.Fault? = {
        moment, _ in
        if case .command(.shutdown, _) = moment { .ignored } else { nil }
    }

    @Test func aGuestIsNeverKilledUnlessTheSpecSaysSo() async throws {
        let lab = Self.lab(.wait)
        lab.with { $0.hook = Self.ignoring }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isFailed) == [true])
        #expect(lab.words == ["shutdown web on alpha"])
    }

    @Test func aGuestThatIgnoresIsDestroyedWhereTheSpecSaysSo() async throws {
        let lab = Self.lab(.destroy)
        lab.with { $0.hook = Self.ignoring }
        let applied = try await lab.apply()
        #expect(applied.words == ["web: done"])
        #expect(lab.words == ["shutdown web on alpha", "destroy web on alpha"])
        #expect(lab.world.milliseconds >= 20_000)
        lab.expectSafe()
    }

    /// Destroy of a stopped guest fails: the state is read after an error before it is called failed.
    @Test(arguments: [false, true]) func whatStoppedMeanwhileIsDone(_ isDestroy: Bool) async throws {
        let lab = Self.lab(.destroy)
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(let command, let node) = moment else { return nil }
                if isDestroy, case .shutdown = command { return .ignored }
                state.end(1, on: node, "shutdown")
                return nil
            }
        }
        let applied = try await lab.apply()
        #expect(applied.words == ["web: done"])
        #expect(lab.words.count == (isDestroy ? 2 : 1))
    }

    @Test(arguments: [ObservedState("paused", "migrating"), ObservedState("paused", "saving")])
    func whatIsInTransitionIsNotDestroyed(_ state: ObservedState) async throws {
        let lab = Self.lab(.destroy)
        lab.with { world in
            world.hook = { moment, world in
                guard case .command(.shutdown, let node) = moment else { return nil }
                world.later(5_000) { $0.world.hosts[node]?.guests[1]?.state = state }
                return .ignored
            }
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isDone) == [false])
        #expect(lab.words == ["shutdown web on alpha"])
    }

    @Test func whatAPersonMovedMeanwhileIsNotDestroyed() async throws {
        let lab = Self.lab(.destroy)
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(.shutdown, let node) = moment else { return nil }
                // A second copy shows up: whoever destroys one now guesses which.
                state.later(5_000) { late in
                    let copy = late.world.hosts[node]?.guests[1]
                    late.world.hosts["beta"]?.guests[1] = copy
                }
                return .ignored
            }
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isDone) == [false])
        #expect(lab.words == ["shutdown web on alpha"])
    }

    @Test func whatIsNotSeenAnyMoreIsNotDestroyed() async throws {
        let lab = Self.lab(.destroy)
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(.shutdown, let node) = moment else { return nil }
                state.later(5_000) { $0.world.hosts[node]?.silence = Silence(.unreachable, "gone") }
                return .ignored
            }
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isDone) == [false])
        #expect(lab.words == ["shutdown web on alpha"])
    }
}
