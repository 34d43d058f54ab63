import EndToEnd
import Testing

extension OnTheLab {
    @Suite("verbs of domains")
    struct DomainVerbTests {
        private let one = TestDomain("d1", "# the shop\nrun: manual   # for now\nnodes: [alpha, beta]\n")
        private let two = TestDomain("d2", "run: keepalive\nprefer: alpha\nshutdown: {timeout: 4s}\n")

        private func cluster(_ name: String, _ domains: [TestDomain]) async throws -> LabCluster {
            let cluster = try await LabCluster(name, domains)
            try await cluster.repository.git("config", "user.name", "Olga Operator")
            try await cluster.repository.git("config", "user.email", "olga@example.org")
            return cluster
        }

        private func wish(_ domain: TestDomain, in cluster: LabCluster) throws -> String {
            try TextFile.read(cluster.repository.path + "/cluster.d/domains/\(domain.name).yaml")
        }

        private func commits(_ cluster: LabCluster) async throws -> String {
            try await cluster.repository.git("rev-list", "--count", "main")
        }

        @Test(
            "a start is a commit of keepalive and the place, and starts there; a place that is not allowed is refused")
        func start() async throws {
            let cluster = try await cluster("verb-start", [one])
            let shown = try await cluster.havirt(expect: 2, "domain", "start", "d1", "beta")
            #expect(shown.output.contains("\n+prefer: beta\n"), "\(shown)")
            #expect(shown.output.contains(" create --validate "), "\(shown)")
            #expect(try await commits(cluster) == "1")
            let refused = try await cluster.havirt(expect: 1, "domain", "start", "d1", "gamma", "--yes")
            #expect(refused.errors.contains("is not among the nodes that d1 is allowed (alpha, beta); --allow adds it"))
            #expect(try await commits(cluster) == "1")

            let done = try await cluster.havirt(
                expect: 0, "domain", "start", "d1", "beta", "--message", "open for all", "--yes")
            #expect(done.output.hasSuffix("d1 runs on beta.\n"), "\(done)")
            try await expectHome(one, "beta")
            #expect(
                try wish(one, in: cluster)
                    == "# the shop\nrun: keepalive   # for now\nnodes: [alpha, beta]\nprefer: beta\n")
            let message = try await cluster.repository.git("log", "-1", "--format=%an %s")
            #expect(message == "Olga Operator domain d1: start on beta, open for all")
            try await cluster.havirt(expect: 0, "plan")
            try await cluster.havirt(expect: 0, "domain", "start", "d1", "beta", "--yes")
            #expect(try await commits(cluster) == "2")
            let elsewhere = try await cluster.havirt(expect: 1, "domain", "start", "d1", "alpha", "--yes")
            #expect(elsewhere.errors.contains("d1 runs on beta; havirt domain migrate d1 alpha moves it"))
        }

        @Test("a manual start is no commit, is done once, and --allow adds the node")
        func startOnce() async throws {
            let cluster = try await cluster("verb-start-once", [one])
            let once = try await cluster.havirt(expect: 0, "domain", "start", "d1", "--manual", "--yes")
            #expect(once.output.contains("1 of 1 steps done and seen."), "\(once)")
            #expect(try await commits(cluster) == "1")
            let home = try #require(try await Lab.homes(of: one).first)
            try await Lab.virsh(home, "destroy", one.uuid)
            let plan = try await cluster.havirt(expect: 0, "plan")
            #expect(plan.output.contains("Nothing to do."), "\(plan)")
            try await cluster.havirt(expect: 0, "domain", "start", "d1", "gamma", "--allow", "--manual", "--yes")
            try await expectHome(one, "gamma")
            let text = try wish(one, in: cluster)
            #expect(text.hasPrefix("# the shop\nrun: manual   # for now\nnodes:"), "\(text)")
            #expect(text.hasSuffix("\nprefer: gamma\n"), "\(text)")
            try await cluster.havirt(expect: 0, "lint")
        }

        @Test("a stop shuts down, and commits manual when the domain is off; keepalive does not bring it back")
        func stop() async throws {
            let cluster = try await cluster("verb-stop", [two])
            try await cluster.converge()
            let shown = try await cluster.havirt(expect: 2, "domain", "stop", "d2")
            #expect(shown.output.contains(", once d2 is seen off\n"), "\(shown)")
            #expect(shown.output.contains("virsh -c qemu:///system shutdown \(two.uuid)"), "\(shown)")
            try await expectHome(two, "alpha")
            let done = try await cluster.havirt(expect: 0, "domain", "stop", "d2", "--yes")
            let off = try #require(done.output.firstRange(of: "d2: ok, done"), "\(done)")
            let made = try #require(done.output.firstRange(of: "Made commit "), "\(done)")
            #expect(off.lowerBound < made.lowerBound && done.output.hasSuffix("d2 is off.\n"), "\(done)")
            try await expectHome(two)
            #expect(try wish(two, in: cluster) == "run: manual\nprefer: alpha\nshutdown: {timeout: 4s}\n")
            #expect(try await cluster.repository.git("log", "-1", "--format=%s") == "domain d2: stop")
            try await cluster.converge()
            try await expectHome(two)
        }

        @Test("a stop whose commit is refused says that keepalive starts it again, and asked again it commits")
        func stopNotCommitted() async throws {
            let cluster = try await cluster("verb-stop-refused", [two])
            try await cluster.converge()
            try cluster.repository.write("notes", "staged\n")
            try await cluster.repository.git("add", "notes")
            let refused = try await cluster.havirt(expect: 1, "domain", "stop", "d2", "--yes")
            #expect(refused.errors.contains("so KEEPALIVE WILL START IT AGAIN: cannot commit"), "\(refused)")
            try await expectHome(two)
            #expect(try await commits(cluster) == "1")
            try await cluster.repository.git("reset", "--quiet")
            try await cluster.havirt(expect: 0, "domain", "stop", "d2", "--yes")
            #expect(try await commits(cluster) == "2")
            try await cluster.converge()
            try await expectHome(two)
        }

        @Test("a guest that ignores its stop runs on, and git stays as it is; --destroy ends it, and then commits")
        func destroy() async throws {
            var deaf = two
            deaf.hasPowerButton = false
            let cluster = try await cluster("verb-destroy", [deaf, TestDomain("d3", "run: keepalive\n")])
            try await cluster.converge()
            let failed = try await cluster.havirt(expect: 1, "domain", "stop", "d2", "--yes")
            #expect(failed.errors.contains("d2 was not seen off, and git is as it was."), "\(failed)")
            try await expectHome(deaf, "alpha")
            #expect(try await commits(cluster) == "1")
            let done = try await cluster.havirt(expect: 0, "domain", "stop", "d2", "--destroy", "--yes")
            #expect(done.output.contains("destroyed unless it is off within 4s"), "\(done)")
            try await expectHome(deaf)
            #expect(try await Lab.homes(of: TestDomain("d3")).count == 1)
            #expect(try wish(deaf, in: cluster).hasPrefix("run: manual\n"))
            #expect(try await commits(cluster) == "2")
        }

        @Test("a migration is a commit of the place, live and at once; what the node cannot take is refused before it")
        func migrate() async throws {
            let cluster = try await cluster("verb-migrate", [two])
            let off = try await cluster.havirt(expect: 1, "domain", "migrate", "d2", "beta", "--yes")
            #expect(off.errors.contains("havirt domain start d2 beta starts it"), "\(off)")
            try await cluster.converge()
            let shown = try await cluster.havirt(expect: 2, "domain", "migrate", "d2", "beta")
            #expect(shown.output.contains("\n-prefer: alpha\n+prefer: beta\n"), "\(shown)")
            #expect(shown.output.contains("migrate --live --p2p --abort-on-error \(two.uuid)"), "\(shown)")
            let done = try await cluster.havirt(expect: 0, "domain", "migrate", "d2", "beta", "--yes")
            #expect(done.output.hasSuffix("d2 runs on beta.\n"), "\(done)")
            try await expectHome(two, "beta")
            let state = try await Lab.virsh("beta", "domstate", "--reason", two.uuid)
            #expect(state.contains("running (migrated)"))
            #expect(try wish(two, in: cluster) == "run: keepalive\nprefer: beta\nshutdown: {timeout: 4s}\n")
            try await cluster.havirt(expect: 0, "plan")

            try await cluster.havirt(expect: 0, "node", "maintenanceon", "gamma", "--yes")
            let before = try await commits(cluster)
            let refused = try await cluster.havirt(expect: 1, "domain", "migrate", "d2", "gamma", "--yes")
            #expect(refused.errors.contains("d2 cannot migrate to gamma: "), "\(refused)")
            #expect(refused.errors.contains("maintenance; nothing is committed"), "\(refused)")
            #expect(try await commits(cluster) == before)
            try await expectHome(two, "beta")
        }
    }
}
