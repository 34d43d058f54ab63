import EndToEnd
import Testing

extension OnTheLab {
    @Suite("the classic day")
    struct ClassicDayTests {
        private let database = TestDomain("d1", "run: keepalive\nprefer: alpha\npriority: 10\n")
        private let web = TestDomain("d2", "run: keepalive\napart: [web]\n")
        private let mirror = TestDomain("d3", "run: keepalive\napart: [web]\n")
        private let batch = TestDomain("d4", "run: manual\nnodes: [alpha, gamma]\nprefer: alpha\n")
        private var all: [TestDomain] { [database, web, mirror, batch] }

        /// Each domain runs once; gives back where.
        private func homes() async throws -> [String] {
            var homes: [String] = []
            for domain in all {
                let found = try await Lab.homes(of: domain)
                #expect(found.count == 1, "\(domain.name) runs on \(found)")
                homes += found
            }
            return homes
        }

        /// How often each read what it had not written, in the tests before this one, too.
        private func clashes() async throws -> [String] {
            var clashes: [String] = []
            for domain in all { clashes.append(try await Lab.lab("clashes", domain.target).output) }
            return clashes
        }

        @Test("a node is emptied, rebooted and taken back, and no guest has noticed; then everything is in sync")
        func day() async throws {
            // All were there before havirt: one that its node would define again, and three that it would not.
            let cluster = try await LabCluster.unwritten("classic-day")
            try await Lab.create(batch, on: "alpha", isPersistent: true)
            for (domain, node) in [(database, "alpha"), (web, "alpha"), (mirror, "beta")] {
                try await Lab.create(domain, on: node)
            }
            try await cluster.havirt(
                expect: 0, "cluster", "adopt", "alpha", "beta", "gamma", "--name", "classic-day", "--yes")
            for domain in all { try cluster.repository.write("cluster.d/domains/\(domain.name).yaml", domain.wish) }
            try await cluster.repository.commit("wishes")
            let before = try await cluster.havirt(expect: 0, "plan")
            #expect(before.output.hasSuffix("Nothing to do. 4 in sync.\n"), "\(before)")
            try await cluster.havirt(expect: 0, "cluster", "validate")
            var counted: [Int] = []
            for domain in all { counted.append(try await Lab.count(domain)) }
            let clashed = try await clashes()

            let on = try await cluster.havirt(
                expect: 0, "node", "maintenanceon", "alpha", "--reason", "new kernel", "--yes")
            #expect(on.output.hasSuffix("alpha is empty.\n"), "\(on)")
            #expect(try await !homes().contains("alpha"))
            #expect(
                try await Lab.virsh("alpha", "list", "--all", "--uuid").allSatisfy(\.isWhitespace),
                "no definition is left behind")

            let boot = try await Lab.lab("enter", "alpha", "cat", "/proc/sys/kernel/random/boot_id").output
            try await Lab.lab("reboot", "alpha")
            try await Lab.wait("alpha answers again", seconds: 30) {
                try await cluster.havirt("node", "scan").status == 0
            }
            let rebooted = try await Lab.lab("enter", "alpha", "cat", "/proc/sys/kernel/random/boot_id").output
            #expect(boot != rebooted)
            // It is still in maintenance, whatever came up there.
            try await cluster.havirt(expect: 0, "plan")
            try await cluster.havirt(expect: 0, "reconcile", "--yes")
            #expect(try await !homes().contains("alpha"))

            let off = try await cluster.havirt(
                expect: 0, "node", "maintenanceoff", "alpha", "--bring-back", "--yes")
            #expect(off.output.contains("2 of 2 steps done and seen."), "\(off)")
            try await expectHome(database, "alpha")
            try await expectHome(batch, "alpha")
            let after = try await cluster.havirt(expect: 0, "plan")
            #expect(after.output.hasSuffix("Nothing to do. 4 in sync.\n"), "\(after)")
            try await cluster.havirt(expect: 0, "cluster", "validate")

            for (domain, before) in zip(all, counted) {
                try await Lab.wait("\(domain.name) goes on counting") { try await Lab.count(domain) > before }
            }
            #expect(try await clashes() == clashed, "one read what it had not written")
            #expect(
                try await cluster.repository.git("log", "--reverse", "--format=%s")
                    == "cluster: adopt 3 nodes and 4 domains\nwishes\nnode alpha: maintenance, new kernel\nnode alpha: end of maintenance"
            )
            #expect(try await cluster.repository.git("diff", "--stat", "HEAD~2", "HEAD") == "")
        }

        @Test("one screen says what the day did to a domain and to its node")
        func shown() async throws {
            let cluster = try await LabCluster("classic-day-shown", [database, web])
            try await cluster.converge()
            let domain = try await cluster.havirt(expect: 0, "domain", "show", "d1").output
            let commit = try await cluster.repository.git("rev-parse", "--short=10", "HEAD")
            for words in [
                "\n  prefer    alpha", "domains/d1.yaml:2\n",
                "\n  alpha  running (booted), started from commit \(commit)\n",
                "\n  runs where it may [in-sync]\n", "d1: start on alpha; done\n",
            ] {
                #expect(domain.contains(words), "\(words): \(domain)")
            }
            let node = try await cluster.havirt(expect: 0, "node", "show", "alpha").output
            for words in [
                "alpha: ready\n", "\n  d1  running (booted)  runs where it may\n", "d1: start on alpha; done\n",
            ] {
                #expect(node.contains(words), "\(words): \(node)")
            }
            try await Lab.lab("fault", "sshd-kill", "alpha")
            let silent = try await cluster.havirt(expect: 0, "domain", "show", "d1").output
            #expect(silent.contains("\n  on no node that answers\n"), "\(silent)")
            #expect(silent.contains("\n  alpha  silent, "), "\(silent)")
            #expect(silent.contains("\n  last seen active on alpha at "), "\(silent)")
            let recorded = try await cluster.havirt(expect: 0, "node", "show", "alpha", "--recorded").output
            #expect(recorded.contains("; no node was asked\n"), "\(recorded)")
            #expect(recorded.contains("\n  silent "), "\(recorded)")
            let console = try await cluster.havirt(expect: 1, "domain", "console", "d1")
            #expect(console.errors.contains("may be running on one that is silent (alpha)"), "\(console)")
            try await Lab.lab("fault", "sshd-start", "alpha")
            let live = try await cluster.havirt(expect: 0, "domain", "xml", "d1", "--live")
            #expect(live.output.hasPrefix("<domain type='qemu' id='") && live.output.contains(database.uuid), "\(live)")
            let line = try await cluster.havirt(expect: 0, "domain", "console", "d1")
            #expect(
                line.output == "ssh -F \(Lab.state)/ssh_config -t -e none alpha virsh -c qemu:///system console "
                    + "\(database.uuid)\n", "\(line)")
            // At a terminal it becomes virsh on the node, whose word on a guest without a console is its own.
            let terminal = try await cluster.inLab(["script", "-qec", "havirt domain console d1", "/dev/null"])
            #expect(terminal.output.contains("cannot find character device"), "\(terminal)")
        }
    }
}
