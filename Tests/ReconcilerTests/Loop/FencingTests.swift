import StateSpec
import Testing

@testable import Reconciler

/// An operator's word on a boot is void, for every havirt, as soon as the node shows any sign of life.
@Suite struct FencingTests {
    private static let web = Make.domain(1, "web")

    /// gamma is fenced `later` than the cluster's begin, and was seen before that by everybody.
    private func lab(later: Int64 = 5, retired: Bool = false) async throws -> FakeCluster {
        let fencing = Fencing(bootID: .numbered(8_002), since: World.begin + Seconds(later), reason: "power cut")
        let lab = FakeCluster(World(Rack.names), Make.desired(Rack.names.map { Make.node($0) }, [Self.web]))
        _ = try await lab.apply()
        lab.with { state in
            state.world.hosts["gamma"]?.silence = Silence(.unreachable, "off")
            for name in Rack.names { state.world.hosts[name]?.guests = [:] }
            let nodes = Rack.names.map { name in
                Make.node(name) { node in
                    node.fenced = name == "gamma" ? fencing : nil
                    node.retired = name == "gamma" && retired
                }
            }
            state.loaded = LoadedCommit(desired: Make.desired(nodes, [Self.web]), commit: "c0ffee")
            state.advance(to: 10_000)
        }
        return lab
    }

    /// Another havirt, with no records of its own, while gamma is out of reach.
    private func applyElsewhere(_ lab: FakeCluster) async throws -> Plan {
        lab.with { state in
            state.world.hosts["gamma"]?.silence = Silence(.unreachable, "off")
            state.recalled = Recollection()
        }
        return try await lab.apply("elsewhere").planned.plan
    }

    @Test func aDeadNodesDomainIsStartedElsewhere() async throws {
        let plan = try await lab().apply("run2").planned.plan
        #expect(plan.steps.count == 1, "\(PlanText.render(plan))")
    }

    @Test(arguments: [
        Silence.Cause.hostKey, .gate, .deadline, .flood, .unreadable, .notRoot, .hypervisor,
    ])
    func anAnswerThatIsNoneVoidsItForAll(cause: Silence.Cause) async throws {
        let lab = try await lab()
        lab.with { $0.world.hosts["gamma"]?.silence = Silence(cause, "") }
        let seen = try await lab.apply("run2").planned.plan
        #expect(seen.steps.isEmpty && seen.alerts.contains { $0.code == "fencing-void" })
        let later = try await applyElsewhere(lab)
        #expect(later.steps.isEmpty && later.alerts.contains { $0.code == "fencing-void" })
    }

    /// The clock of whoever hears the node is behind that of whoever gave the word.
    @Test(arguments: [nil, Silence(.hypervisor, "")])
    func itIsVoidWhateverTheClocksSay(silence: Silence?) async throws {
        let lab = try await lab(later: 3_600)
        lab.with { $0.world.hosts["gamma"]?.silence = silence }
        _ = try await lab.apply("run2")
        lab.with { state in
            for name in Rack.names { state.world.hosts[name]?.guests = [:] }
        }
        let later = try await applyElsewhere(lab)
        #expect(later.steps.isEmpty && later.alerts.contains { $0.code == "fencing-void" })
    }

    @Test func aNodeThatGaveItsLockIsNotDead() async throws {
        let lab = try await lab()
        lab.with { state in
            state.world.hosts["gamma"]?.silence = nil
            state.hook = { moment, state in
                if moment == .claim("gamma") { state.world.hosts["gamma"]?.silence = Silence(.unreachable, "gone") }
                return nil
            }
        }
        let plan = try await lab.apply("run2").planned.plan
        #expect(plan.steps.isEmpty && plan.alerts.contains { $0.code == "fencing-void" })
        lab.with { $0.hook = { _, _ in nil } }
        #expect(try await applyElsewhere(lab).steps.isEmpty)
    }

    @Test func aNodeThatDoesNotAcceptTheEpochIsNotDead() async throws {
        let lab = try await lab()
        lab.with { state in
            state.world.hosts["gamma"]?.silence = nil
            state.hook = { moment, state in
                guard moment == .claim("gamma") else { return nil }
                state.world.hosts["gamma"]?.silence = Silence(.unreachable, "gone")
                return .full
            }
        }
        let plan = try await lab.apply("run2").planned.plan
        #expect(plan.steps.isEmpty && plan.alerts.contains { $0.code == "fencing-void" })
    }

    /// It boots, or gets its network back, after the locks were taken.
    @Test(arguments: [nil, Silence(.hostKey, "")])
    func whatComesBackInTheMiddleIsMet(silence: Silence?) async throws {
        let lab = try await lab()
        let applied = try await lab.apply("run2") { state in
            state.world.hosts["gamma"]?.silence = silence
            state.world.put(Self.web, on: "gamma")
        }
        #expect(applied.outcomes.count == 1 && !applied.outcomes.contains { $0.isDone })
        #expect(lab.world.homes(Self.web.uuid) == ["gamma"])
        lab.with { $0.hook = { _, _ in nil } }
        #expect(try await applyElsewhere(lab).steps.isEmpty)
    }

    /// It is heard once, and silent again before the next step.
    @Test func whatWasAliveOnceIsNotDeadForTheRestOfTheRun() async throws {
        let lab = try await lab()
        lab.with { state in
            state.log = []
            state.hook = { moment, state in
                if case .scan("gamma") = moment {
                    let looks = state.log.filter { $0 == moment }.count
                    // Heard by the executor's look before the step alone.
                    state.world.hosts["gamma"]?.silence = Silence(looks == 2 ? .hostKey : .unreachable, "")
                }
                return nil
            }
        }
        let applied = try await lab.apply("run2")
        #expect(!applied.outcomes.contains { $0.isDone }, "\(lab.log)")
        #expect(applied.remaining?.plan.alerts.contains { $0.code == "fencing-void" } == true)
        lab.with { $0.hook = { _, _ in nil } }
        #expect(try await applyElsewhere(lab).steps.isEmpty)
    }

    /// A node that has left is back in the middle, with a domain.
    @Test func aRetiredNodeThatComesBackIsMet() async throws {
        let nodes = Rack.names.map { name in Make.node(name) { $0.retired = name == "gamma" } }
        let lab = FakeCluster(World(Rack.names), Make.desired(nodes, []))
        _ = try await lab.apply()
        lab.with { state in
            state.world.hosts["gamma"]?.silence = Silence(.unreachable, "off")
            state.loaded.desired = Make.desired(state.loaded.desired.nodes, [Self.web])
            state.advance(to: 10_000)
        }
        let applied = try await lab.apply("run2") { state in
            state.world.hosts["gamma"]?.silence = nil
            state.world.put(Self.web, on: "gamma")
        }
        #expect(applied.outcomes.count == 1 && !applied.outcomes.contains { $0.isDone })
        #expect(lab.world.homes(Self.web.uuid) == ["gamma"])
    }

    /// A plan beyond its budget starts nothing, and what was heard while it was made is not forgotten with it.
    @Test func aRefusedPlanRemembersWhoWasHeard() async throws {
        let lab = try await lab()
        let stopped = (3...5).map { number in
            Make.domain(number, DomainName(stringLiteral: "vm\(number)")) { $0.run = .stopped }
        }
        lab.with { state in
            for domain in stopped { state.world.put(domain, on: "alpha") }
            state.loaded = LoadedCommit(
                desired: Make.desired(state.loaded.desired.nodes, [Self.web] + stopped), commit: "beef")
            state.history = ["c0ffee", "beef"]
            state.world.hosts["gamma"]?.silence = Silence(.hypervisor, "")
        }
        #expect(try await lab.apply("run2").planned.plan.refusal != nil)
        #expect(lab.world.hosts["alpha"]?.memo.applied?.commit == "c0ffee")
        #expect(lab.with { $0.recalled.applied?.commit } == "c0ffee")
        lab.with { $0.world.hosts["alpha"]?.guests = [:] }
        let later = try await applyElsewhere(lab)
        #expect(later.steps.isEmpty && later.alerts.contains { $0.code == "fencing-void" })
    }

    /// Then its file may be removed, and nobody waits for it any more.
    @Test func aRetiredNodeThatIsFencedHasLeft() async throws {
        let lab = try await lab(retired: true)
        _ = try await lab.apply("run2")
        lab.with { state in
            let desired = Make.desired(["alpha", "beta"].map { Make.node($0) }, [Self.web, Make.domain(2, "db")])
            state.loaded = LoadedCommit(desired: desired, commit: "c0ffee")
            state.recalled = Recollection()
        }
        let plan = try await lab.apply("run3").planned.plan
        #expect(plan.blocked.isEmpty && plan.steps.count == 1, "\(PlanText.render(plan))")
    }
}
