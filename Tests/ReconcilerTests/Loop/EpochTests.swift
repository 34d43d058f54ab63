import StateSpec
import Testing

@testable import Reconciler

/// The fencing token around a round.
@Suite struct EpochTests {
    private static let web = Make.domain(1, "web")

    private static func lab(_ change: (inout World) -> Void = { _ in }) -> FakeCluster {
        var world = World(Rack.names)
        change(&world)
        return FakeCluster(world, Rack.desired([web]))
    }

    @Test func itIsOneMoreThanAnyNodeKnowsAndAcceptedBeforeTheScan() async throws {
        let lab = Self.lab { $0.hosts["beta"]?.epoch = Epoch(41) ?? .none }
        #expect(try await lab.apply().isComplete)
        for name in Rack.names {
            #expect(lab.world.hosts[name]?.epoch == Epoch(42))
            #expect(lab.world.hosts[name]?.epochRun == "run1")
        }
        let log = lab.log
        let lastClaim = try #require(log.lastIndex { if case .claim = $0 { true } else { false } })
        let firstScan = try #require(log.firstIndex { if case .scan = $0 { true } else { false } })
        #expect(lastClaim < firstScan)
        _ = try await lab.apply("run2")
        #expect(lab.world.hosts["alpha"]?.epoch == Epoch(43))
    }

    @Test func aNodeThatDoesNotAcceptItCountsAsSilent() async throws {
        let lab = Self.lab()
        lab.with { $0.hook = { moment, _ in moment == .claim("beta") ? .lost : nil } }
        let applied = try await lab.apply()
        #expect(applied.planned.plan.blocked.map(\.reason.code) == ["home-unknown"])
        #expect(lab.commands.isEmpty)
        for name in Rack.names { #expect(lab.world.hosts[name]?.lockHolder == nil) }
    }

    @Test func whenNobodyAcceptsItNothingIsDone() async throws {
        let lab = Self.lab()
        lab.with { $0.hook = { moment, _ in if case .claim = moment { .lost } else { nil } } }
        await #expect(throws: RoundError.self) { try await lab.apply() }
        #expect(lab.with { $0.journal }.isEmpty)
        for name in Rack.names { #expect(lab.world.hosts[name]?.lockHolder == nil) }
    }

    @Test func theLastEpochIsTheLast() async throws {
        let lab = Self.lab { $0.hosts["beta"]?.epoch = Epoch(Epoch.numberMax) ?? .none }
        await #expect(throws: RoundError.self) { try await lab.apply() }
        #expect(lab.commands.isEmpty)
        for name in Rack.names { #expect(lab.world.hosts[name]?.lockHolder == nil) }
    }

    /// A holder that slept while another took over, and whose lock looks held all the same.
    @Test func aSleeperIsFencedByTheEpochAlone() async throws {
        let lab = Self.lab()
        lab.with { state in
            state.hook = { moment, state in
                guard case .journal(.intent, _) = moment else { return nil }
                for name in Rack.names {
                    state.world.hosts[name]?.epoch = Epoch(2) ?? .none
                    state.world.hosts[name]?.epochRun = "run2"
                }
                return nil
            }
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.map(\.isRefused) == [true])
        #expect(lab.world.homes(1).isEmpty)
    }
}
