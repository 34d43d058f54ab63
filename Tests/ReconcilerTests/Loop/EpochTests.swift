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

    @Test func anotherRunsEpochIsNotedAndOurOwnIsNot() async throws {
        let lab = Self.lab()
        _ = try await lab.apply()
        _ = try await lab.apply("run2")
        let own = lab.with { $0.recalled.epochs }
        #expect(own?.own == Epoch(2) && own?.foreignMetAt == nil)
        // The first run has started web, the second has found nothing to do.
        #expect(own?.actedAt == World.begin)
        lab.with { $0.world.hosts["beta"]?.epoch = Epoch(7) ?? .none }
        let met = lab.now()
        _ = try await lab.apply("run3")
        let noted = lab.with { $0.recalled.epochs }
        #expect(noted?.own == Epoch(8) && noted?.foreignMetAt == met && noted?.actedAt == World.begin)
        _ = try await lab.apply("run4")
        #expect(lab.with { $0.recalled.epochs?.foreignMetAt } == met)
    }

    /// Two controllers, of which the other one still reached gamma when we did not any more.
    @Test func whatAnotherRunMayHaveMovedIsNotStartedByLastKnown() async throws {
        for isForeign in [false, true] {
            var desired = Rack.desired([Self.web])
            desired = DesiredState(cluster: Self.lastKnown(desired.cluster), nodes: desired.nodes, domains: [Self.web])
            let lab = FakeCluster(World(Rack.names), desired)
            _ = try await lab.apply()
            let home = try #require(lab.world.homes(1).first)
            let other = try #require(Rack.names.first { $0 != home })
            lab.with { state in
                // Sighted once more after the other node's last answer, which then falls silent.
                state.world.hosts[other]?.silence = Silence(.unreachable, "cut")
                state.advance(to: state.world.milliseconds + 5_000)
            }
            _ = try await lab.apply("run2")
            lab.with { state in
                state.advance(to: state.world.milliseconds + 5_000)
                state.world.hosts[home]?.guests = [:]
                if isForeign { state.world.hosts[home]?.epoch = Epoch(40) ?? .none }
            }
            let applied = try await lab.apply("run3")
            let codes = applied.planned.plan.decisions.map(\.reason.code)
            #expect(codes == [isForeign ? "home-unknown" : "keepalive"], "\(isForeign)")
            #expect(lab.world.homes(1).isEmpty == isForeign)
        }
    }

    private static func lastKnown(_ cluster: ClusterSpec) -> ClusterSpec {
        var cluster = cluster
        cluster.unreachable = .lastKnown
        return cluster
    }
}
