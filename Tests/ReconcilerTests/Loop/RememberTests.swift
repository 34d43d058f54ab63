import StateSpec
import Testing

@testable import Reconciler

/// What must be common knowledge stands on every node before anything is done.
@Suite struct RememberTests {
    private static let web = Make.domain(1, "web")

    @Test func everyLockedNodeRemembersBeforeTheFirstCommand() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([Self.web]))
        _ = try await lab.apply()
        for name in Rack.names {
            let memo = lab.world.hosts[name]?.memo
            #expect(memo?.applied?.commit == "c0ffee")
            #expect(memo?.members.map(\.name) == Rack.names)
        }
        let log = lab.log
        let lastRemember = log.lastIndex { if case .remember = $0 { true } else { false } }
        let firstCommand = log.firstIndex { if case .command = $0 { true } else { false } }
        #expect(try #require(lastRemember) < #require(firstCommand))
    }

    @Test func aNodeThatCannotRememberStopsTheRound() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([Self.web]))
        lab.with { $0.hook = { moment, _ in moment == .remember("beta") ? .full : nil } }
        await #expect(throws: RoundError.self) { try await lab.apply() }
        #expect(lab.commands.isEmpty)
    }

    @Test func whatIsRememberedAlreadyIsNotWrittenAgain() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([Self.web]))
        _ = try await lab.apply()
        lab.with { $0.log = [] }
        _ = try await lab.apply("run2")
        #expect(!lab.log.contains { if case .remember = $0 { true } else { false } })
    }

    /// Retired in one commit, empty only later: the node may be switched off once that was seen.
    @Test func aRetiredNodeIsRememberedAsEmptyOnceItIs() async throws {
        var world = World(Rack.names)
        world.put(Self.web, on: "gamma")
        let nodes = Rack.names.map { name in Make.node(name) { $0.retired = name == "gamma" } }
        let lab = FakeCluster(world, Make.desired(nodes, [Self.web, Make.domain(2, "db")]))
        for run in ["run1", "run2"] as [RunID] { _ = try await lab.apply(run) }
        #expect(lab.world.homes(1) != ["gamma"])
        #expect(lab.world.hosts["alpha"]?.memo.members.filter(\.isRetired).map(\.name) == ["gamma"])
        lab.with { state in
            state.world.hosts["gamma"]?.silence = Silence(.unreachable, "switched off")
            state.world.hosts["alpha"]?.guests = [:]
            state.world.hosts["beta"]?.guests = [:]
        }
        let applied = try await lab.apply("run3")
        #expect(applied.planned.plan.steps.count == 2, "\(PlanText.render(applied.planned.plan))")
    }

    /// The word on a boot is void for every havirt as soon as one of them heard the node again.
    @Test func anAnswerAfterAFencingIsRememberedOnTheOtherNodes() async throws {
        let fencing = Fencing(bootID: .numbered(8_002), since: World.begin + Seconds(5), reason: "power cut")
        let nodes = Rack.names.map { name in Make.node(name) { $0.fenced = name == "gamma" ? fencing : nil } }
        let lab = FakeCluster(World(Rack.names), Make.desired(nodes, [Self.web]))
        _ = try await lab.apply()
        // gamma answers later in the fenced boot, is heard by one havirt, and falls silent.
        lab.with { $0.advance(to: 60_000) }
        _ = try await lab.apply("run2")
        lab.with { state in
            state.world.hosts["gamma"]?.silence = Silence(.unreachable, "off")
            for name in Rack.names { state.world.hosts[name]?.guests = [:] }
            // Another havirt, with no records of its own.
            state.recalled = Recollection()
        }
        let applied = try await lab.apply("run3")
        #expect(applied.planned.plan.steps.isEmpty)
        #expect(applied.planned.plan.alerts.contains { $0.code == "fencing-void" })
    }

    /// What one node knows, all know after the next round: members that only it remembers are not lost.
    @Test func aMemberThatOneNodeRemembersIsPassedOn() async throws {
        var world = World(Rack.names)
        let delta = Member(
            name: "delta", ssh: "delta", hostUUID: 77, bootID: 78, lastAnswer: "2026-11-20T10:00:00Z", isRetired: false)
        world.hosts["beta"]?.memo.members = [delta]
        let lab = FakeCluster(world, Rack.desired([Self.web]))
        let applied = try await lab.apply()
        #expect(applied.planned.plan.blocked.map(\.reason.code) == ["home-unknown"])
        for name in Rack.names {
            #expect(lab.world.hosts[name]?.memo.members.contains(delta) == true)
        }
    }

    /// Nodes of another commit are asked; what those remember counts too.
    @Test func memosOfNodesThatWereAskedLaterCountToo() async throws {
        var world = World(Rack.names + ["delta"])
        world.hosts["alpha"]?.memo.applied = AppliedCommit(commit: "c0ffee", at: "2026-11-23T18:00:00Z")
        world.hosts["delta"]?.memo.applied = AppliedCommit(commit: "dead", at: "2026-11-23T18:10:00Z")
        let lab = FakeCluster(world, Rack.desired([Self.web]))
        let wider = Make.desired((Rack.names + ["delta"]).map { Make.node($0) }, [Self.web])
        lab.with { state in
            // The second load, which knows of the applied commit, brings a newer commit with one more node.
            state.hook = { moment, state in
                guard moment == .load else { return nil }
                let loads = state.log.filter { $0 == .load }.count
                if loads > 1 { state.loaded = LoadedCommit(desired: wider, commit: "c0ffee1") }
                return nil
            }
        }
        await #expect(throws: RoundError.self) { try await lab.round().plan() }
    }
}
