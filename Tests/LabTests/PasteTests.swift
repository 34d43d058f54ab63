import EndToEnd
import Testing

extension OnTheLab {
    @Suite("the printed commands")
    struct PasteTests {
        @Test("pasted into a shell they do what havirt would have done")
        func paste() async throws {
            let started = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")
            let moved = TestDomain("d2", "run: keepalive\nnodes: [beta]\n")
            let stopped = TestDomain("d3", "run: stopped\n")
            let cluster = try await LabCluster("paste", [started, moved, stopped])
            try await Lab.create(moved, on: "gamma", isPersistent: true)
            try await Lab.create(stopped, on: "gamma")

            let dry = try await cluster.havirt(expect: 2, "apply", "--config", cluster.path("havirt.conf"))
            let commands = dry.lines.drop { !$0.hasPrefix("# The commands") }.filter { !$0.hasPrefix("#") }
            #expect(commands.count == 3, "\(dry)")
            for domain in [started, stopped] where try await Lab.homes(of: domain).count > 1 { Issue.record("twice") }
            try await expectHome(started)
            for command in commands {
                let ran = try await cluster.inLab(["bash", "-c", command])
                #expect(ran.status == 0, "\(command): \(ran)")
            }
            try await Lab.wait("the guest shuts down") { try await Lab.homes(of: stopped).isEmpty }
            let flags = "--rendered --config \(cluster.path("havirt.conf")) | ssh -F \(Lab.state)/ssh_config alpha "
            #expect(commands.contains { $0.contains(flags) }, "a flag of this run is missing: \(commands)")
            try await cluster.havirt(expect: 0, "plan")
            try await expectHome(started, "alpha")
            try await expectHome(moved, "beta")
            let xml = try await Lab.virsh("alpha", "dumpxml", started.uuid)
            #expect(xml.contains("<havirt:domain "), "a pasted start bears the mark too")
        }
    }
}
