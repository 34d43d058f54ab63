import StateSpec
import Testing

@testable import Reconciler

/// Sessions come before the domains that need them, end after them, and are judged by what is seen.
@Suite struct SessionTests {
    private static let target: ISCSITargetName = "iqn.2026-01.lan:web"
    private static let first: ISCSIPortal = "10.0.0.1:3260"
    private static let second: ISCSIPortal = "10.0.0.2:3260"
    private static let wwid = "naa.60014050000000000000000000000001"

    private static func san(_ change: (inout ISCSISpec) -> Void = { _ in }) -> ISCSISpec {
        var san = ISCSISpec(name: "san", portals: [first], targets: [ISCSITarget(target)])
        san.presentation = .placed
        change(&san)
        return san
    }

    private static func web(_ number: Int = 1, _ change: (inout DomainWish) -> Void = { _ in }) -> DomainSpec {
        let plain = Make.domain(number, "web", change)
        let disk = FakeCluster.path(target, 1, first)
        return DomainSpec(
            name: plain.name, uuid: plain.uuid, definition: Make.definition(disk: disk), xml: plain.xml,
            xmlBlob: plain.xmlBlob, wish: plain.wish)
    }

    private static func desired(
        _ domains: [DomainSpec], _ iscsi: [ISCSISpec] = [san()], drain: NodeName? = nil
    ) -> DesiredState {
        let plain = Rack.desired(domains, drain: drain)
        return DesiredState(cluster: plain.cluster, nodes: plain.nodes, domains: domains, iscsi: iscsi)
    }

    private static func world() -> World {
        var world = World(Rack.names)
        for name in Rack.names { world.hosts[name]?.initiator = Initiator() }
        world.store.targets[target] = [1: FakeStore.LUN(wwid: wwid)]
        return world
    }

    private static func logIn(_ world: inout World, _ node: NodeName, _ portals: [ISCSIPortal] = [first]) {
        for portal in portals {
            let record = ISCSINodeRecord(target: target, portal: portal, startup: "manual")
            world.hosts[node]?.initiator?.records.append(record)
            let session = Initiator.Session(
                target: target, portal: portal, disks: world.store.targets[target] ?? [:])
            world.hosts[node]?.initiator?.sessions.append(session)
        }
    }

    private static func sessions(_ lab: FakeCluster, _ node: NodeName) -> Int {
        lab.world.hosts[node]?.initiator?.sessions.count ?? -1
    }

    @Test func aDomainStartsBehindItsLogin() async throws {
        let lab = FakeCluster(Self.world(), Self.desired([Self.web()]))
        let applied = try await lab.apply()
        #expect(applied.words == ["iqn.2026-01.lan:web: done", "web: done"])
        #expect(applied.isComplete)
        #expect(lab.world.homes(1) == ["alpha"])
        #expect(Rack.names.map { Self.sessions(lab, $0) } == [1, 0, 0])
        #expect(lab.world.hosts["alpha"]?.initiator?.records.map(\.startup) == ["manual"])
        // It is known on every node before anything is logged in to.
        for name in Rack.names { #expect(lab.world.hosts[name]?.memo.targets == [Self.target]) }
        let log = lab.log
        let told = log.firstIndex(of: .remember("gamma"))
        let begun = log.firstIndex { if case .command = $0 { true } else { false } }
        #expect(try #require(told) < #require(begun))
        lab.expectSafe()
    }

    @Test func aDomainMovesWithItsSession() async throws {
        var world = Self.world()
        Self.logIn(&world, "alpha")
        world.put(Self.web(), on: "alpha")
        let lab = FakeCluster(world, Self.desired([Self.web()], drain: "alpha"))
        let applied = try await lab.apply()
        #expect(applied.isComplete, "\(applied.words)")
        #expect(lab.world.homes(1) == ["beta"])
        #expect(Rack.names.map { Self.sessions(lab, $0) } == [0, 1, 0])
        lab.expectSafe()
    }

    /// Git forgets domain and target: the session lasts as long as the guest does, and no longer.
    @Test func aSessionOutlivesItsTargetInGitAsLongAsItIsUsed() async throws {
        var world = Self.world()
        Self.logIn(&world, "alpha")
        world.put(Self.web(), on: "alpha")
        for name in Rack.names { world.hosts[name]?.memo = NodeMemo(targets: [Self.target]) }
        let lab = FakeCluster(world, Self.desired([Make.domain(2, "db")], []))
        #expect(try await lab.apply().words == ["db: done"])
        #expect(Self.sessions(lab, "alpha") == 1)
        lab.with { $0.world.hosts["alpha"]?.guests[1] = nil }
        let applied = try await lab.apply("run2")
        #expect(applied.isComplete, "\(applied.words)")
        #expect(lab.world.hosts["alpha"]?.initiator == Initiator())
    }

    @Test func oneDeadPortalOfTwoKeepsNobodyWaiting() async throws {
        var world = Self.world()
        world.store.dead = [Self.second]
        let lab = FakeCluster(world, Self.desired([Self.web()], [Self.san { $0.portals.append(Self.second) }]))
        let applied = try await lab.apply()
        let words = applied.words
        #expect(words.count == 2 && words[1] == "web: done", "\(words)")
        #expect(words[0].contains("done, but through 10.0.0.2:3260: the portal did not answer in time"), "\(words)")
        #expect(!applied.isComplete)
        #expect(lab.world.homes(1) == ["alpha"])
    }

    /// Neither that node nor the others are held up: the domain tries elsewhere in the next round.
    @Test func aTargetThatRefusesANodeIsAFailedStartThere() async throws {
        var world = Self.world()
        world.store.refusing[Self.target] = 24
        let lab = FakeCluster(world, Self.desired([Self.web(), Make.domain(2, "db")]))
        let applied = try await lab.apply()
        let words = applied.words
        #expect(
            words.contains { $0.contains("failed: through 10.0.0.1:3260: the target refused the login") }, "\(words)")
        #expect(words.contains("db: done") && words.contains("web: skipped, because step 1 did not succeed"))
        #expect(lab.with { $0.recalled.failures.map(\.node) } == ["beta"])
        lab.with { $0.world.store.refusing = [:] }
        #expect(try await lab.apply("run2").isComplete)
        #expect(lab.world.homes(1) == ["gamma"])
    }

    @Test func aSessionThatIsThereAlreadyIsNoFailure() async throws {
        let lab = FakeCluster(Self.world(), Self.desired([Self.web()]))
        lab.with {
            $0.hook = { moment, state in
                if case .command(.iscsi(.login), let node) = moment, Self.isOut(state, node) {
                    Self.logIn(&state.world, node)
                }
                return nil
            }
        }
        let applied = try await lab.apply()
        #expect(applied.isComplete, "\(applied.words)")
    }

    private static func isOut(_ state: FakeCluster.State, _ node: NodeName) -> Bool {
        state.world.hosts[node]?.initiator?.sessions.isEmpty == true
    }

    /// The kernel shows the old identity until it is asked to look.
    @Test func otherDataBehindThePathIsSeenBeforeTheStart() async throws {
        var world = Self.world()
        for name in Rack.names { Self.logIn(&world, name) }
        world.store.targets[Self.target] = [1: FakeStore.LUN(wwid: "naa.60014050000000000000000000000666")]
        let pinned = Self.san {
            $0.targets = [ISCSITarget(Self.target, luns: [ISCSILUN(lun: 1, wwid: Self.wwid)])]
            $0.presentation = .everywhere
        }
        let lab = FakeCluster(world, Self.desired([Self.web()], [pinned]))
        let applied = try await lab.apply()
        let refused = try #require(applied.outcomes.first { $0.step.domain != nil })
        #expect(refused.text.contains("with another disk behind"), "\(applied.words)")
        #expect(refused.text.contains("naa.60014050000000000000000000000666, and should be \(Self.wwid)"))
        #expect(lab.world.homes(1).isEmpty)
    }

    @Test(arguments: [DeviceUser(.mount, "/srv"), DeviceUser(.process, "dd", pid: 7)])
    func whatIsTakenIntoUseMeanwhileStays(_ user: DeviceUser) async throws {
        var world = Self.world()
        Self.logIn(&world, "alpha")
        for name in Rack.names { world.hosts[name]?.memo = NodeMemo(targets: [Self.target]) }
        let lab = FakeCluster(world, Self.desired([Make.domain(2, "db")], []))
        let applied = try await lab.apply { $0.world.hosts["alpha"]?.initiator?.users = [1: [user]] }
        #expect(applied.words.contains { $0.hasSuffix("refused: it is in use by \(user)") }, "\(applied.words)")
        #expect(Self.sessions(lab, "alpha") == 1)
    }

    @Test func aPasswordIsSetBeforeTheLogin() async throws {
        let chap = CHAP(user: "web", secret: .file("/root/web.chap"))
        let lab = FakeCluster(Self.world(), Self.desired([Self.web()], [Self.san { $0.chap = chap }]))
        #expect(try await lab.apply().isComplete)
        #expect(lab.world.hosts["alpha"]?.initiator?.passwords == [Self.target])
        let commands = lab.commands.compactMap { command, _ -> ISCSICommand? in
            if case .iscsi(let iscsi) = command { iscsi } else { nil }
        }
        #expect(
            commands == [
                .addRecord(Self.target, Self.first),
                .update(
                    Self.target, Self.first,
                    [
                        .init("node.startup", "manual"), .init("node.session.initial_login_retry_max", "1"),
                        .init("node.session.auth.authmethod", "CHAP"), .init("node.session.auth.username", "web"),
                    ]), .setPassword(Self.target, Self.first, chap.secret), .login(Self.target, Self.first),
            ])
    }

    /// A run for one domain sees to what that one needs, and to nothing else.
    @Test func aRunForOneDomainLeavesOtherSessionsAlone() async throws {
        var world = Self.world()
        Self.logIn(&world, "gamma")
        let lab = FakeCluster(world, Self.desired([Self.web(), Make.domain(2, "db")]))
        var options = PlanOptions()
        options.only = ["db"]
        #expect(try await lab.apply(options: options).words == ["db: done"])
        options.only = ["web"]
        let applied = try await lab.apply("run2", options: options)
        #expect(applied.outcomes.allSatisfy(\.isDone) && lab.world.homes(1).count == 1)
        #expect(Self.sessions(lab, "gamma") == 1)
    }

    @Test func aRescanThatIsAskedForDoesNothingElse() async throws {
        var world = Self.world()
        Self.logIn(&world, "alpha")
        Self.logIn(&world, "beta")
        world.store.targets[Self.target]?[2] = FakeStore.LUN(wwid: "naa.60014050000000000000000000000002")
        let everywhere = Self.san { $0.presentation = .everywhere }
        let lab = FakeCluster(world, Self.desired([Self.web(), Make.domain(2, "db")], [everywhere]))
        var options = PlanOptions()
        options.rescan = ["alpha", "gamma"]
        let applied = try await lab.apply(options: options)
        #expect(
            applied.outcomes.map { "\($0.step.action): \($0.text)" } == [
                "rescan on alpha: done", "log in on gamma: done",
            ])
        #expect(lab.world.hosts["alpha"]?.initiator?.sessions.first?.disks.count == 2)
        #expect(lab.world.hosts["beta"]?.initiator?.sessions.first?.disks.count == 1)
        #expect(lab.world.homes(1).isEmpty)
    }
}
