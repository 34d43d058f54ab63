import EndToEnd
import FoundationEssentials
import Testing

extension OnTheLab {
    @Suite("records")
    struct RecordsTests {
        @Test("they say what libvirt says, and a saved scan gives the same plan")
        func truth() async throws {
            let domain = TestDomain("d1", "run: keepalive\nnodes: [beta]\n")
            let other = TestDomain("d2")
            let cluster = try await LabCluster("records", [domain, other])
            try await Lab.create(domain, on: "beta")

            // A commit that nobody may follow yet may name any host: what that says is not learnt.
            try await cluster.havirt(expect: 2, "plan", "--rev", "main")
            #expect(throws: (any Error).self) { try cluster.read("var/node.yaml") }

            let listed = try await cluster.havirt(expect: 0, "node", "update", "--format", "json")
            struct Node: Decodable { let node: String, state: String, cpus: Int, libvirt: String }
            let nodes = try JSONDecoder().decode([Node].self, from: Data(listed.output.utf8))
            #expect(nodes.map(\.node) == Lab.nodes && nodes.allSatisfy { $0.state == "ready" && $0.cpus > 0 })
            let version = try await Lab.virsh("alpha", "version")
            #expect(nodes.allSatisfy { version.contains("libvirt \($0.libvirt)") }, "\(version)")
            let node = try cluster.read("var/node.yaml")
            for name in Lab.nodes {
                let boot = try await Lab.lab("enter", name, "cat", "/proc/sys/kernel/random/boot_id").lines[0]
                #expect(node.contains("  \(name):\n") && node.contains("boot: \(boot)\n"), "\(node)")
            }

            let scan = try await cluster.havirt(expect: 0, "node", "scan", "--save", cluster.path("scan.json"))
            let line = "beta\td1\t\(domain.uuid)\trunning\tbooted\tno\tyes"
            #expect(scan.lines.dropFirst() == [line], "\(scan)")
            let population = try cluster.read("var/node_population.yaml")
            #expect(population.contains("\(domain.uuid):\n        name: d1\n        state: running\n"), "\(population)")
            let domains = try cluster.read("var/domain.yaml")
            #expect(domains.contains("vcpus: 1\n    memory: 32 MiB\n    node: beta\n"), "\(domains)")

            let live = try await cluster.havirt(expect: 2, "plan").lines.dropFirst()
            let saved = try await cluster.havirt(expect: 2, "plan", "--observed", cluster.path("scan.json"))
            #expect(saved.lines.dropFirst() == live)
            try await gone(cluster)
            let known = try await cluster.havirt(expect: 0, "domain", "list", "d1")
            #expect(known.output.contains("\tbeta\t20"), "\(known)")
        }

        /// What was applied, and by which commit a domain was started, a saved scan remembers, too.
        private func gone(_ cluster: LabCluster) async throws {
            let third = TestDomain("d3", "run: keepalive\nnodes: [gamma]\nprune: true\n")
            try cluster.write(third)
            try await cluster.repository.commit("d3")
            try await cluster.converge()
            try cluster.repository.remove("cluster.d/domains/d3.xml")
            try cluster.repository.remove("cluster.d/domains/d3.yaml")
            try await cluster.repository.commit("d3 goes")
            try await cluster.havirt(expect: 0, "node", "scan", "--save", cluster.path("scan.json"))
            let live = try await cluster.havirt(expect: 2, "plan").lines.dropFirst()
            let saved = try await cluster.havirt(expect: 2, "plan", "--observed", cluster.path("scan.json"))
            #expect(saved.lines.dropFirst() == live && saved.output.contains("d3"), "\(saved)")
        }
    }
}
