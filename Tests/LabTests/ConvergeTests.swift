import EndToEnd
import Testing

extension OnTheLab {
    @Suite("the cluster becomes what the commit says")
    struct ConvergeTests {
        private let one = TestDomain("d1", "run: keepalive\napart: [pair]\n")
        private let two = TestDomain("d2", "run: keepalive\napart: [pair]\n")
        private let three = TestDomain("d3", "run: keepalive\nnodes: [beta, gamma]\nprefer: gamma\n")

        @Test("what is kept alive is started once, marked with its commit, and lives")
        func start() async throws {
            let cluster = try await LabCluster("start", [one, two, three])
            let before = try await cluster.havirt(expect: 2, "plan")
            #expect(before.output.contains("Plan: 3 to start.\n"), "\(before)")
            let ran = try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(ran.output.contains("3 of 3 steps done and seen.\nThe cluster is what the commit wishes.\n"))
            let after = try await cluster.havirt(expect: 0, "plan")
            #expect(after.output.hasSuffix("Nothing to do. 3 in sync.\n"), "\(after)")

            let commit = try await cluster.repository.git("rev-parse", "HEAD")
            var homes: [String: String] = [:]
            for domain in [one, two, three] {
                let found = try await Lab.homes(of: domain)
                let home = try #require(found.first)
                #expect(found.count == 1)
                homes[domain.name] = home
                let blob = try await cluster.repository.git("rev-parse", "HEAD:cluster.d/domains/\(domain.name).xml")
                let xml = try await Lab.virsh(home, "dumpxml", domain.uuid)
                #expect(xml.contains("commit=\"\(commit)\"") && xml.contains("xml=\"\(blob)\""), "no mark in \(xml)")
                let counted = try await Lab.count(domain)
                try await Lab.wait("\(domain.name) writes to its disk") { try await Lab.count(domain) > counted }
                #expect(try await Lab.lab("clashes", domain.target).lines == ["0"])
            }
            #expect(homes["d1"] != homes["d2"], "apart, and yet on one node")
            #expect(homes["d3"] == "gamma", "it prefers gamma")
        }

        @Test("a change of its nodes moves a running domain, live")
        func move() async throws {
            let cluster = try await LabCluster("move", [TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")])
            try await cluster.converge()
            try await expectHome(one, "alpha")
            try await cluster.wish(one, "run: keepalive\nnodes: [beta]\n")
            let counted = try await Lab.count(one)
            let ran = try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(ran.output.contains("migrate --live --p2p --abort-on-error \(one.uuid)"), "\(ran)")
            try await expectHome(one, "beta")
            try await Lab.wait("it goes on counting") { try await Lab.count(one) > counted }
            #expect(try await Lab.virsh("beta", "domstate", "--reason", one.uuid).contains("running (migrated)"))
        }

        @Test("stopped is an ACPI shutdown, and heals like everything else")
        func stopAndHeal() async throws {
            let cluster = try await LabCluster("stop", [TestDomain("d1"), TestDomain("d2")])
            try await cluster.converge()
            let home = try #require(try await Lab.homes(of: one).first)
            try await Lab.virsh(home, "destroy", one.uuid)
            try await cluster.wish(two, "run: stopped\n")
            let ran = try await cluster.havirt(expect: 0, "reconcile", "--yes")
            #expect(ran.output.contains("virsh -c qemu:///system shutdown \(two.uuid)"), "\(ran)")
            try await expectHome(two)
            #expect(try await Lab.homes(of: one).count == 1)
            try await cluster.havirt(expect: 0, "plan")
        }

        @Test("maintenance empties a node, manual domains included, and keeps it empty")
        func maintenance() async throws {
            let wishes = ["run: keepalive\nnodes: [alpha, beta]\nprefer: alpha\n", "run: manual\n"]
            let domains = [TestDomain("d1", wishes[0]), TestDomain("d2", wishes[1])]
            let cluster = try await LabCluster("maintenance", domains)
            try await Lab.create(domains[1], on: "alpha")
            try await cluster.converge()
            try await expectHome(one, "alpha")
            try cluster.write(node: "alpha", "maintenance: {reason: new memory}\n")
            try await cluster.repository.commit("alpha: maintenance")
            let ran = try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(ran.output.contains("alpha is in maintenance: new memory"), "\(ran)")
            try await expectHome(one, "beta")
            #expect(try await Lab.homes(of: two).filter { $0 != "alpha" }.count == 1)
            try await Lab.virsh("beta", "destroy", one.uuid)
            try await cluster.converge()
            try await expectHome(one, "beta")
        }

        @Test("a persistent domain that is found running stays persistent when it moves")
        func persistent() async throws {
            let domain = TestDomain("d1", "run: keepalive\nnodes: [beta]\n")
            let cluster = try await LabCluster("persistent", [domain])
            try await Lab.create(domain, on: "alpha", isPersistent: true)
            let ran = try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(ran.output.contains("--persistent --undefinesource"), "\(ran)")
            try await expectHome(domain, "beta")
            #expect(try await Lab.virsh("beta", "dominfo", domain.uuid).contains(#/Persistent: +yes/#))
            #expect(try await Lab.virsh("alpha", "list", "--all", "--name").split(separator: "\n").isEmpty)
            try await cluster.havirt(expect: 0, "plan")
        }
    }
}
