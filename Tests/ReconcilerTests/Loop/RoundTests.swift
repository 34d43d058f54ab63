import StateSpec
import Testing

@testable import Reconciler

/// Locking, resolving, remembering: what a round does around its steps.
@Suite struct RoundTests {
    private static let web = Make.domain(1, "web")

    private static func lab(_ change: (inout World) -> Void = { _ in }) -> FakeCluster {
        var world = World(Rack.names)
        change(&world)
        return FakeCluster(world, Rack.desired([web]))
    }

    private static let other = LockHolder(
        cluster: "rack1", run: "run9", from: "bob@laptop", since: "2026-11-23T18:39:00Z", activity: "reconcile")

    @Test(arguments: Rack.names) func oneNodeHeldIsTheClusterHeld(_ held: NodeName) async throws {
        let lab = Self.lab { $0.hosts[held]?.lockHolder = Self.other }
        let error = await #expect(throws: RoundError.self) { try await lab.apply() }
        let text = error?.description ?? ""
        for part in ["\(held)", "run9", "bob@laptop", "reconcile", "2026-11-23T18:39:00Z"] {
            #expect(text.contains(part), "\(text)")
        }
        #expect(lab.commands.isEmpty)
        for name in Rack.names where name != held { #expect(lab.world.hosts[name]?.lockHolder == nil) }
        #expect(lab.world.hosts[held]?.lockHolder == Self.other)
    }

    @Test func whenNobodyAnswersNothingIsDone() async throws {
        let lab = Self.lab { world in
            for name in Rack.names { world.hosts[name]?.silence = Silence(.unreachable, "off") }
        }
        await #expect(throws: RoundError.self) { try await lab.apply() }
        #expect(lab.with { $0.journal }.isEmpty)
    }

    /// A record from the future would outlive what is seen of a node until then.
    @Test(arguments: [-7200, -61, 61, 7200] as [Int64]) func whatAWrongClockDatesIsNeitherDoneNorRemembered(
        _ ahead: Int64
    ) async throws {
        let lab = Self.lab()
        lab.with { $0.clockAhead = ahead }
        let error = await #expect(throws: RoundError.self) { try await lab.apply() }
        #expect(error?.description.contains("clock") == true)
        #expect(lab.commands.isEmpty)
        #expect(lab.with { $0.recalled.members }.isEmpty)
        for name in Rack.names { #expect(lab.world.hosts[name]?.memo.members.isEmpty == true) }
        let planned = try await lab.round().plan()
        #expect(planned.plan.alerts.contains { $0.code == "clock-skew" && $0.severity == .error })
        #expect(lab.with { $0.recalled.members }.isEmpty)
    }

    @Test(arguments: [-60, 60] as [Int64]) func aClockThatIsALittleOffDoes(_ ahead: Int64) async throws {
        let lab = Self.lab()
        lab.with { $0.clockAhead = ahead }
        #expect(try await lab.apply().isComplete)
    }

    @Test func locksAreTakenBeforeTheCommitAndGivenBack() async throws {
        let lab = Self.lab()
        _ = try await lab.apply()
        let log = lab.log
        let lastLock = log.lastIndex { if case .lock = $0 { true } else { false } }
        let firstCommand = log.firstIndex { if case .command = $0 { true } else { false } }
        let between = log[try #require(lastLock)..<(try #require(firstCommand))]
        #expect(between.contains(.load))
        for name in Rack.names { #expect(lab.world.hosts[name]?.lockHolder == nil) }
    }

    @Test func aNodeThatCouldNotBeLockedCountsAsSilent() async throws {
        let lab = Self.lab()
        lab.with { state in
            state.hook = { moment, state in
                guard moment == .lock("gamma") else { return nil }
                // It is away while it would be locked, and back for the scan.
                state.world.hosts["gamma"]?.silence = Silence(.unreachable, "away")
                state.hook = { moment, state in
                    if case .scan = moment { state.world.hosts["gamma"]?.silence = nil }
                    return nil
                }
                return nil
            }
        }
        let applied = try await lab.apply()
        #expect(applied.outcomes.isEmpty)
        #expect(applied.planned.plan.blocked.map(\.reason.code) == ["home-unknown"])
        #expect(lab.commands.isEmpty)
        #expect(!lab.log.contains(.remember("gamma")))
        // Each look would wait for it again.
        #expect(!lab.log.contains(.scan("gamma")))
    }

    @Test func oneHostUnderTwoNamesIsNeither() async throws {
        let lab = Self.lab()
        lab.with { state in
            state.hook = { moment, state in
                // What answers as beta is alpha, which this run has locked.
                let holder = state.world.hosts["alpha"]?.lockHolder
                if moment == .lock("beta") { state.world.hosts["beta"]?.lockHolder = holder }
                return nil
            }
        }
        let applied = try await lab.apply()
        #expect(applied.planned.plan.blocked.map(\.reason.code) == ["home-unknown"])
        for name in ["alpha", "beta"] as [NodeName] {
            guard case .silent(let silence) = applied.planned.observed.nodes[name] else {
                Issue.record("\(name) counts as heard")
                continue
            }
            #expect(silence.cause == .wrongHost && silence.detail.contains("as alpha and as beta"))
        }
        #expect(lab.commands.isEmpty && lab.world.hosts["alpha"]?.lockHolder == nil)
        #expect(!lab.log.contains(.remember("alpha")))
    }

    @Test func whenAllNamesAreOneHostNothingIsDone() async throws {
        let lab = Self.lab()
        lab.with { state in
            state.hook = { moment, state in
                guard case .lock(let name) = moment, name != "alpha" else { return nil }
                let holder = state.world.hosts["alpha"]?.lockHolder
                state.world.hosts[name]?.lockHolder = holder
                return nil
            }
        }
        let error = await #expect(throws: RoundError.self) { try await lab.apply() }
        #expect(error?.description.contains("beta: another host answers: ") == true)
        #expect(lab.world.hosts["alpha"]?.lockHolder == nil)
    }

    @Test func aLockThatIsLostWhileItsNodeIsAskedCountsAsSilent() async throws {
        let lab = Self.lab()
        lab.with { state in
            state.hook = { moment, state in
                if moment == .scan("beta") { state.world.hosts["beta"]?.lockHolder = Self.other }
                return nil
            }
        }
        let applied = try await lab.apply()
        #expect(applied.planned.plan.blocked.map(\.reason.code) == ["home-unknown"])
        #expect(lab.commands.isEmpty)
    }

    /// A node tells of an applied commit that was not known: only nodes that it names besides are worth another look.
    @Test(arguments: [false, true]) func anotherCommitIsLookedForOnlyOnOtherNodes(_ namesAnother: Bool) async throws {
        let lab = Self.lab { $0.hosts["alpha"]?.memo.applied = AppliedCommit(commit: "beef", at: World.begin) }
        let nodes = (Rack.names + (namesAnother ? ["delta"] : [])).map { Make.node($0) }
        lab.with { state in
            state.history.insert("beef")
            state.loadedAfterMemo = Make.desired(nodes, [Self.web, Make.domain(2, "new")])
        }
        let planned = try await lab.round().plan()
        #expect(planned.loaded.previous?.domains.count == 2)
        #expect(lab.log.count { $0 == .scan("alpha") } == (namesAnother ? 2 : 1))
        #expect(lab.log.contains(.scan("delta")) == namesAnother)
    }

    @Test func aNodeThatRemembersANewerCommitStopsTheRound() async throws {
        let lab = Self.lab {
            $0.hosts["beta"]?.memo.applied = AppliedCommit(commit: "dead", at: "2026-11-23T18:00:00Z")
        }
        let error = await #expect(throws: RoundError.self) { try await lab.apply() }
        #expect(error?.description.contains("dead000000") == true)
        #expect(lab.commands.isEmpty)
        await #expect(throws: RoundError.self) { try await lab.round().plan() }
    }

    @Test func aRefusedPlanIsNotCarriedOut() async throws {
        let domains = (1...3).map { number in
            Make.domain(number, DomainName(stringLiteral: "vm\(number)")) { $0.run = .stopped }
        }
        var world = World(Rack.names)
        for domain in domains { world.put(domain, on: "alpha") }
        let lab = FakeCluster(world, Rack.desired(domains))
        let applied = try await lab.apply()
        #expect(applied.planned.plan.refusal != nil)
        #expect(!applied.isComplete)
        #expect(lab.commands.isEmpty)
        var raised = PlanOptions()
        raised.stopsMax = 3
        #expect(try await lab.apply("run2", options: raised).isComplete)
        #expect(lab.commands.count == 3)
        lab.expectSafe()
    }

    @Test func uncommittedFilesAreNeverApplied() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([Self.web]), commit: nil)
        await #expect(throws: RoundError.self) { try await lab.apply() }
        #expect(lab.commands.isEmpty)
        #expect(!lab.log.contains { if case .remember = $0 { true } else { false } })
    }

    @Test func aJournalThatCannotBeginStopsTheRound() async throws {
        let lab = Self.lab()
        lab.with { $0.hook = { moment, _ in if case .journal(.round, _) = moment { .full } else { nil } } }
        await #expect(throws: RoundError.self) { try await lab.apply() }
        #expect(lab.commands.isEmpty)
        #expect(!lab.log.contains { if case .remember = $0 { true } else { false } })
        for name in Rack.names { #expect(lab.world.hosts[name]?.lockHolder == nil) }
    }

    /// Two runs that meet: one gets all, the other nothing, and nothing runs twice.
    @Test(arguments: 0..<5) func twoRunsAtOnceMakeOneHome(_ round: Int) async throws {
        let lab = Self.lab()
        await withTaskGroup(of: Void.self) { group in
            for run in ["run1", "run2", "run3"] as [RunID] {
                group.addTask { _ = try? await lab.apply(run) }
            }
        }
        lab.expectSafe()
        #expect(lab.world.homes(1).count <= 1)
        let applied = try await lab.apply("run4")
        #expect(applied.isComplete)
        #expect(lab.world.homes(1).count == 1)
    }
}
