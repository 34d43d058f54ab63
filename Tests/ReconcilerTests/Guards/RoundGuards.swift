import StateSpec

@testable import Reconciler

/// Guards that are switched off together, and a story of rounds in which that does harm.
struct RoundGuards: Sendable {
    /// One guard; or two, where one covers for the other.
    let off: [Guard]
    let name: String
    /// Plays the story; gives back what harm was done.
    let harm: @Sendable () async throws -> [String]

    init(off: [Guard], _ name: String, _ harm: @escaping @Sendable () async throws -> [String]) {
        self.off = off
        self.name = name
        self.harm = harm
    }

    static let all = [
        Self(off: [.recheckBeforeActing], "a person starts it between plan and step", startedMeanwhile),
        Self(off: [.stepsAreBoundToSights], "what is to move becomes persistent first", changedMeanwhile),
        Self(off: [.destroyIsRechecked], "a second copy shows up while its shutdown is ignored", copiedMeanwhile),
        Self(off: [.effectIsSeen, .recheckBeforeActing], "a guest takes long to shut down", slowShutdown),
        Self(
            off: [.unfinishedIsUnknown, .startsInFlightTakeRoom], "a start that may still come has taken its room",
            lostStart),
        Self(off: [.sightIsFresh], "havirt was asleep between look and step", asleep),
        Self(off: [.journalComesFirst], "the disk of the journal is full", fullJournal),
        Self(off: [.oneActionPerDomain], "a plan has two starts for one domain", twoSteps),
        Self(off: [.unlockedCountsAsSilent], "another run holds a node and starts it there", otherHolder),
        Self(off: [.inFlightIsWaitedFor], "a start of the run before lands late", lateStart),
        Self(off: [.signOfLifeIsRemembered], "another havirt did not hear the node that is said to be dead", fenced),
        Self(off: [.commonKnowledgeComesFirst], "another havirt has no records, git no file of the node", forgotten),
        Self(off: [.ownActsVoidSightings], "the node that took a domain falls silent at once", movedAndSilent),
        Self(off: [.rewindIsRefused], "the branch is rewound to before it was stopped", rewound),
        Self(off: [.onlySignedCommitsAreRead], "who may push, and not sign, has it stopped", unsigned),
    ]

    private static let web = Make.domain(1, "web")

    private static func startedMeanwhile() async throws -> [String] {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        _ = try await lab.apply { $0.world.put(web, on: "gamma") }
        return lab.violations
    }

    private static func changedMeanwhile() async throws -> [String] {
        var world = World(Rack.names)
        world.put(web, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([web], drain: "alpha"))
        _ = try await lab.apply { $0.world.hosts["alpha"]?.guests[1]?.isPersistent = true }
        return lab.words
    }

    private static func copiedMeanwhile() async throws -> [String] {
        let stubborn = Make.domain(1, "web") {
            $0.run = .stopped
            $0.shutdown.timeout = Seconds(20)
            $0.shutdown.then = .destroy
        }
        var world = World(Rack.names)
        world.put(stubborn, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([stubborn]))
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(.shutdown, _) = moment else { return nil }
                state.later(5_000) { late in
                    let copy = late.world.hosts["alpha"]?.guests[1]
                    late.world.hosts["beta"]?.guests[1] = copy
                }
                return .ignored
            }
        }
        _ = try await lab.apply()
        return lab.words.filter { $0.hasPrefix("destroy") }
    }

    private static func slowShutdown() async throws -> [String] {
        let slow = Make.domain(1, "web") { $0.migrate = .offline }
        var world = World(Rack.names)
        world.put(slow, on: "alpha")
        let lab = FakeCluster(world, Rack.desired([slow], drain: "alpha"))
        lab.with { $0.shutdownMilliseconds = 40_000 }
        _ = try await lab.apply()
        return lab.violations
    }

    /// While the first start is on its way, somebody else fills what is left of alpha but for a little.
    private static func lostStart() async throws -> [String] {
        let first = Make.domain(1, "one", memory: 10) { $0.nodes = ["alpha"] }
        let second = Make.domain(2, "two", memory: 4) {
            $0.nodes = ["alpha"]
            $0.after = ["three"]
        }
        let third = Make.domain(3, "three") { $0.nodes = ["beta"] }
        let lab = FakeCluster(
            World(Rack.names), Rack.desired([first, second, third]) { $0.concurrency.startsPerNode = 1 })
        lab.with { state in
            state.hook = { moment, state in
                guard case .command(.create(1, _), _) = moment else { return nil }
                state.world.put(Make.domain(9, "lab", memory: 4), on: "alpha")
                return .queuedThenDone(afterMilliseconds: 5_000)
            }
        }
        _ = try await lab.apply()
        lab.with { $0.advance(to: $0.world.milliseconds + 60_000) }
        return lab.violations
    }

    private static func asleep() async throws -> [String] {
        let lab = held(FakeCluster(World(Rack.names), Rack.desired([web])))
        let executor = executor(lab)
        let look = await executor.look()
        lab.with { state in
            state.world.put(web, on: "gamma")
            state.advance(to: executor.settings.freshMillisecondsMax + 1)
        }
        let step = start(on: "alpha", 1)
        _ = await StepExecution(executor: executor, step: step, spec: web, look: look).run()
        return lab.violations
    }

    private static func fullJournal() async throws -> [String] {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        lab.with { $0.hook = { moment, _ in if case .journal(.intent, _) = moment { .full } else { nil } } }
        _ = try await lab.apply()
        return lab.words
    }

    private static func twoSteps() async throws -> [String] {
        let lab = held(FakeCluster(World(Rack.names), Rack.desired([web])))
        let plan = Plan(
            commit: "c0ffee", now: lab.now(), steps: [start(on: "alpha", 1), start(on: "beta", 2)], decisions: [],
            alerts: [], refusal: nil)
        _ = await executor(lab).carryOut(plan)
        return lab.violations
    }

    /// The other one has looked where we had the lock, and starts where it has.
    private static func otherHolder() async throws -> [String] {
        let lab = FakeCluster(World(Rack.names), Rack.desired([web]))
        _ = try await lab.apply { state in
            state.world.hosts["gamma"]?.lockHolder = LockHolder(
                cluster: "rack1", run: "run9", from: "bob@desk", since: World.begin, activity: "apply")
            state.later(1) { $0.world.put(web, on: "gamma") }
        }
        lab.with { $0.advance(to: $0.world.milliseconds + 60_000) }
        return lab.violations
    }

    private static func lateStart() async throws -> [String] {
        var world = World(Rack.names)
        world.hosts["gamma"]?.inFlight = [
            InFlight(uuid: 1, run: "run0", verb: .create, since: Seconds(86_390), isAlive: false)
        ]
        let lab = FakeCluster(world, Rack.desired([web]))
        lab.with { state in state.later(40_000) { $0.world.put(web, on: "gamma") } }
        _ = try await lab.apply()
        lab.with { $0.advance(to: $0.world.milliseconds + 60_000) }
        return lab.violations
    }

    /// libvirt is dead on gamma, and web runs on.
    private static func fenced() async throws -> [String] {
        var world = World(Rack.names)
        world.put(web, on: "gamma")
        let lab = FakeCluster(world, Make.desired(Rack.names.map { Make.node($0) }, [web]))
        _ = try await lab.apply()
        let fencing = Fencing(bootID: .numbered(8_002), since: World.begin + Seconds(5), reason: "power cut")
        lab.with { state in
            state.world.hosts["gamma"]?.silence = Silence(.hypervisor, "")
            let nodes = Rack.names.map { name in Make.node(name) { $0.fenced = name == "gamma" ? fencing : nil } }
            state.loaded = LoadedCommit(desired: Make.desired(nodes, [web]), commit: "c0ffee")
            state.advance(to: 10_000)
        }
        _ = try await lab.apply("run2")
        lab.with { state in
            state.world.hosts["gamma"]?.silence = Silence(.unreachable, "")
            state.recalled = Recollection()
        }
        _ = try await lab.apply("run3")
        return lab.violations
    }

    private static func forgotten() async throws -> [String] {
        var world = World(Rack.names)
        world.put(web, on: "gamma")
        let lab = FakeCluster(world, Make.desired(Rack.names.map { Make.node($0) }, [web]))
        _ = try await lab.apply()
        lab.with { state in
            state.world.hosts["gamma"]?.silence = Silence(.unreachable, "")
            state.recalled = Recollection()
            let desired = Make.desired(["alpha", "beta"].map { Make.node($0) }, [web])
            state.loaded = LoadedCommit(desired: desired, commit: "c0ffee")
        }
        _ = try await lab.apply("run2")
        return lab.violations
    }

    /// One node after the other answers: web is sighted on gamma after the last answer of alpha that was recorded, and
    /// moved to alpha then.
    private static func movedAndSilent() async throws -> [String] {
        let web = Make.domain(1, "web") { $0.prefer = "alpha" }
        var world = World(Rack.names)
        world.put(web, on: "gamma")
        let desired = Rack.desired([web], drain: "gamma") {
            $0.unreachable = .lastKnown
            $0.concurrency.nodes = 1
        }
        let lab = FakeCluster(world, desired)
        lab.with { state in
            state.hook = { moment, state in
                if moment == .scan("beta") { state.advance(to: state.world.milliseconds + 2_000) }
                if case .journal(.outcome, _) = moment {
                    state.world.hosts["alpha"]?.silence = Silence(.unreachable, "cut")
                }
                return nil
            }
        }
        _ = try await lab.apply()
        _ = try await lab.apply("run2")
        return lab.violations
    }

    private static func rewound() async throws -> [String] {
        let run = SequenceRun()
        for line in [
            "nodes node1 node2", "git domains/vm1.yaml: run: keepalive", "apply", "git domains/vm1.yaml: run: stopped",
            "apply", "rewind", "apply",
        ] { try await run.play(line, try SequenceEvent(line)) }
        return Array(run.cluster.words.dropFirst(2))
    }

    private static func unsigned() async throws -> [String] {
        let run = SequenceRun()
        let lines = ["nodes node1 node2", "git domains/vm1.yaml: run: keepalive"]
        for line in lines { try await run.play(line, try SequenceEvent(line)) }
        run.branch.signedBy = [try run.branch.tip(): "ann"]
        for line in ["apply", "git domains/vm1.yaml: run: stopped", "apply"] {
            try await run.play(line, try SequenceEvent(line))
        }
        return Array(run.cluster.words.dropFirst())
    }

    // MARK: - Without a round

    /// All nodes as a round leaves them that has claimed an epoch.
    private static func held(_ lab: FakeCluster) -> FakeCluster {
        lab.with { state in
            for name in Rack.names {
                state.world.hosts[name]?.lockHolder = LockHolder(
                    cluster: "rack1", run: "run1", from: "ann@desk", since: World.begin, activity: "apply")
                state.world.hosts[name]?.epochRun = "run1"
            }
        }
        return lab
    }

    private static func executor(_ lab: FakeCluster) -> Executor {
        let observed = lab.world.observed()
        return Executor(
            hypervisor: lab, clock: lab, journal: lab,
            settings: ExecutorSettings(run: "run1", epoch: .none, commit: "c0ffee"),
            request: PlanRequest(
                desired: Rack.desired([web]), commit: "c0ffee", observed: observed, now: observed.takenAt),
            observe: { lab.world.observed() }, report: { _ in })
    }

    private static func start(on node: NodeName, _ id: Int) -> Step {
        Step(
            id: id, domain: DomainRef(name: "web", uuid: 1), action: .start(on: node), reason: .keepalive(), after: [],
            precondition: Precondition(sights: [], silent: []))
    }
}
