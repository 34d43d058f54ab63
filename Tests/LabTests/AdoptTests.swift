import EndToEnd
import Testing

extension OnTheLab {
    @Suite("cluster adopt")
    struct AdoptTests {
        private let transient = TestDomain("d1")
        private let autostarted = TestDomain("d2")
        private let persistent = TestDomain("d3")

        /// Three domains started by hand, and a repository to which nothing was ever committed.
        private func cluster(_ name: String) async throws -> LabCluster {
            let cluster = try await LabCluster.unwritten(name)
            try await Lab.create(transient, on: "alpha")
            try await Lab.create(autostarted, on: "beta", isPersistent: true)
            try await Lab.virsh("beta", "autostart", autostarted.uuid)
            try await Lab.create(persistent, on: "gamma", isPersistent: true)
            return cluster
        }

        private func wish(_ domain: TestDomain, in cluster: LabCluster) throws -> String {
            try TextFile.read(cluster.repository.path + "/cluster.d/domains/\(domain.name).yaml")
        }

        @Test(
            "what was started by hand is adopted as it is: the first plan has nothing to do, a second adoption neither")
        func adopt() async throws {
            let cluster = try await cluster("adopt")
            let before = try await Lab.lab("qemus").output
            let shown = try await cluster.havirt(
                expect: 2, "cluster", "adopt", "alpha", "beta", "gamma", "--name", "adopted")
            #expect(shown.output.contains("cluster: adopt 3 nodes and 3 domains"), "\(shown)")
            #expect(try await cluster.repository.git("rev-list", "--all") == "")
            let made = try await cluster.havirt(
                expect: 0, "cluster", "adopt", "alpha", "beta", "gamma", "--name", "adopted", "--yes")
            #expect(!made.output.contains("[changed-definition]"), "\(made)")
            #expect(try await cluster.repository.git("status", "--porcelain") == "")
            #expect(
                try TextFile.read(cluster.repository.path + "/cluster.d/cluster.yaml")
                    == "name: adopted\nnetworks:\n- lan\n")
            for domain in [transient, autostarted, persistent] {
                #expect(try wish(domain, in: cluster) == "run: keepalive\n")
            }

            let plan = try await cluster.havirt(expect: 0, "plan")
            #expect(plan.output.contains("Nothing to do. 3 in sync."), "\(plan)")
            let validated = try await cluster.havirt(expect: 2, "cluster", "validate", "--format", "tsv").lines
            let worse = validated.filter { !$0.contains("\tnotice\t") }.dropFirst()
            #expect(worse.count == 1 && worse.allSatisfy { $0.hasPrefix("autostart\twarning\td2\tbeta\t") }, "\(worse)")
            try await Lab.virsh("beta", "autostart", "--disable", autostarted.uuid)
            try await cluster.havirt(expect: 0, "cluster", "validate")
            let again = try await cluster.havirt(expect: 0, "cluster", "adopt", "--yes")
            #expect(again.output.hasPrefix("Git has all that can be adopted.\n"), "\(again)")
            #expect(try await cluster.repository.git("rev-list", "--count", "main") == "1")
            #expect(try await Lab.lab("qemus").output == before, "a domain was touched")
        }

        @Test("the adopted XML is what a domain is started from, and migrates")
        func use() async throws {
            let cluster = try await cluster("adopt-use")
            try await cluster.havirt(expect: 0, "cluster", "adopt", "alpha", "beta", "gamma", "--name", "use", "--yes")
            let count = try await Lab.count(transient)
            #expect(count > 0)
            try await Lab.virsh("alpha", "destroy", transient.uuid)
            try await Lab.virsh("gamma", "destroy", persistent.uuid)
            try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(try await Lab.homes(of: transient).count == 1)
            #expect(try await Lab.homes(of: persistent).count == 1)
            // Its guest has booted from the same disk, and goes on there.
            try await Lab.wait("the guest counts on") { try await Lab.count(transient) > count }

            let target = try await Lab.homes(of: transient) == ["beta"] ? "gamma" : "beta"
            try await cluster.havirt(expect: 0, "domain", "migrate", transient.name, target, "--yes")
            try await expectHome(transient, target)
            try await cluster.havirt(expect: 0, "domain", "migrate", autostarted.name, "alpha", "--yes")
            try await expectHome(autostarted, "alpha")
            try await cluster.havirt(expect: 0, "plan")
        }

        @Test("what runs twice and what is silent is not adopted, and nothing is touched for it")
        func refused() async throws {
            let cluster = try await cluster("adopt-refused")
            let twice = TestDomain("d4")
            try await Lab.create(twice, on: "alpha")
            try await Lab.create(twice, on: "beta")
            let thief = TestDomain("thief", target: "d3")
            try await Lab.virsh("alpha", "suspend", transient.uuid)
            let folder = TemporaryFolder()
            try folder.write("thief.xml", thief.xml)
            try await Lab.virsh("alpha", "define", folder.path + "/thief.xml")
            let made = try await cluster.havirt(
                expect: 0, "cluster", "adopt", "alpha", "beta", "gamma", "--name", "refused", "--yes")
            for words in [
                "error    d4 is left out: it is active more than once: running (booted) on alpha, running (booted) on beta",
                "error    thief is left out: d3 on gamma writes its disk",
                "error    d3 is left out: thief, which is off on alpha",
                "warning  d1 is left out, because the first plan would not be empty: paused by a person on alpha",
            ] {
                #expect(made.output.contains(words), "\(words) in \(made)")
            }
            let plan = try await cluster.havirt(expect: 0, "plan")
            #expect(plan.output.contains("Nothing to do. 1 in sync."), "\(plan)")
            #expect(try await Lab.homes(of: twice) == ["alpha", "beta"])
            try await Lab.virsh("alpha", "destroy", twice.uuid)
            try await Lab.forgetSightings()

            try await Lab.during(.noSSH, on: "beta") {
                let refused = try await cluster.havirt(expect: 1, "cluster", "adopt", "--yes")
                #expect(refused.errors.contains("beta is silent, unreachable"), "\(refused)")
                #expect(refused.errors.contains("name the other nodes only, without beta"), "\(refused)")
            }
            try await Lab.virsh("alpha", "resume", transient.uuid)
            let later = try await cluster.havirt(expect: 0, "cluster", "adopt", "--yes")
            #expect(later.output.contains("cluster: adopt 2 domains"), "\(later)")
            try await cluster.havirt(expect: 0, "plan")
        }
    }
}
