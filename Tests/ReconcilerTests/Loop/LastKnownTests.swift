import StateSpec
import Testing

@testable import Reconciler

/// Under `last-known`, what was sighted permits a start only as long as nothing can have moved it since, havirt included.
@Suite struct LastKnownTests {
    private static let web = Make.domain(1, "web")
    private static let cut = Silence(.unreachable, "cut")

    private static func desired(drain: NodeName? = nil) -> DesiredState {
        let desired = Rack.desired([web], drain: drain)
        var cluster = desired.cluster
        cluster.unreachable = .lastKnown
        return DesiredState(cluster: cluster, nodes: desired.nodes, domains: desired.domains)
    }

    /// The target took the domain, and fell silent before it was looked at again.
    @Test func aMoveOfOurOwnVoidsWhatWasSighted() async throws {
        var world = World(Rack.names)
        world.put(Self.web, on: "alpha")
        let lab = FakeCluster(world, Self.desired(drain: "alpha"))
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(.migrate(let uuid, _, _, _), let source) = moment else { return nil }
                let target: NodeName = "gamma"
                let guest = state.world.hosts[source]?.guests.removeValue(forKey: uuid)
                state.world.hosts[target]?.guests[uuid] = guest
                state.world.hosts[target]?.silence = Self.cut
                // It answered a little earlier than the source did.
                for member in state.recalled.members where member.name == target {
                    state.recalled.members.removeAll { $0.name == target }
                    state.recalled.members.append(
                        Member(
                            name: target, ssh: member.ssh, hostUUID: member.hostUUID, bootID: member.bootID,
                            lastAnswer: member.lastAnswer + Seconds(-1), isRetired: false))
                }
                for name in state.world.hosts.keys { state.world.hosts[name]?.memo.members = [] }
                return .lost
            }
        }
        _ = try await lab.apply()
        #expect(lab.commands.count == 1 && lab.world.homes(1) == ["gamma"])
        lab.with { state in
            state.hook = { _, _ in nil }
            state.advance(to: state.world.milliseconds + 60_000)
        }
        let applied = try await lab.apply("run2")
        #expect(applied.planned.plan.blocked.map(\.reason.code) == ["home-unknown"])
        #expect(lab.world.homes(1) == ["gamma"])
        lab.expectSafe()
    }

    @Test(arguments: [(Int64(-5), "keepalive"), (0, "keepalive"), (1, "home-unknown"), (3_600, "home-unknown")])
    func aSightOfTomorrowPermitsNothing(_ seconds: Int64, _ code: String) throws {
        var world = World(Rack.names)
        world.hosts["gamma"]?.silence = Self.cut
        let members = Rack.names.enumerated().map { index, name in
            Member(
                name: name, ssh: name.text, hostUUID: .numbered(9_000 + index), bootID: .numbered(8_000 + index),
                lastAnswer: World.begin + Seconds(-60), isRetired: false)
        }
        let sighting = Sighting(
            uuid: 1, node: "alpha", bootID: .numbered(8_000), at: World.begin + Seconds(seconds))
        let observed = world.observed(Recollection(members: members, sightings: [sighting]))
        let plan = Plan.make(
            PlanRequest(desired: Self.desired(), commit: "c0ffee", observed: observed, now: World.begin))
        #expect(plan.decisions.map(\.reason.code) == [code])
    }

    /// The target of a migration is silent: nobody has looked where it may have arrived.
    @Test(arguments: [(InFlight.Verb.migrate, false), (.unknown, false), (.create, true)])
    func twoSightsSettleAMigrationOnlyWhereEverybodyWasSeen(_ verb: InFlight.Verb, _ isSettled: Bool) async throws {
        var world = World(Rack.names)
        let marker = InFlight(uuid: 1, run: "run0", verb: verb, since: Seconds(86_390), isAlive: false)
        world.hosts["beta"]?.inFlight = [marker]
        world.hosts["gamma"]?.silence = Self.cut
        let lab = FakeCluster(world, Self.desired())
        for run in ["run1", "run2"] as [RunID] {
            _ = try await lab.apply(run)
            lab.with { $0.advance(to: $0.world.milliseconds + 40_000) }
        }
        #expect(lab.world.hosts["beta"]?.inFlight.isEmpty == isSettled)
        lab.with { $0.world.hosts["gamma"]?.silence = nil }
        // Back again, it was in one of the two sights only.
        _ = try await lab.apply("run3")
        #expect(lab.world.hosts["beta"]?.inFlight.isEmpty == isSettled)
        lab.with { $0.advance(to: $0.world.milliseconds + 40_000) }
        _ = try await lab.apply("run4")
        #expect(lab.world.hosts["beta"]?.inFlight.isEmpty == true)
        lab.expectSafe()
    }
}
