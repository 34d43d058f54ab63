import EndToEnd
import Testing

/// Verbs that are commits. No node is in reach: what was seen of them stands in the records.
@Suite("verbs are commits")
struct NodeVerbTests {
    private static let boot = "b0000001-0000-4000-8000-000000000001"

    /// Two nodes that refuse connections; oak was seen once.
    private func office(member: Bool = true) async throws -> (Playground, TestRepository) {
        let playground = try await Playground()
        let office = try await TestRepository(at: playground.folder.path + "/office")
        try office.write(
            "cluster.d/nodes/oak.yaml", "# the old one\nssh: root@127.0.0.1:1   # nobody\nretired: false\n")
        try office.write("cluster.d/nodes/pine.yaml", "ssh: root@127.0.0.1:2\n")
        try await office.commit("nodes")
        try await office.git("config", "user.name", "Olga Operator")
        try await office.git("config", "user.email", "olga@example.org")
        if member {
            try playground.folder.write(
                "var/node.yaml",
                """
                format: 1
                nodes:
                  oak:
                    host: {uuid: 10000000-0000-4000-8000-000000000001, boot: \(Self.boot), lastAnswer: 2026-01-02T03:04:05Z}
                    member: {ssh: "root@127.0.0.1:1", retired: false, since: 2026-01-02T03:04:05Z}

                """)
        }
        return (playground, office)
    }

    private func havirt(_ playground: Playground, _ arguments: String...) async throws -> Ran {
        try await playground.program.run(["havirt", "node"] + arguments + ["--repo", "office"])
    }

    @Test("without --yes nothing changes; with it one line does, and comments stay")
    func retire() async throws {
        let (playground, office) = try await office()
        let before = try await office.git("rev-parse", "main")
        let shown = try await havirt(playground, "retire", "oak", "--reason", "end of lease")
        #expect(shown.status == 2, "\(shown)")
        #expect(
            shown.output.hasPrefix(
                "Commit by Olga Operator <olga@example.org>\n\n    node oak: retired, end of lease\n"))
        #expect(shown.output.contains("\n-retired: false\n+retired: true\n"), "\(shown)")
        #expect(shown.output.contains("What follows from it:\n\nPlan for uncommitted files"), "\(shown)")
        #expect(try await office.git("rev-parse", "main") == before)

        let done = try await havirt(playground, "retire", "oak", "--reason", "end of lease", "--yes")
        #expect(done.status == 0, "\(done)")
        #expect(try await office.git("log", "-1", "--format=%an %s") == "Olga Operator node oak: retired, end of lease")
        #expect(try await office.git("diff", "--name-only", "HEAD~1") == "cluster.d/nodes/oak.yaml")
        #expect(
            try TextFile.read(office.path + "/cluster.d/nodes/oak.yaml")
                == "# the old one\nssh: root@127.0.0.1:1   # nobody\nretired: true\n")
        #expect(try await office.git("status", "--porcelain") == "")
        let again = try await havirt(playground, "retire", "oak", "--yes")
        #expect(again.status == 0 && again.output == "oak is retired already.\n", "\(again)")
    }

    @Test("the word names the boot last seen, who gave it, when and why; and is taken back")
    func fenced() async throws {
        let (playground, office) = try await office()
        let done = try await havirt(playground, "fenced", "oak", "--reason", "PSU: dead", "--yes")
        #expect(done.status == 0, "\(done)")
        let text = try TextFile.read(office.path + "/cluster.d/nodes/oak.yaml")
        let lines = text.split(separator: "\n").dropFirst(3)
        #expect(lines.count == 1, "\(text)")
        #expect(lines.first?.hasPrefix("fenced: {bootId: \(Self.boot), since: \"20") == true, "\(text)")
        let end = "by: Olga Operator <olga@example.org>, reason: \"PSU: dead\"}"
        #expect(lines.first?.hasSuffix(end) == true, "\(text)")
        #expect(try await havirt(playground, "list").output.contains("\tfenced\t"))

        let twice = try await havirt(playground, "fenced", "oak", "--reason", "again", "--yes")
        #expect(twice.status == 0 && twice.output.hasPrefix("oak is fenced in this boot already"), "\(twice)")
        let lifted = try await havirt(playground, "fenced", "oak", "--lift", "--yes")
        #expect(lifted.status == 0, "\(lifted)")
        #expect(!(try TextFile.read(office.path + "/cluster.d/nodes/oak.yaml")).contains("fenced"))
    }

    @Test("what is no proof of death, no reason or no boot is refused")
    func refused() async throws {
        let (playground, office) = try await office()
        let before = try await office.git("rev-parse", "main")
        let cases: [([String], Int32, String)] = [
            (["pine", "--reason", "x"], 1, "no havirt has ever had an answer from pine, so there is no boot to fence"),
            (["oak", "--reason", "x", "--boot", "b0000002-0000-4000-8000-000000000001"], 1, "was last seen in boot"),
            (["oak", "--reason", "x", "--boot", "yesterday"], 1, "'yesterday' is no boot id"),
            (["elm", "--reason", "x"], 1, "there is no node 'elm'"),
            (["oak", "--reason", "  "], 1, "--reason takes one"),
            (["oak", "--reason", "a\nb"], 1, "--reason takes one"), (["oak"], 64, "give --reason TEXT, or --lift"),
            (["oak", "--lift", "--reason", "x"], 64, "give --reason TEXT, or --lift"),
        ]
        for (arguments, status, message) in cases {
            let ran = try await playground.program.run(
                ["havirt", "node", "fenced"] + arguments + ["--yes", "--repo", "office"])
            #expect(ran.status == status && ran.errors.contains(message), "\(arguments): \(ran)")
        }
        #expect(try await office.git("rev-parse", "main") == before)
    }

    @Test("a name that git does not know, staged work and a broken tip are in the way")
    func notCommitted() async throws {
        let (playground, office) = try await office()
        try office.write("notes", "staged\n")
        try await office.git("add", "notes")
        let staged = try await havirt(playground, "retire", "oak", "--yes")
        #expect(staged.status == 1 && staged.errors.contains("something is staged in the work tree"), "\(staged)")
        try await office.git("reset", "--quiet")
        try await office.git("config", "--unset", "user.name")
        try playground.folder.write(".gitconfig", "")
        let nobody = try await havirt(playground, "retire", "oak", "--yes")
        #expect(nobody.status == 1 && nobody.errors.contains("git config --global user.name"), "\(nobody)")
        try office.write("cluster.d/nodes/pine.yaml", "ssh: [\n")
        try await office.commit("broken")
        let broken = try await havirt(playground, "retire", "oak", "--yes")
        #expect(broken.status == 1 && broken.errors.contains("cannot be used"), "\(broken)")
    }

    @Test("with a remote the commit is pushed; offline it waits, is followed, and is pushed by the next run")
    func remote() async throws {
        let (playground, office) = try await office()
        let remote = playground.folder.path + "/remote.git"
        try await office.git("clone", "--quiet", "--bare", ".", remote)
        try playground.folder.write(".gitconfig", "[user]\n\tname = Olga\n\temail = olga@example.org\n")
        var program = playground.program
        program.environment["HAVIRT_REMOTE"] = remote
        program.environment["HAVIRT_VAR"] = playground.folder.path + "/var"
        let tip = { try await office.git("--git-dir", remote, "rev-parse", "main") }
        let pushed = try await program.havirt("node", "retire", "pine", "--yes")
        #expect(pushed.status == 0, "\(pushed)")
        let before = try await tip()
        #expect(pushed.output.contains("Made commit \(before.prefix(10)).\n"), "\(pushed)")

        _ = try await program.run(["mv", remote, remote + ".gone"])
        let refused = try await program.havirt("node", "fenced", "oak", "--reason", "fire", "--yes")
        #expect(refused.status == 1 && refused.errors.contains("--offline commits here"), "\(refused)")
        let waits = try await program.havirt("node", "fenced", "oak", "--reason", "fire", "--offline", "--yes")
        #expect(waits.status == 0 && waits.output.contains(", which waits on this machine to be pushed"), "\(waits)")
        let plan = try await program.havirt("plan")
        #expect(plan.errors.contains("waits on this machine to be pushed, and is followed meanwhile"), "\(plan)")
        #expect(plan.output.contains("notice   oak silent"), "the word counts: \(plan)")

        _ = try await program.run(["mv", remote + ".gone", remote])
        let next = try await program.havirt("plan")
        #expect(next.errors.contains("what waited to be pushed is pushed"), "\(next)")
        #expect(try await office.git("--git-dir", remote, "rev-parse", "main~1") == before)
    }

    @Test("what waits and clashes with the remote is refused, with what to do")
    func clash() async throws {
        let (playground, office) = try await office()
        let remote = playground.folder.path + "/remote.git"
        try await office.git("clone", "--quiet", "--bare", ".", remote)
        try playground.folder.write(".gitconfig", "[user]\n\tname = Olga\n\temail = olga@example.org\n")
        var program = playground.program
        program.environment["HAVIRT_REMOTE"] = remote
        program.environment["HAVIRT_VAR"] = playground.folder.path + "/var"
        _ = try await program.havirt("plan")
        let waits = try await program.havirt("node", "fenced", "oak", "--reason", "fire", "--offline", "--yes")
        #expect(waits.status == 0, "\(waits)")
        try office.write("cluster.d/nodes/oak.yaml", "ssh: root@127.0.0.1:1\nlabels: [new]\n")
        try await office.commit("oak: new")
        try await office.git("push", "--quiet", remote, "main")
        for command in ["plan", "apply"] {
            let ran = try await program.havirt(command)
            #expect(ran.status == 1 && ran.output.isEmpty, "\(ran)")
            #expect(
                ran.errors.contains("clashes with its tip in cluster.d/nodes/oak.yaml: in a clone, git fetch"), "\(ran)"
            )
        }
    }
}
