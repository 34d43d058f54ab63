import StateSpec
import Testing

/// Git can only tighten what `limits:` of `havirt.conf` says.
@Suite struct PolicyLimitsTests {
    /// A repository that asks for all that can be limited.
    private static let loose: [String: String] = [
        "cluster.yaml": """
        name: lab
        sharedPaths: [/srv/images]
        unreachable: last-known
        budgets: {stops: 50, moves: 90}
        concurrency: {migrationsPerNode: 8, startsPerNode: 40}
        cpuOvercommit: 12
        memoryReserve: 1 MiB
        balance: auto
        requireStorageLock: false
        findings: {beyond-limits: ignore}

        """,
        "nodes/n1.yaml": """
        ssh: root@n1
        cpuOvercommit: 20
        memoryReserve: 2 MiB
        fenced: {bootId: 11111111-2222-4333-8444-555555555555, reason: dead}

        """,
        "domains/web1.yaml": "run: keepalive\nprune: true\nshutdown: {then: destroy}\n",
    ]

    private static var tight: PolicyLimits {
        var limits = PolicyLimits()
        limits.unreachable = .strict
        limits.stops = Budget(floor: 1, percent: 10)
        limits.moves = Budget(floor: 3, percent: 0)
        limits.migrationsPerNode = 2
        limits.startsPerNode = 4
        limits.cpuOvercommit = 4
        limits.memoryReserve = MemorySize(mebibytes: 512)
        limits.requireStorageLock = true
        limits.sharedPaths = ["/srv/images"]
        limits.mayBalance = false
        limits.mayDestroy = false
        limits.mayPrune = false
        limits.mayFence = false
        return limits
    }

    private func load(_ changes: [String: String], _ limits: PolicyLimits) -> SpecLoad {
        var sample = Sample()
        for (path, text) in changes { sample.files[path] = text }
        var loader = SpecLoader(policyLimits: limits)
        return loader.load(sample.tree)
    }

    @Test func whatIsLooserIsCutDown() throws {
        let state = try #require(load(Self.loose, Self.tight).state)
        let cluster = state.cluster
        #expect(cluster.unreachable == .strict)
        let stops = cluster.budgets.stops
        #expect(stops.allowance(of: 100, active: 100) == 10 && stops.allowance(of: 3, active: 3) == 1)
        #expect(cluster.budgets.moves.allowance(of: 1_000, active: 1_000) == 3)
        #expect(cluster.concurrency.migrationsPerNode == 2 && cluster.concurrency.startsPerNode == 4)
        #expect(cluster.cpuOvercommit == 4 && cluster.memoryReserve == MemorySize(mebibytes: 512))
        #expect(cluster.requireStorageLock && cluster.balance.mode == .off)
        let node = try #require(state.nodes.first)
        #expect(node.fenced == nil && node.cpuOvercommit == 4 && node.memoryReserve == MemorySize(mebibytes: 512))
        let wish = try #require(state.domains.first?.wish)
        #expect(!wish.prune && wish.shutdown.then == .wait && wish.run == .keepalive)
    }

    /// With file and line, for each key, and git cannot hide that.
    @Test func whatIsCutDownIsSaid() {
        let findings = load(Self.loose, Self.tight).findings.filter { $0.code == "beyond-limits" }
        #expect(findings.allSatisfy { $0.severity == .warning })
        let places = findings.map { "\($0.place.file):\($0.place.line)" }
        let cluster = [3, 4, 4, 5, 5, 6, 7, 8, 9].map { "cluster.yaml:\($0)" }
        let others = [2, 3].map { "domains/web1.yaml:\($0)" } + [2, 3, 4].map { "nodes/n1.yaml:\($0)" }
        #expect(places.sorted() == cluster + others)
    }

    /// What git leaves to the defaults it did not ask for: cut down without a word.
    @Test func defaultsAreCutDownSilently() throws {
        let load = load([:], Self.tight)
        #expect(!load.findings.contains { $0.code == "beyond-limits" })
        #expect(try #require(load.state).cluster.budgets.moves.allowance(of: 100, active: 100) == 3)
    }

    /// What git names and what never runs raises no limit. Git's own share is one of all that it names.
    @Test func aLimitIsAShareOfWhatRuns() throws {
        var limits = PolicyLimits()
        limits.stops = Budget(floor: 1, percent: 10)
        let limited = load(["cluster.yaml": "name: lab\nbudgets: {stops: 20%}\n"], limits)
        let stops = try #require(limited.state).cluster.budgets.stops
        #expect(stops.allowance(of: 60, active: 60) == 6)
        #expect(stops.allowance(of: 600, active: 60) == 6)
        #expect(stops.allowance(of: 600, active: 0) == 1)
        #expect(stops.allowance(of: 10, active: 60) == 2)
        #expect(Budget(floor: 1, percent: 20).allowance(of: 600, active: 0) == 120)
    }

    /// Nothing rests on a folder that only git calls shared. The list stays whole for those who ask whether two domains
    /// might write one file.
    @Test func whatOnlyGitCallsSharedIsNotReliedOn() throws {
        var limits = PolicyLimits()
        limits.sharedPaths = ["/srv/shared", "/media"]
        let wished = "name: lab\nsharedPaths: [/srv, /var/lib/libvirt, /media/a]\nfindings: {beyond-limits: ignore}\n"
        let limited = load(["cluster.yaml": wished], limits)
        let found = limited.findings.filter { $0.code == "beyond-limits" }
        #expect(found.map { "\($0.severity) \($0.place)" } == ["\(Severity.warning) cluster.yaml:2:1"])
        #expect(found.first?.message.hasSuffix(" of /srv, /var/lib/libvirt counts as local") == true)
        let cluster = try #require(limited.state).cluster
        #expect(cluster.sharedPaths == ["/srv", "/var/lib/libvirt", "/media/a"])
        let shared = ["/srv/shared/", "/srv/shared/a.img", "/media/a/b.img"]
        let local = [
            "/srv/a.img", "/srv/shared", "/srv/sharedness/a.img", "/srv/shared/../a.img", "/var/lib/libvirt/a.img",
            "/media/b/a.img",
        ]
        #expect(shared.filter { !cluster.isSurelyShared($0) } == [])
        #expect(local.filter(cluster.isSurelyShared) == [])
        let free = try #require(load(["cluster.yaml": wished], PolicyLimits()).state).cluster
        #expect(free.isSurelyShared("/var/lib/libvirt/a.img") && !free.isSurelyShared("/media/b/a.img"))
        limits.sharedPaths = []
        let nothing = try #require(load(["cluster.yaml": wished], limits).state).cluster
        #expect(shared.filter(nothing.isSurelyShared) == [])
    }

    @Test func whatIsTighterStays() throws {
        let wished = "name: lab\nsharedPaths: [/srv/images]\nbudgets: {stops: 0, moves: 1}\ncpuOvercommit: 1\n"
        let load = load(["cluster.yaml": wished + "memoryReserve: 8 GiB\n"], Self.tight)
        #expect(!load.findings.contains { $0.code == "beyond-limits" })
        let cluster = try #require(load.state).cluster
        let budgets = cluster.budgets
        #expect(budgets.stops.allowance(of: 100, active: 100) == 0)
        #expect(budgets.moves.allowance(of: 100, active: 100) == 1)
        #expect(cluster.cpuOvercommit == 1 && cluster.memoryReserve == MemorySize(mebibytes: 8_192))
    }

    /// What has no tighter form makes the commit one that cannot be used.
    @Test func portalsAndPasswordsThatAreNotNamedAreErrors() throws {
        var limits = PolicyLimits()
        limits.portals = [try #require(ISCSIPortal("10.0.0.1")), try #require(ISCSIPortal("[fd00:0::1]:860"))]
        limits.secretFolders = ["/etc/havirt/secrets"]
        let store = "portals: [10.0.0.1, '[fd00::1]']\nchap:\n  user: u\n  secretFile: /etc/havirt/secrets2/a\n"
        let refused = load(["iscsi/store.yaml": store], limits)
        #expect(refused.state == nil)
        #expect(
            refused.errors.map { "\($0.place): \($0.code)" } == [
                "iscsi/store.yaml:1:21: beyond-limits", "iscsi/store.yaml:2:1: beyond-limits",
            ])
        #expect(refused.errors.contains { $0.hint?.contains("secretFolders: [/etc/havirt/secrets2]") == true })
        let fine = store.replacing("'[fd00::1]'", with: "'[fd00::1]:860'").replacing("secrets2", with: "secrets")
        #expect(load(["iscsi/store.yaml": fine], limits).state != nil)
        #expect(load(["iscsi/store.yaml": store], PolicyLimits()).state != nil)
    }

    @Test func withoutLimitsGitIsFree() throws {
        let free = load(Self.loose, PolicyLimits())
        #expect(!free.findings.contains { $0.code == "beyond-limits" })
        let state = try #require(free.state)
        #expect(state.cluster.unreachable == .lastKnown)
        #expect(state.cluster.budgets.stops.allowance(of: 100, active: 0) == 50)
        #expect(state.nodes.first?.fenced != nil && state.domains.first?.wish.prune == true)
    }
}
