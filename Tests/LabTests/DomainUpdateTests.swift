import EndToEnd
import Testing

extension OnTheLab {
    @Suite("domain update")
    struct DomainUpdateTests {
        private let known = TestDomain("d1")
        private let new = TestDomain("d2")

        private func rows(_ ran: Ran) -> [[String]] {
            ran.lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        }

        @Test(
            "what git lacks is fetched by a commit, ready to be started anywhere; what was changed by hand, by --force")
        func fetch() async throws {
            let cluster = try await LabCluster("update", [known])
            try await cluster.repository.git("config", "user.name", "Olga Operator")
            try await cluster.repository.git("config", "user.email", "olga@example.org")
            try await cluster.converge()
            try await Lab.create(new, on: "gamma", isPersistent: true)
            let commits = { try await cluster.repository.git("rev-list", "--count", "main") }

            let all = rows(try await cluster.havirt(expect: 0, "domain", "update", "ALL"))
            #expect(all.map { $0[0] } == ["domain", "d1", "d2"], "\(all)")
            #expect(Array(all[2][1...6]) == [new.uuid, "no", "gamma", "yes", "1", "32768"], "\(all)")
            #expect(try cluster.read("var/domain.yaml").contains(new.uuid))

            let shown = try await cluster.havirt(expect: 2, "domain", "update", "d2")
            #expect(shown.output.contains("\n    domain d2: XML from gamma\n"), "\(shown)")
            #expect(try await commits() == "1")
            try await cluster.havirt(expect: 0, "domain", "update", "d2", "--yes")
            #expect(
                try await cluster.repository.git("log", "-1", "--format=%an %s")
                    == "Olga Operator domain d2: XML from gamma")
            let xml = try TextFile.read(cluster.repository.path + "/cluster.d/domains/d2.xml")
            #expect(!xml.contains(" id='") && !xml.contains("<alias") && !xml.contains("<address"), "\(xml)")
            try await cluster.havirt(expect: 0, "plan")
            let running = rows(try await cluster.havirt(expect: 0, "domain", "update", "RUNNING"))
            #expect(running.map { $0[2] } == ["inGit", "yes", "yes"], "\(running)")

            // Nothing was changed since, by anybody; for d1, git has the XML as a person wrote it.
            for name in ["d1", "d2"] {
                let same = try await cluster.havirt(expect: 0, "domain", "update", name, "--force", "--yes")
                #expect(same.errors.contains("\(name): git's XML says what the one on "), "\(same)")
            }
            #expect(try await commits() == "2")
            try await Lab.virsh("gamma", "desc", new.uuid, "--live", "by hand")
            let drift = try await cluster.havirt(expect: 2, "domain", "update", "ALL", "--force")
            #expect(drift.output.contains("\n+  <description>by hand</description>\n"), "\(drift)")
            #expect(!drift.output.contains("domain d1:"), "\(drift)")
            try await cluster.havirt(expect: 0, "domain", "update", "ALL", "--force", "--yes")
            #expect(try await commits() == "3")
            try await cluster.havirt(expect: 0, "domain", "update", "ALL", "--force")

            // What was fetched starts on another node.
            try await cluster.havirt(expect: 0, "domain", "stop", "d2", "--destroy", "--yes")
            try await cluster.havirt(expect: 0, "domain", "start", "d2", "beta", "--yes")
            try await expectHome(new, "beta")
        }

        @Test("what is not one domain for certain is not fetched")
        func refused() async throws {
            let cluster = try await LabCluster("update-refused", [known])
            try await cluster.converge()
            var twin = new
            twin.nameInside = "d3"
            let other = TestDomain("d3")
            try await Lab.create(twin, on: "gamma")
            try await Lab.create(other, on: "beta")
            var renamed = known
            renamed.nameInside = "d9"
            try await Lab.virsh("gamma", "define", try await file(renamed))
            for (name, words) in [
                ("d3", "the name d3 stands for several domains ("), ("d9", "under another name, d1"),
                ("d8", "neither git nor a node that answers has a domain d8"), ("d 8", "domain name"),
            ] {
                let ran = try await cluster.havirt(expect: 1, "domain", "update", name, "--yes")
                #expect(ran.errors.contains(words), "\(name): \(ran)")
            }
            #expect(try await cluster.repository.git("rev-list", "--count", "main") == "1")
        }

        /// A domain's XML in a file that outlives this call.
        private func file(_ domain: TestDomain) async throws -> String {
            let path = Lab.state + "/renamed.xml"
            try TextFile.write(path, domain.xml)
            return path
        }
    }
}
