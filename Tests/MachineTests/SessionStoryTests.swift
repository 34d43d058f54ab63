import EndToEnd
import Testing

extension OnMachines {
    @Suite("sessions follow from git")
    struct SessionStoryTests {
        /// A domain whose disk is LUN 1 of a target of its name.
        static func web(_ wish: String) -> TestDomain {
            var domain = TestDomain("web", wish)
            domain.device = Machines.device("web", lun: 1)
            return domain
        }

        /// A domain that stays off, so that git is never without any.
        static let other = TestDomain("other", "run: manual\n")

        /// The iSCSI file of a target.
        static func san(
            _ target: String = "web", portals: [String] = [Machines.portal], wwid: String? = nil, _ rest: String = ""
        ) -> String {
            let ways = portals.map { "  - \($0)\n" }.joined()
            let pin = wwid.map { "\n    luns: [{lun: 1, wwid: \($0)}]" } ?? ""
            return "portals:\n\(ways)targets:\n  - iqn: \(Machines.iqn(target))\(pin)\n\(rest)"
        }

        /// The targets that a node has sessions with, in order.
        static func targets(on node: String) async throws -> [String] {
            let script = "cat /sys/class/iscsi_session/*/targetname 2>/dev/null || :"
            return try await Machines.ssh(node, script).lines.map { String($0.split(separator: ":").last ?? "") }
                .sorted()
        }

        private func records(on node: String) async throws -> [String] {
            try await Machines.ssh(node, "ls /etc/iscsi/nodes 2>/dev/null || :").lines.sorted()
        }

        @Test("three commits: a target and its domain come, move, and go")
        func story() async throws {
            try await Machines.sweep()
            try await Machines.lab("target", "add", "host", "1:8")
            try await Machines.lab("target", "add", "web", "1:16")
            try await Machines.lab("beat", "web", "1")
            // The host's own LUN, which no commit ever names.
            try await Machines.login("host", luns: [1], on: "n1")
            let cluster = try await MachineCluster("sessions", [Self.other])
            try await cluster.havirt(expect: 0, "apply", "--yes")

            let web = Self.web("run: keepalive\nnodes: [n1]\n")
            try cluster.write(web)
            try cluster.repository.write("cluster.d/iscsi/san.yaml", Self.san("web", "presentation: placed\n"))
            try await cluster.repository.commit("web and its target")
            let plan = try await cluster.havirt(expect: 2, "plan")
            #expect(plan.output.contains("Plan: 1 to start, 1 to log in to, 1 in sync.\n"), "\(plan)")
            try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(try await Self.targets(on: "n1") == ["host", "web"])
            #expect(try await Self.targets(on: "n2") == [])
            try await expectHome(web, "n1")
            try await Machines.waitForBeat("web")
            try await cluster.havirt(expect: 0, "plan")

            try await cluster.wish(web, "run: keepalive\nnodes: [n2]\n")
            let moved = try await cluster.havirt(expect: 0, "apply", "--yes")
            for step in ["log in on n2", "migrate from n1 to n2", "log out on n1"] {
                #expect(moved.output.contains(step), "\(moved)")
            }
            try await expectHome(web, "n2")
            #expect(try await Self.targets(on: "n1") == ["host"])
            #expect(try await Self.targets(on: "n2") == ["web"])
            try await Machines.waitForBeat("web")
            try await cluster.havirt(expect: 0, "plan")

            try cluster.repository.remove("cluster.d/domains/web.xml")
            try cluster.repository.remove("cluster.d/domains/web.yaml")
            try cluster.repository.remove("cluster.d/iscsi/san.yaml")
            try await cluster.repository.commit("web is gone")
            try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(try await Self.targets(on: "n2") == ["web"])
            try await Machines.waitForBeat("web")
            #expect(try await Machines.lab("clashes", "web", "1").lines == ["0"])

            try await Machines.ssh("n2", "virsh -c qemu:///system destroy \(web.uuid)")
            try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(try await Self.targets(on: "n2") == [])
            #expect(try await records(on: "n2") == [])
            #expect(try await Self.targets(on: "n1") == ["host"])
            // The one that a discovery by hand has left there of it is gone, too; the host's own is not.
            #expect(try await records(on: "n1") == [Machines.iqn("host")])
            try await cluster.havirt(expect: 0, "plan")
        }

        @Test("a LUN with other data behind the same path is not started from")
        func swapped() async throws {
            try await Machines.sweep()
            try await Machines.lab("target", "add", "web", "1:16")
            try await Machines.lab("beat", "web", "1")
            let wwid = "naa." + (try await Machines.wwid("web", lun: 1))
            let web = Self.web("run: keepalive\n")
            let cluster = try await MachineCluster("swapped", [web, Self.other])
            try cluster.repository.write("cluster.d/iscsi/san.yaml", Self.san(wwid: wwid))
            try await cluster.repository.commit("its target")
            try await cluster.havirt(expect: 0, "apply", "--yes")
            let homes = try await Machines.homes(of: web)
            let home = try #require(homes.first)
            try await Machines.ssh(home, "virsh -c qemu:///system destroy \(web.uuid)")
            try await Machines.lab("lun", "swap", "web", "1")
            let refused = try await cluster.havirt(expect: 1, "apply", "--yes")
            let new = "naa." + (try await Machines.wwid("web", lun: 1))
            #expect(refused.output.contains("it is \(new), and should be \(wwid)"), "\(refused)")
            try await expectHome(web)
            // The other node has not looked at it anew yet; then it is told before anything is done, too.
            try await cluster.havirt(expect: 1, "apply", "--yes")
            let plan = try await cluster.havirt(expect: 1, "plan")
            #expect(plan.output.contains("with another disk behind"), "\(plan)")
        }
    }
}
