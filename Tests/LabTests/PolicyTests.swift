import EndToEnd
import Testing

extension OnTheLab {
    @Suite("what a domain's XML may ask for")
    struct PolicyTests {
        private static let hostile = Program.root + "/Tests/StateSpecTests/Data/Hostile"
        private let one = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")
        private let two = TestDomain("d2", "run: keepalive\nnodes: [beta]\n")

        /// What libvirt refuses needs no policy.
        @Test("libvirt takes every hostile document")
        func accepted() async throws {
            let names = try TextFile.names(in: Self.hostile).filter { $0.hasSuffix(".xml") }.map { $0.dropLast(4) }
            #expect(names.count >= 30)
            let emulator = "/var/tmp/havirt-hostile/qemu-system-x86_64"
            let script = """
                mkdir -p ${0%/*} && ln -sf /usr/bin/qemu-system-x86_64 $0
                for name; do
                    virsh -q -c qemu:///system define \(Self.hostile)/$name.xml >/dev/null || continue
                    # Not --nvram: it removes the file that the document names.
                    virsh -q -c qemu:///system undefine $name --keep-nvram && echo $name
                done
                rm -r ${0%/*}
                """
            let command = ["enter", "alpha", "sh", "-c", script, emulator] + names.map(String.init)
            let ran = try await Lab.program.run(command, expect: 0)
            #expect(ran.lines == names.map(String.init))
        }

        /// Lines of havirt.conf that allow what the cluster has now.
        private func allow(_ cluster: LabCluster) async throws {
            let lines = try await cluster.havirt(expect: 0, "lint", "--show-policy").output
            try cluster.write("havirt.conf", try cluster.read("havirt.conf") + lines)
        }

        @Test("a tip with a hostile document is not used, and the others go on")
        func tip() async throws {
            let cluster = try await LabCluster("policy", [one, two])
            try await allow(cluster)
            try await cluster.converge()
            let evil = one.xml.replacing(
                "</devices>",
                with: "<filesystem type='mount'><source dir='/'/><target dir='root'/></filesystem></devices>")
            try cluster.repository.write("cluster.d/domains/d1.xml", evil)
            try await cluster.repository.commit("evil")
            try await Lab.virsh("alpha", "destroy", one.uuid)
            try await Lab.virsh("beta", "destroy", two.uuid)
            let lint = try await cluster.havirt(expect: 1, "lint")
            #expect(lint.output.contains(": policy-device: <filesystem> is not allowed, at /domain/"), "\(lint)")
            let ran = try await cluster.havirt("apply", "--yes")
            #expect(ran.errors.contains(": policy-device: ") && ran.errors.contains("going on from commit "), "\(ran)")
            try await expectHome(one)
            try await expectHome(two, "beta")
            for verb in [["start", "d1"], ["migrate", "d2", "alpha"]] {
                let verb = try await cluster.havirt(expect: 1, ["domain"] + verb + ["--yes"])
                #expect(verb.errors.contains("cannot be used"), "\(verb)")
            }
            try await expectHome(one)
            try await cluster.wish(two, two.wish + "priority: 1\n")
            try await expectHome(one)
            try cluster.repository.write("cluster.d/domains/d1.xml", one.xml)
            try await cluster.repository.commit("good again")
            try await cluster.converge()
            try await expectHome(one, "alpha")
        }

        @Test("a policy that was tightened holds what it forbids now, and nothing else")
        func tightened() async throws {
            let cluster = try await LabCluster("tightened", [one, two])
            try await cluster.converge()
            let conf = try cluster.read("havirt.conf")
            // Only the disk of the second is allowed.
            try cluster.repository.remove("cluster.d/domains/d1.xml")
            try cluster.repository.remove("cluster.d/domains/d1.yaml")
            let lines = try await cluster.havirt(expect: 0, "lint", "--worktree", "--show-policy").output
            try await cluster.repository.git("checkout", "--quiet", ".")
            try cluster.write("havirt.conf", conf + lines)
            try await Lab.virsh("alpha", "destroy", one.uuid)
            try await Lab.virsh("beta", "destroy", two.uuid)
            let ran = try await cluster.havirt("apply", "--yes")
            #expect(ran.errors.contains("domains/d1.xml:") && ran.errors.contains(": policy-disk: "), "\(ran)")
            #expect(ran.output.contains("d1  its XML asks for what xmlPolicy in havirt.conf does not allow"), "\(ran)")
            try await expectHome(one)
            try await expectHome(two, "beta")
            let start = try await cluster.havirt(expect: 1, "domain", "start", "d1", "--yes")
            #expect(start.errors.contains(": policy-disk: "), "\(start)")
            // A saved scan has all that is needed to say the same.
            try await cluster.havirt(expect: 0, "node", "scan", "--save", cluster.path("scan.json"))
            let live = try await cluster.havirt("plan")
            let saved = try await cluster.havirt("plan", "--observed", cluster.path("scan.json"))
            #expect(saved.lines.dropFirst() == live.lines.dropFirst() && saved.status == live.status, "\(saved)")
            let told = try await cluster.havirt(expect: 1, "simulate", "--observed", cluster.path("scan.json"))
            #expect(told.output.contains("d1 held: its XML asks for what xmlPolicy"), "\(told)")
            try await expectHome(one)
            try cluster.write("havirt.conf", conf)
            try await cluster.converge()
            try await expectHome(one, "alpha")
        }
    }
}
