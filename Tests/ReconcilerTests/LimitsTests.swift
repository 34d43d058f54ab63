import StateSpec
import Testing

@testable import Reconciler

/// What `limits:` of `havirt.conf` keeps a commit from where its wishes meet what runs.
@Suite struct LimitsTests {
    // MARK: - Shared folders

    /// What a lock of a file disk lacks where git calls `/srv` and `/var/lib/libvirt` shared.
    private func cause(
        _ path: String, limit: [String]?, lease: String? = nil, _ change: (inout LockdSettings) -> Void = { _ in }
    ) -> LockAudit.Gap.Cause? {
        var settings = LockdSettings()
        change(&settings)
        var definition = Self.definition(path)
        definition.leases = lease.map { [DomainLease(path: $0, key: "web")] } ?? []
        let spec = DomainSpec(name: "web", uuid: 1, definition: definition, xml: [], xmlBlob: nil)
        let node = ObservedNode(
            hostUUID: .numbered(101), bootID: .numbered(201), hostName: "n", uptime: Seconds(9), clock: World.begin,
            versions: HypervisorVersions(libvirt: "9.0.0", hypervisor: "QEMU 7.2.22"), memory: .gibibytes(8), cpus: 4,
            storageLock: ObservedStorageLock(.lockd(settings), isAlive: true))
        let desired = Make.desired([Make.node("alpha")], [spec], cluster: Self.cluster(limit: limit))
        let observed = ObservedCluster(takenAt: World.begin, nodes: ["alpha": .answered(node, at: World.begin)])
        let context = PlanContext(PlanRequest(desired: desired, observed: observed, now: World.begin))
        return context.lock.gap(of: spec, definition)?.cause
    }

    private static func definition(_ path: String) -> DomainDefinition {
        DomainDefinition(
            type: "kvm", memory: .gibibytes(1), vcpus: 1, disks: [DomainDisk(target: "vda", source: .file(path: path))])
    }

    private static func cluster(limit: [String]?) -> ClusterSpec {
        var limits = PolicyLimits()
        limits.requireStorageLock = true
        limits.sharedPaths = limit
        return limits.cluster(Make.cluster { $0.sharedPaths = ["/srv", "/var/lib/libvirt"] })
    }

    /// A commit that lists the nodes' own folders must not make their local locks count.
    @Test func aLockInAFolderThatOnlyGitCallsSharedDoesNotCount() {
        let (image, own) = ("/srv/shared/a.img", "/var/lib/libvirt")
        let limit = ["/srv/shared", "/media"]
        #expect(cause("\(own)/images/a.img", limit: limit) == .localFile)
        #expect(cause("/srv/a.img", limit: limit) == .localFile)
        #expect(cause("/media/a.img", limit: limit) == .localFile)
        #expect(cause(image, limit: limit) { $0.fileLockspace = "\(own)/lockd" } == .localLockspace)
        #expect(cause(image, limit: limit, lease: "\(own)/leases") { $0.autoDiskLeases = false } == .localLease)
        #expect(cause(image, limit: []) == .localFile)
    }

    @Test func aLockInAFolderThatBothCallSharedCounts() {
        let (image, own) = ("/srv/shared/a.img", "/var/lib/libvirt")
        let limit = ["/srv/shared"]
        #expect(cause(image, limit: limit) == nil)
        #expect(cause("\(own)/images/a.img", limit: limit) { $0.fileLockspace = "/srv/shared" } == nil)
        #expect(cause(image, limit: limit, lease: "/srv/shared/leases") { $0.autoDiskLeases = false } == nil)
        #expect(cause("\(own)/images/a.img", limit: nil) { $0.fileLockspace = "\(own)/lockd" } == nil)
    }

    @Test func aFileInAFolderThatOnlyGitCallsSharedPins() {
        let image = Self.definition("/var/lib/libvirt/images/a.img")
        #expect(Admission.hasLocalDisk(image, Self.cluster(limit: ["/srv/shared"])))
        #expect(!Admission.hasLocalDisk(image, Self.cluster(limit: ["/srv/shared", "/var/lib/libvirt/images"])))
        #expect(!Admission.hasLocalDisk(image, Self.cluster(limit: nil)))
        #expect(!Admission.hasLocalDisk(Self.definition("/srv/shared/a.img"), Self.cluster(limit: ["/srv/shared"])))
    }

    // MARK: - Budgets

    /// Ten that run on alpha, and forty that git names and that never run; git's own budgets keep it from nothing.
    private func plan(
        _ limits: PolicyLimits, budget: Budget = Budget(floor: 100, percent: 100), balance: BalancePolicy.Mode = .off,
        _ change: (Int, inout DomainWish) -> Void = { _, _ in }
    ) -> Plan {
        var world = World(["alpha", "beta", "gamma"], memory: .gibibytes(64), cpus: 64)
        let running = (1...10).map { number in
            Make.domain(number, DomainName(stringLiteral: "d\(number)")) { change(number, &$0) }
        }
        for domain in running { world.put(domain, on: "alpha") }
        let nodes: [NodeName] = ["alpha", "beta", "gamma"]
        let cluster = Make.cluster { cluster in
            cluster.memoryReserve = .zero
            cluster.budgets.stops = budget
            cluster.budgets.moves = budget
            cluster.balance.mode = balance
        }
        let desired = Make.desired(
            nodes.map { Make.node($0) }, running + Self.stubs, cluster: limits.cluster(cluster))
        return Plan.make(PlanRequest(desired: desired, observed: world.observed(), now: world.now))
    }

    private static let stubs = (1...40).map { number in
        Make.domain(100 + number, DomainName(stringLiteral: "stub\(number)")) { $0.run = .stopped }
    }

    private static func limits(stops: Budget? = nil, moves: Budget? = nil) -> PolicyLimits {
        var limits = PolicyLimits()
        limits.stops = stops
        limits.moves = moves
        return limits
    }

    @Test func domainsThatNeverRunDoNotRaiseTheLimitOfStops() {
        let stop: (Int, inout DomainWish) -> Void = { if $0 <= 3 { $1.run = .stopped } }
        let refusal = plan(Self.limits(stops: Budget(floor: 1, percent: 10)), stop).refusal
        #expect(refusal?.contains("3 domains would be shut down, 1 may be") == true, "\(refusal ?? "none")")
        #expect(plan(Self.limits(stops: Budget(floor: 1, percent: 30)), stop).refusal == nil)
        // Git's own share is one of all that it names.
        #expect(plan(PolicyLimits(), budget: Budget(floor: 1, percent: 10), stop).refusal == nil)
    }

    @Test func domainsThatNeverRunDoNotRaiseTheLimitOfMoves() {
        let move: (Int, inout DomainWish) -> Void = { if $0 <= 3 { $1.nodes = ["beta"] } }
        let refusal = plan(Self.limits(moves: Budget(floor: 1, percent: 10)), move).refusal
        #expect(refusal?.contains("3 domains would be moved, 1 may be") == true, "\(refusal ?? "none")")
        #expect(plan(Self.limits(moves: Budget(floor: 1, percent: 30)), move).refusal == nil)
    }

    /// A plan of the loop's own making keeps to the limit, or it would be refused every round.
    @Test func theLoopBalancesWithinTheLimit() {
        #expect(plan(PolicyLimits(), balance: .auto).steps.count > 1)
        let limited = plan(Self.limits(moves: Budget(floor: 1, percent: 10)), balance: .auto)
        #expect(limited.refusal == nil && limited.steps.count == 1, "\(limited.steps)")
    }

    /// As `drain-keeps-to-the-budget-of-moves` has it: others would have to make room.
    @Test func aDrainPushesNoMoreAsideThanTheLimitAllows() {
        var world = World(["alpha", "beta", "gamma"], memory: .gibibytes(12), cpus: 64)
        world.hosts["beta"]?.memory = .gibibytes(13)
        let stranded = Make.domain(1, "x", memory: 10) { $0.nodes = ["alpha", "beta"] }
        let others = (2...5).map { Make.domain($0, DomainName(stringLiteral: "y\($0)"), memory: 3) }
        world.put(stranded, on: "alpha")
        for domain in others { world.put(domain, on: "beta") }
        let observed = world.observed()
        let plan = { (limits: PolicyLimits) in
            let cluster = Make.cluster { cluster in
                cluster.memoryReserve = .zero
                cluster.budgets.moves = Budget(floor: 100, percent: 100)
            }
            let nodes = [Make.node("alpha") { $0.maintenance = Pause() }, Make.node("beta"), Make.node("gamma")]
            let desired = Make.desired(nodes, [stranded] + others + Self.stubs, cluster: limits.cluster(cluster))
            return Plan.make(PlanRequest(desired: desired, observed: observed, now: observed.takenAt))
        }
        #expect(plan(PolicyLimits()).steps.count == 4)
        let limited = plan(Self.limits(moves: Budget(floor: 2, percent: 10)))
        let blocked = limited.decisions.first { $0.domain.name == "x" }
        #expect(blocked?.status == .blocked && limited.refusal == nil && limited.steps.isEmpty, "\(limited.steps)")
        #expect(blocked?.reason.text.contains("takes 3 moves, and a round may make 2") == true, "\(limited.decisions)")
    }
}
