import EndToEnd
import Testing

extension OnTheLab {
    @Suite("drift of definitions")
    struct DriftTests {
        private static let codes = [
            "--only", "xml-pending", "--only", "xml-live", "--only", "xml-persistent", "--only", "xml-blocks-migration",
        ]

        /// The findings on definitions, by lines.
        private func findings(
            _ cluster: LabCluster, expect status: Int32, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws -> [String] {
            let ran = try await cluster.havirt(
                expect: status, ["cluster", "validate", "--format", "tsv"] + Self.codes, sourceLocation: sourceLocation)
            return Array(ran.lines.dropFirst())
        }

        @Test(
            "silent after a start; what is done by hand and what git changes is told, offered, and ends with a restart")
        func drift() async throws {
            let domain = TestDomain("d1", "run: keepalive\nnodes: [alpha, beta]\nprefer: alpha\n")
            let cluster = try await LabCluster("drift", [domain])
            try await cluster.converge()
            try await expectHome(domain, "alpha")
            #expect(try await findings(cluster, expect: 0) == [])
            let quiet = try await cluster.havirt(expect: 0, "plan")
            #expect(!quiet.output.contains("# Offered"), "\(quiet)")

            // By hand.
            try cluster.write(
                "nic.xml",
                "<interface type='network'><mac address='52:54:00:00:00:77'/><source network='lan'/>"
                    + "<model type='virtio'/></interface>")
            try await Lab.virsh("alpha", "attach-device", domain.uuid, cluster.path("nic.xml"), "--live")
            let live = try await findings(cluster, expect: 2)
            #expect(live.count == 1 && live[0].hasPrefix("xml-live\twarning\td1\talpha\tchanged by hand"), "\(live)")
            #expect(live.first?.contains("interface[52:54:00:00:00:77] is not in git") == true, "\(live)")

            // By a commit: nothing is stopped for it.
            let first = try await cluster.repository.git("rev-parse", "main").prefix(10)
            var larger = domain
            larger.memoryMiB = 48
            try cluster.write(larger)
            try await cluster.repository.commit("d1: more memory")
            let second = try await cluster.repository.git("rev-parse", "main").prefix(10)
            let pending = try await findings(cluster, expect: 0)
            #expect(pending.count == 1, "\(pending)")
            #expect(
                pending.first?.contains("next start (runs \(first), git is \(second)): memory") == true, "\(pending)")
            let plan = try await cluster.havirt(expect: 0, "plan")
            #expect(
                plan.output.contains("# Offered") && plan.output.contains("detach-device \(domain.uuid)"), "\(plan)")

            // At the operator's word.
            let shown = try await cluster.havirt(expect: 2, "domain", "restart", "d1")
            #expect(shown.output.contains("shut down on alpha") && shown.output.contains("start on alpha"), "\(shown)")
            try await expectHome(domain, "alpha")
            let done = try await cluster.havirt(expect: 0, "domain", "restart", "d1", "--yes")
            #expect(done.output.hasSuffix("d1 runs on alpha.\n"), "\(done)")
            try await expectHome(domain, "alpha")
            #expect(try await findings(cluster, expect: 0) == [])
            let xml = try await Lab.virsh("alpha", "dumpxml", domain.uuid)
            #expect(xml.contains("<memory unit='KiB'>49152</memory>") && !xml.contains("52:54:00:00:00:77"))
        }

        @Test("what is pasted from an offer makes the domain like git again")
        func paste() async throws {
            let domain = TestDomain("d2", "run: keepalive\nnodes: [beta]\n")
            let cluster = try await LabCluster("drift-paste", [domain])
            try await cluster.converge()
            try await Lab.virsh("beta", "desc", domain.uuid, "--live", "--title", "by hand")
            try await Lab.virsh("beta", "blkdeviotune", domain.uuid, "vda", "--total-iops-sec", "1000", "--live")
            #expect(try await findings(cluster, expect: 2).count == 1)
            let plan = try await cluster.havirt(
                expect: 0, "plan", "--config", cluster.path("havirt.conf"))
            let offered = plan.lines.drop { !$0.hasPrefix("# Offered") }.filter { !$0.hasPrefix("#") }
            #expect(offered.contains { $0.contains("blkdeviotune") }, "\(plan)")
            for line in offered {
                let ran = try await cluster.inLab(["bash", "-c", line])
                #expect(ran.status == 0, "\(line): \(ran)")
            }
            #expect(try await findings(cluster, expect: 0) == [])
        }

        @Test("a guest that does not obey goes on as it is, unless --destroy cuts its power")
        func disobedient() async throws {
            var domain = TestDomain("d3", "run: manual\nnodes: [gamma]\nshutdown: {timeout: 3s}\n")
            domain.hasPowerButton = false
            let cluster = try await LabCluster("drift-force", [domain])
            let off = try await cluster.havirt(expect: 1, "domain", "restart", "d3", "--yes")
            #expect(off.errors.contains("d3 runs nowhere; havirt domain start d3 starts it"), "\(off)")
            try await cluster.havirt(expect: 0, "domain", "start", "d3", "--manual", "--yes")
            let asked = try await cluster.havirt(expect: 1, "domain", "restart", "d3", "--yes")
            #expect(asked.output.contains("d3 runs on gamma."), "\(asked)")
            try await expectHome(domain, "gamma")
            let forced = try await cluster.havirt(expect: 0, "domain", "restart", "d3", "--destroy", "--yes")
            #expect(forced.output.hasSuffix("d3 runs on gamma.\n"), "\(forced)")
            try await expectHome(domain, "gamma")
        }
    }
}
