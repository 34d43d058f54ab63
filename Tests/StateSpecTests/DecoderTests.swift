import StateSpec
import Testing

/// Every key, once, with a value that is not its default.
@Suite struct DecoderTests {
    @Test func cluster() throws {
        var sample = Sample()
        sample.files["cluster.yaml"] = """
            schema: 1
            name: prod
            unreachable: last-known
            cpuOvercommit: 2.5
            migrationBandwidth: 1 GiB
            memoryReserve: 4 GiB
            budgets: {stops: 3, moves: 25%}
            concurrency: {migrationsPerNode: 1, startsPerNode: 8, nodes: 32}
            timeouts: {start: 2m, migrate: 1h, scan: 10s}
            networks: [br0, default]
            sharedPaths: [/srv/images, /mnt/nfs]
            requireStorageLock: true
            balance: {mode: auto, target: 1.2, minGain: 0.05, cooldown: 30m}
            findings: {local-disk: ignore, unlisted-network: warning}

            """
        let spec = try #require(sample.load().state?.cluster)
        #expect(spec.name.text == "prod")
        #expect(spec.unreachable == .lastKnown)
        #expect(spec.cpuOvercommit == 2.5)
        #expect(spec.migrationBandwidth == MemorySize(mebibytes: 1024))
        #expect(spec.memoryReserve == MemorySize(mebibytes: 4096))
        #expect(spec.budgets.stops == Budget(floor: 3, percent: 0))
        #expect(spec.budgets.moves == Budget(floor: 2, percent: 25))
        #expect(spec.concurrency.migrationsPerNode == 1)
        #expect(spec.concurrency.startsPerNode == 8)
        #expect(spec.concurrency.nodes == 32)
        #expect([spec.timeouts.start, spec.timeouts.migrate, spec.timeouts.scan].map(\.count) == [120, 3600, 10])
        #expect(spec.networks.map(\.text) == ["br0", "default"])
        #expect(spec.sharedPaths == ["/srv/images", "/mnt/nfs"])
        #expect(spec.requireStorageLock)
        #expect(spec.balance.mode == .auto)
        #expect([spec.balance.target, spec.balance.minGain] == [1.2, 0.05])
        #expect(spec.balance.cooldown == Seconds(1800))
        #expect(spec.findingSeverities == ["local-disk": nil, "unlisted-network": .warning])
    }

    @Test(arguments: ["off", "auto"]) func balanceInOneWord(word: String) throws {
        var sample = Sample()
        sample.files["cluster.yaml"] = "balance: \(word)\n"
        let spec = try #require(sample.load().state?.cluster)
        #expect(spec.balance.mode.rawValue == word)
        #expect(spec.name.text == "cluster")
    }

    @Test(arguments: ["/srv/", "srv", "/srv/../etc", "//srv", "/", "/srv//a", "/srv/./a"])
    func pathsInOneSpelling(path: String) {
        #expect(Sample.findings(["cluster.yaml": "sharedPaths: ['\(path)']\n"]).map(\.code) == ["wrong-type"])
    }

    @Test func node() throws {
        var sample = Sample()
        sample.files["nodes/n1.yaml"] = """
            name: n1
            ssh: admin@10.0.0.1:2222
            migrationHost: n1.storage.example
            maintenance: {until: 2026-12-01, by: ann, reason: new disks}
            labels: [gpu=a100, ssd]
            migrationBandwidth: 50 MiB
            memoryReserve: 512 MiB
            cpuOvercommit: 1.5
            failureDomain: rack/2
            retired: true
            fenced: {bootId: \(Sample.uuid(7)), since: 2026-11-01, by: bob, reason: power cut}

            """
        let spec = try #require(sample.load().state?.nodes.first)
        #expect(spec.ssh.description == "admin@10.0.0.1:2222")
        #expect(spec.migrationHost == "n1.storage.example")
        #expect(spec.maintenance == Pause(until: Timestamp("2026-12-01"), by: "ann", reason: "new disks"))
        #expect(spec.labels == ["gpu=a100", "ssd"])
        #expect(spec.migrationBandwidth == MemorySize(mebibytes: 50))
        #expect(spec.memoryReserve == MemorySize(mebibytes: 512))
        #expect(spec.cpuOvercommit == 1.5)
        #expect(spec.failureDomain == "rack/2")
        #expect(spec.retired)
        #expect(spec.fenced?.bootID == DomainUUID(Sample.uuid(7)))
        #expect(spec.fenced?.reason == "power cut")
    }

    @Test func domain() throws {
        var sample = Sample()
        sample.files["domains/web2.xml"] = Sample.xml("web2", 2)
        sample.files["domains/web1.yaml"] = """
            name: web1
            run: keepalive
            nodes: [n1, n2]
            prefer: n1
            apart: [web, {group: rack, soft: true}]
            together: app
            requires: ssd
            priority: -5
            after: [web2]
            migrate: offline
            shutdown:
              timeout: 5m
              then: destroy
            hold: true
            prune: true

            """
        let spec = try #require(sample.load().state?.domains.first)
        let wish = spec.wish
        #expect(wish.run == .keepalive)
        #expect(wish.nodes?.map(\.text) == ["n1", "n2"])
        #expect(wish.prefer?.text == "n1")
        #expect(wish.apart.map(\.group.text) == ["web", "rack"])
        #expect(wish.apart.map(\.isSoft) == [false, true])
        #expect(wish.together.map(\.group.text) == ["app"])
        #expect(wish.requires == ["ssd"])
        #expect(wish.priority == -5)
        #expect(wish.after.map(\.text) == ["web2"])
        #expect(wish.migrate == .offline)
        #expect(wish.shutdown.timeout == Seconds(300))
        #expect(wish.shutdown.then == .destroy)
        #expect(wish.hold == Pause())
        #expect(wish.prune)
        #expect(spec.origins["shutdown"] == Place(file: "domains/web1.yaml", line: 11, column: 1))
        #expect(spec.origins.count == 13)
        #expect(spec.uuid == DomainUUID(Sample.uuid(1)))
        #expect(String(decoding: spec.xml, as: UTF8.self) == Sample.xml("web1", 1))
    }

    @Test func iscsi() throws {
        var sample = Sample()
        sample.files["iscsi/san.yaml"] = """
            portals: [10.0.0.1, 'san.example:3261', '[fd00::1]']
            targets:
              - iqn.2024-01.com.example:a
              - iqn: iqn.2024-01.com.example:b_1
                luns: [0, {lun: 1, wwid: 360014051234567890abcdef}]
            presentation: placed
            chap: {user: havirt, secretFile: /etc/havirt/chap}

            """
        let spec = try #require(sample.load().state?.iscsi.first)
        #expect(spec.portals.map(\.description) == ["10.0.0.1:3260", "san.example:3261", "[fd00::1]:3260"])
        #expect(spec.targets.map(\.name.text) == ["iqn.2024-01.com.example:a", "iqn.2024-01.com.example:b_1"])
        #expect(spec.targets[1].luns == [ISCSILUN(lun: 0), ISCSILUN(lun: 1, wwid: "360014051234567890abcdef")])
        #expect(spec.presentation == .placed)
        #expect(spec.chap == CHAP(user: "havirt", secret: .file("/etc/havirt/chap")))
    }

    @Test(arguments: [
        ("portals: []", "empty-list"), ("targets: []", "missing-key"), ("portals: 'a b'", "invalid-host"),
        ("portals: a\ntargets: [IQN.2024-01.com.example:a]", "invalid-iqn"),
        ("portals: a\ntargets: [iqn.com.example]", "invalid-iqn"),
        ("portals: a\nchap: {user: u}", "missing-key"),
        ("portals: a\nchap: {user: u, secretFile: /a/b, credential: c}", "conflicting-keys"),
        ("portals: a\ntargets: [{iqn: eui.0123456789abcdef, luns: [{lun: 1}, 1]}]", "duplicate-item"),
    ])
    func wrongISCSI(text: String, code: String) {
        #expect(Sample.findings(["iscsi/san.yaml": text]).map(\.code) == [code])
    }
}
