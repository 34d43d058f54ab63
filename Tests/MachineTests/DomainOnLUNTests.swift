import EndToEnd
import Testing

extension OnMachines {
    @Suite("a domain on a LUN")
    struct DomainOnLUNTests {
        /// A domain whose disk is LUN 1 of a target of its name, by its path.
        private func domain(_ wish: String) -> TestDomain {
            var domain = TestDomain("d1", wish)
            domain.device = Machines.device("d1", lun: 1)
            return domain
        }

        @Test("starts where it is logged in, moves live, and is one writer all the time")
        func story() async throws {
            try await Machines.sweep()
            try await Machines.lab("target", "add", "d1", "1:16")
            try await Machines.lab("beat", "d1", "1")
            for node in Machines.nodes { try await Machines.login("d1", luns: [1], on: node) }
            let domain = domain("run: keepalive\nnodes: [n1]\n")
            let cluster = try await MachineCluster("story", [domain])
            let empty = try await cluster.havirt(expect: 0, "node", "scan")
            #expect(empty.lines.count == 1, "domains on a swept lab: \(empty)")
            let plan = try await cluster.havirt(expect: 2, "plan")
            #expect(plan.output.contains("Plan: 1 to start.\n"), "\(plan)")
            try await cluster.havirt(expect: 0, "apply", "--yes")
            try await expectHome(domain, "n1")
            try await Machines.waitForBeat("d1")
            let scan = try await cluster.havirt(expect: 0, "node", "scan")
            #expect(scan.lines.count == 2 && scan.output.contains("n1\td1\t\(domain.uuid)\trunning"), "\(scan)")

            try await cluster.wish(domain, "run: keepalive\nnodes: [n2]\n")
            let ran = try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(ran.output.contains("migrate --live --p2p --abort-on-error \(domain.uuid)"), "\(ran)")
            try await expectHome(domain, "n2")
            try await Machines.waitForBeat("d1")
            #expect(try await Machines.lab("clashes", "d1", "1").lines == ["0"])
            try await cluster.havirt(expect: 0, "plan")
        }
    }
}
