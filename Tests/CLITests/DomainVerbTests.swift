import EndToEnd
import Testing

/// No node is in reach: what runs is not known, and what a verb does about it is seen on the lab.
@Suite("verbs of domains are commits")
struct DomainVerbTests {
    private func office() async throws -> (Playground, TestRepository) {
        let playground = try await Playground()
        let office = try await TestRepository(at: playground.folder.path + "/office")
        try office.write("cluster.d/nodes/oak.yaml", "ssh: root@127.0.0.1:1\n")
        try office.write("cluster.d/nodes/pine.yaml", "ssh: root@127.0.0.1:2\n")
        for domain in [TestDomain("web"), TestDomain("bare")] {
            try office.write("cluster.d/domains/\(domain.name).xml", domain.xml)
        }
        try office.write("cluster.d/domains/web.yaml", "# the shop\nrun: keepalive   # day and night\nnodes: [oak]\n")
        try await office.commit("domains")
        try await office.git("config", "user.name", "Olga Operator")
        try await office.git("config", "user.email", "olga@example.org")
        return (playground, office)
    }

    private func havirt(_ playground: Playground, _ arguments: String...) async throws -> Ran {
        try await playground.program.run(["havirt", "domain"] + arguments + ["--repo", "office"])
    }

    @Test("a hold is one key, with who, why and until when; its end takes it away again")
    func hold() async throws {
        let (playground, office) = try await office()
        let before = try await office.git("rev-parse", "main")
        let shown = try await havirt(playground, "hold", "web", "--reason", "restore: under way")
        #expect(shown.status == 2 && shown.output.contains("\n    domain web: hold, restore: under way\n"), "\(shown)")
        #expect(shown.output.hasSuffix("Nothing is changed yet; --yes commits it.\n"), "\(shown)")
        #expect(try await office.git("rev-parse", "main") == before)

        let done = try await havirt(
            playground, "hold", "web", "--reason", "restore", "--until", "2099-12-01", "--yes")
        #expect(done.status == 0, "\(done)")
        #expect(try await office.git("log", "-1", "--format=%an %s") == "Olga Operator domain web: hold, restore")
        #expect(
            try TextFile.read(office.path + "/cluster.d/domains/web.yaml")
                == "# the shop\nrun: keepalive   # day and night\nnodes: [oak]\n"
                + "hold: {until: \"2099-12-01T00:00:00Z\", by: Olga Operator <olga@example.org>, reason: restore}\n")
        let again = try await havirt(
            playground, "hold", "web", "--reason", "restore", "--until", "2099-12-01", "--yes")
        #expect(again.status == 0 && again.output == "web is held already.\n", "\(again)")

        let off = try await havirt(playground, "unhold", "web", "--yes")
        #expect(off.status == 0, "\(off)")
        #expect(try await office.git("diff", "--stat", before, "main") == "")
        let offAgain = try await havirt(playground, "unhold", "web", "--yes")
        #expect(offAgain.status == 0 && offAgain.output == "web is not held.\n", "\(offAgain)")
    }

    @Test("a domain without a YAML file gets one")
    func newFile() async throws {
        let (playground, office) = try await office()
        let shown = try await havirt(playground, "hold", "bare", "--reason", "new")
        #expect(shown.status == 2 && shown.output.contains(", reason: new}\n"), "\(shown)")
        let done = try await havirt(playground, "hold", "bare", "--reason", "new", "--yes")
        #expect(done.status == 0, "\(done)")
        #expect(
            try TextFile.read(office.path + "/cluster.d/domains/bare.yaml")
                == "hold: {by: Olga Operator <olga@example.org>, reason: new}\n")
        #expect(try await office.git("status", "--porcelain") == "")
    }

    @Test("a bare repository gets the same commit, and an ugly file changes in one line")
    func bare() async throws {
        let (playground, office) = try await office()
        try office.write("cluster.d/domains/web.yaml", "---\r\n# é\r\n\"run\" :  'keepalive'  # x\r\nnodes: [ oak ]")
        try await office.commit("ugly")
        try await office.git("clone", "--quiet", "--bare", ".", "../office.git")
        for (key, value) in [("user.name", "Olga"), ("user.email", "olga@example.org")] {
            try await office.git("-C", "../office.git", "config", key, value)
        }
        let havirt = { (arguments: String...) in
            try await playground.program.run(["havirt", "domain"] + arguments + ["--repo", "office.git"])
        }
        let shown = try await havirt("hold", "web", "--reason", "restore")
        #expect(shown.status == 2, "\(shown)")
        let done = try await havirt("hold", "web", "--reason", "restore", "--yes")
        #expect(done.status == 0, "\(done)")
        let log = try await office.git("-C", "../office.git", "log", "-1", "--format=%an %s", "--numstat")
        #expect(log == "Olga domain web: hold, restore\n\n2\t1\tcluster.d/domains/web.yaml", "\(log)")
        let end = try await havirt("unhold", "web", "--yes")
        #expect(end.status == 0, "\(end)")
        let show = ["git", "-C", "office.git", "show", "main:cluster.d/domains/web.yaml"]
        let text = try await playground.program.run(show).output
        #expect(text == "---\r\n# é\r\n\"run\" :  'keepalive'  # x\r\nnodes: [ oak ]\r\n", "\(text.debugDescription)")
    }

    @Test("what is held is neither started, stopped nor moved")
    func held() async throws {
        let (playground, office) = try await office()
        _ = try await havirt(playground, "hold", "web", "--reason", "restore", "--yes")
        let before = try await office.git("rev-parse", "main")
        for verb in [["start", "web"], ["stop", "web", "--destroy"], ["migrate", "web", "oak"]] {
            let ran = try await playground.program.run(["havirt", "domain"] + verb + ["--yes", "--repo", "office"])
            #expect(ran.status == 1, "\(ran)")
            #expect(ran.errors.contains("web is held: restore; havirt domain unhold web ends that"), "\(ran)")
        }
        #expect(try await office.git("rev-parse", "main") == before)
    }

    @Test("a start without a place is a wish, and stands though it is blocked now; a stop is shown before its commit")
    func shown() async throws {
        let (playground, office) = try await office()
        let start = try await havirt(playground, "start", "bare")
        #expect(start.status == 1 && start.output.contains("\n    domain bare: start\n"), "\(start)")
        #expect(start.output.contains("\n+run: keepalive\n"), "\(start)")
        let stop = try await havirt(playground, "stop", "web", "--message", "sold")
        #expect(
            stop.status == 1 && stop.output.contains("once web is seen off\n\n    domain web: stop, sold\n"), "\(stop)")
        #expect(
            stop.output.contains("\n-run: keepalive   # day and night\n+run: manual   # day and night\n"), "\(stop)")
        #expect(try await office.git("status", "--porcelain") == "")
    }

    @Test("what is no domain, reason or time is refused before anything is committed")
    func refused() async throws {
        let (playground, office) = try await office()
        let before = try await office.git("rev-parse", "main")
        let cases: [([String], Int32, String)] = [
            (["hold", "webb", "--reason", "x"], 1, "did you mean web?"), (["hold", "web"], 64, "Missing"),
            (["hold", "web", "--reason", "a\nb"], 1, "--reason takes one line"),
            (["hold", "web", "--reason", "x", "--until", "2026-01-01"], 1, "is over already"),
            (["unhold", "elm"], 1, "there is no domain 'elm'"), (["start", "elm"], 1, "there is no domain 'elm'"),
            (["start", "web", "elm"], 1, "there is no node 'elm'"),
            (["start", "web", "pine"], 1, "pine is not among the nodes that web is allowed (oak); --allow adds it"),
            // Nobody answers, so nobody knows whether it runs.
            (["start", "web", "oak"], 1, "web cannot start on oak: may be running on a silent node"),
            (["start", "web", "--allow"], 64, "name the node"),
            (["start", "web", "--message", " "], 1, "--message takes"),
            (["migrate", "web", "pine"], 1, "--allow adds it"),
            (["migrate", "web", "oak"], 1, "web runs on no node that answers; havirt domain start web oak starts it"),
            (["stop", "elm"], 1, "there is no domain 'elm'"), (["stop", "web"], 1, "no node answers"),
        ]
        for (arguments, status, message) in cases {
            let ran = try await playground.program.run(
                ["havirt", "domain"] + arguments + ["--yes", "--repo", "office"])
            #expect(ran.status == status && ran.errors.contains(message), "\(arguments): \(ran)")
        }
        #expect(try await office.git("rev-parse", "main") == before)
    }
}
