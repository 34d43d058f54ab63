import EndToEnd
import Testing

extension OnTheLab {
    @Suite("maintenance by verbs")
    struct MaintenanceTests {
        private let one = TestDomain("d1", "run: keepalive\nprefer: alpha\n")
        private let two = TestDomain("d2", "run: manual\nprefer: alpha\nnodes: [alpha, beta]\n")
        private let pinned = TestDomain("d3", "run: keepalive\nnodes: [alpha]\n")

        private func cluster(_ name: String, _ domains: [TestDomain]) async throws -> LabCluster {
            let cluster = try await LabCluster(name, domains)
            try await cluster.repository.git("config", "user.name", "Olga Operator")
            try await cluster.repository.git("config", "user.email", "olga@example.org")
            return cluster
        }

        @Test("a node is emptied live by a commit, and gets back what prefers it; then nothing is planned")
        func thereAndBack() async throws {
            let cluster = try await cluster("there-and-back", [one, two])
            try await Lab.create(two, on: "alpha")
            try await cluster.converge()
            try await expectHome(one, "alpha")
            let counted = try await Lab.count(one)

            let shown = try await cluster.havirt(expect: 2, "node", "maintenanceon", "alpha")
            #expect(shown.output.contains("\n+maintenance: true\n"), "\(shown)")
            #expect(shown.output.contains("migrate --live --p2p --abort-on-error \(one.uuid)"), "\(shown)")
            try await expectHome(one, "alpha")

            let on = try await cluster.havirt(
                expect: 0, "node", "maintenanceon", "alpha", "--reason", "new fans", "--yes")
            #expect(on.output.contains("2 of 2 steps done and seen."), "\(on)")
            #expect(on.output.hasSuffix("alpha is empty.\n"), "\(on)")
            #expect(try await Lab.homes(of: one).filter { $0 != "alpha" }.count == 1)
            try await expectHome(two, "beta")
            try await cluster.havirt(expect: 0, "plan")
            try await cluster.havirt(expect: 0, "node", "maintenanceon", "alpha", "--yes")

            let off = try await cluster.havirt(expect: 0, "node", "maintenanceoff", "alpha", "--bring-back", "--yes")
            #expect(off.output.contains("2 of 2 steps done and seen."), "\(off)")
            for domain in [one, two] {
                try await expectHome(domain, "alpha")
                let state = try await Lab.virsh("alpha", "domstate", "--reason", domain.uuid)
                #expect(state.contains("running (migrated)"))
            }
            try await Lab.wait("it goes on counting") { try await Lab.count(one) > counted }
            let after = try await cluster.havirt(expect: 0, "plan")
            #expect(after.output.hasSuffix("Nothing to do. 2 in sync.\n"), "\(after)")
            let message = try await cluster.repository.git("log", "-1", "--format=%an %s")
            #expect(message == "Olga Operator node alpha: end of maintenance")
        }

        @Test("what git does not name stays, and its node is not called empty")
        func unmanaged() async throws {
            let cluster = try await cluster("not-empty", [one])
            try await cluster.converge()
            let stranger = TestDomain("d2")
            try await Lab.create(stranger, on: "alpha")
            let ran = try await cluster.havirt(expect: 1, "node", "maintenanceon", "alpha", "--yes")
            #expect(ran.output.hasSuffix("alpha still runs d2.\n"), "\(ran)")
            try await expectHome(stranger, "alpha")
            #expect(try await Lab.homes(of: one) != ["alpha"])
        }

        @Test("what cannot leave is named before anything moves, with the commit of the rule that keeps it")
        func cannotLeave() async throws {
            let cluster = try await cluster("cannot-leave", [one, pinned])
            try await cluster.converge()
            let brought = try await cluster.repository.git("rev-parse", "HEAD")
            let ran = try await cluster.havirt(expect: 1, "node", "maintenanceon", "alpha", "--yes")
            let words = "no node can take it: 2 not allowed (domains/d3.yaml:2 at \(brought.prefix(10)))"
            let named = try #require(ran.output.firstRange(of: words), "\(ran)")
            let moved = try #require(ran.output.firstRange(of: "migrate --live"), "\(ran)")
            #expect(named.lowerBound < moved.lowerBound, "\(ran)")
            #expect(ran.output.hasSuffix("alpha still runs d3.\n"), "\(ran)")
            try await expectHome(pinned, "alpha")
            #expect(try await Lab.homes(of: one) != ["alpha"])
        }
    }
}
