import EndToEnd
import Testing

extension OnTheLab {
    @Suite("with the gate on every node") struct GateTests {
        private let one = TestDomain("d1", "run: keepalive\nnodes: [alpha, beta]\nprefer: alpha\n")
        private let two = TestDomain("d2", "run: keepalive\nnodes: [gamma, beta]\nprefer: gamma\n")

        @Test("start, move, stop, drain and validate are what they are without it", arguments: [true, false])
        func story(multiplex: Bool) async throws {
            try await GatedCluster.with("gated-\(multiplex)", [one, two], multiplex: multiplex) { gated in
                let cluster = gated.cluster
                try await cluster.converge()
                try await expectHome(one, "alpha")
                try await expectHome(two, "gamma")
                try await cluster.wish(one, "run: keepalive\nnodes: [beta, gamma]\nprefer: beta\n")
                try await cluster.converge()
                try await expectHome(one, "beta")
                try await cluster.havirt(expect: 0, "node", "maintenanceon", "beta", "--yes")
                try await expectHome(one, "gamma")
                try await cluster.havirt(expect: 0, "node", "maintenanceoff", "beta", "--yes")
                try await cluster.havirt(expect: 0, "domain", "migrate", "d2", "beta", "--yes")
                try await expectHome(two, "beta")
                try await cluster.havirt(expect: 0, "domain", "stop", "d2", "--yes")
                try await expectHome(two)
                for verb in [["node", "update"], ["domain", "xml", "d1", "--live"], ["cluster", "unlock"]] {
                    try await cluster.havirt(expect: 0, verb)
                }
                let validated = try await cluster.havirt(expect: 0, "cluster", "validate", "--format", "tsv")
                // The keys of nodes among each other are no concern of the gate.
                #expect(!validated.output.contains("key-"), "\(validated)")
                #expect(try gated.refusals() == [])

                // A line that an older way of logging in has left behind.
                let place = "\(Lab.state)/node/beta/root.ssh/authorized_keys"
                let lines = try TextFile.read(place)
                try TextFile.write(place, lines + (try TextFile.read("\(Lab.state)/gate/act.pub")))
                let open = try await cluster.havirt(expect: 2, "cluster", "validate", "--only", "key-ungated")
                #expect(open.output.contains("beta") && open.output.contains("havirt's actKey"), "\(open)")
                try TextFile.write(place, lines)
                try await cluster.havirt(expect: 0, "cluster", "validate", "--only", "key-ungated")
            }
        }

        @Test("who has the key that scans can look and plan, and is told that it does not act")
        func scanOnly() async throws {
            try await GatedCluster.with("gated-scan", [one, two]) { gated in
                let cluster = gated.cluster
                try await Lab.create(two, on: "gamma")
                try gated.use(["scan"])
                try await cluster.havirt(expect: 2, "plan")
                try await cluster.havirt(expect: 2, "apply")
                try await cluster.havirt(expect: 2, "cluster", "validate")
                try await cluster.havirt(expect: 0, "node", "scan")
                let before = try await cluster.repository.git("rev-parse", "main")
                for verb in [
                    ["apply", "--yes"], ["reconcile", "--yes"], ["domain", "start", "d1", "beta", "--yes"],
                    ["domain", "stop", "d1", "--yes"], ["node", "maintenanceon", "gamma", "--yes"],
                    ["cluster", "unlock"],
                    ["reconcile", "--every", "1s", "--yes"],
                ] {
                    let ran = try await cluster.havirt(expect: 1, verb)
                    #expect(ran.errors.contains("names no actKey under ssh"), "\(verb): \(ran)")
                }
                #expect(try await cluster.repository.git("rev-parse", "main") == before)
                try await expectHome(one)
                try await expectHome(two, "gamma")
                #expect(try gated.refusals() == [])
            }
        }

        @Test("what it prints installs it, where it is pasted by who is root")
        func paste() async throws {
            try await GatedCluster.with("gated-paste", [one]) { gated in
                let cluster = gated.cluster
                let own = try TextFile.read("\(Lab.state)/key.pub")
                let place = { (node: String) in "\(Lab.state)/node/\(node)/root.ssh/authorized_keys" }
                let nodes = Dictionary(
                    uniqueKeysWithValues: try Lab.nodes.map { node in
                        (
                            node,
                            try TextFile.read(place(node)).split(separator: "\n").filter { !$0.hasPrefix("restrict") }
                        )
                    })
                for (node, lines) in nodes {
                    // A file whose last line lacks its end, as some people's do.
                    try TextFile.write(place(node), lines.joined(separator: "\n") + "\n" + own.dropLast())
                    try await Lab.lab("enter", node, "rm", "/usr/local/sbin/havirt-gate")
                }
                let shown = try await cluster.havirt(expect: 0, "node", "gate")
                let lines = shown.lines.filter { $0.contains(" | ") }
                #expect(lines.count == 2 * Lab.nodes.count, "\(shown)")
                for line in lines {
                    let ran = try await cluster.inLab(["sh", "-c", line])
                    #expect(ran.status == 0, "\(line): \(ran)")
                }
                for node in Lab.nodes {
                    let all = try TextFile.read(place(node)).split(separator: "\n")
                    #expect(all.filter { $0.hasPrefix("restrict,command=") }.count == 2, "\(all)")
                    #expect(all.count == nodes[node].map { $0.count + 3 })
                    try TextFile.write(place(node), all.filter { !own.hasPrefix($0) }.joined(separator: "\n") + "\n")
                }
                try await cluster.converge()
                try await expectHome(one, "alpha")
                #expect(try gated.refusals() == [])
            }
        }

        @Test("a gate of another havirt, and keys the wrong way round, are told apart, and nothing is done")
        func wrongGate() async throws {
            try await GatedCluster.with("gated-wrong", [one]) { gated in
                let cluster = gated.cluster
                let file = "\(Lab.state)/node/beta/usr.local.sbin/havirt-gate"
                let good = try TextFile.read(file)
                try await Lab.lab(
                    "enter", "beta", "sed", "-i", "/ [0-9a-f]\\{64\\} /s/[0-9]/7/g", "/usr/local/sbin/havirt-gate")
                let other = try await cluster.havirt(expect: 1, "plan")
                #expect(
                    other.description.contains("beta") && other.description.contains("refused by its gate"), "\(other)")
                #expect(other.description.contains("does not know the scripts of this havirt"), "\(other)")
                let acted = try await cluster.havirt(expect: 1, "apply", "--yes")
                #expect(acted.description.contains("does not know the scripts of this havirt"), "\(acted)")
                // An older gate's scripts are let in by the new one where it keeps them.
                try cluster.write("old", try TextFile.read(file))
                let both = try await cluster.havirt(
                    expect: 0, "node", "gate", "--script", "--keep", cluster.path("old"))
                try cluster.write("both", both.output)
                try await Lab.lab("enter", "beta", "cp", cluster.path("both"), "/usr/local/sbin/havirt-gate")
                try await cluster.converge()
                try cluster.write("good", good)
                try await Lab.lab("enter", "beta", "cp", cluster.path("good"), "/usr/local/sbin/havirt-gate")
                let conf = try cluster.read("havirt.conf")
                try cluster.write(
                    "havirt.conf",
                    conf.replacing("gate/act", with: "gate/x").replacing("gate/scan", with: "gate/act")
                        .replacing("gate/x", with: "gate/scan"))
                let swapped = try await cluster.havirt(expect: 1, "plan")
                #expect(swapped.description.contains("this key may not do that"), "\(swapped)")
            }
        }
    }
}
