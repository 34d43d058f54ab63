import EndToEnd
import Testing

/// No node is in reach: what follows is seen on the lab.
@Suite("maintenance is a commit")
struct NodeMaintenanceTests {
    private func office() async throws -> (Playground, TestRepository) {
        let playground = try await Playground()
        let office = try await TestRepository(at: playground.folder.path + "/office")
        try office.write("cluster.d/nodes/oak.yaml", "ssh: root@127.0.0.1:1   # nobody\nlabels: [nas] # and more\n")
        try office.write("cluster.d/nodes/pine.yaml", "ssh: root@127.0.0.1:2\n")
        try await office.commit("nodes")
        try await office.git("config", "user.name", "Olga Operator")
        try await office.git("config", "user.email", "olga@example.org")
        return (playground, office)
    }

    private func havirt(_ playground: Playground, _ arguments: String...) async throws -> Ran {
        try await playground.program.run(["havirt", "node"] + arguments + ["--repo", "office"])
    }

    @Test("without --yes nothing changes; with it one line does, and comments stay")
    func onAndOff() async throws {
        let (playground, office) = try await office()
        let before = try await office.git("rev-parse", "main")
        let shown = try await havirt(playground, "maintenanceon", "oak")
        #expect(shown.status == 2, "\(shown)")
        #expect(
            shown.output.hasPrefix("Commit by Olga Operator <olga@example.org>\n\n    node oak: maintenance\n\n"),
            "\(shown)")
        #expect(shown.output.contains("\n+maintenance: true\n"), "\(shown)")
        #expect(shown.errors.contains("oak is silent: nobody knows what runs there."), "\(shown)")
        #expect(shown.output.hasSuffix("Nothing is changed yet; --yes commits it and carries it out.\n"), "\(shown)")
        #expect(try await office.git("rev-parse", "main") == before)

        let done = try await havirt(playground, "maintenanceon", "oak", "--yes")
        #expect(done.output.contains("Made commit "), "\(done)")
        // Silence is not emptiness.
        #expect(done.status == 1 && done.output.contains("oak is silent: what runs there is not known"), "\(done)")
        #expect(try await office.git("log", "-1", "--format=%an %s") == "Olga Operator node oak: maintenance")
        #expect(
            try TextFile.read(office.path + "/cluster.d/nodes/oak.yaml")
                == "ssh: root@127.0.0.1:1   # nobody\nlabels: [nas] # and more\nmaintenance: true\n")
        let again = try await havirt(playground, "maintenanceon", "oak", "--yes")
        #expect(again.status == 1 && again.errors.contains("oak is in maintenance already."), "\(again)")
        #expect(try await office.git("rev-list", "--count", "\(before)..main") == "1")

        let off = try await havirt(playground, "maintenanceoff", "oak", "--yes")
        #expect(off.status == 0, "\(off)")
        #expect(try await office.git("log", "-1", "--format=%s") == "node oak: end of maintenance")
        #expect(try await office.git("diff", "--stat", before, "main") == "")
        let offAgain = try await havirt(playground, "maintenanceoff", "oak", "--yes")
        #expect(offAgain.status == 0 && offAgain.errors.contains("oak is not in maintenance."), "\(offAgain)")
    }

    @Test("several nodes at once, with who, why and until when")
    func several() async throws {
        let (playground, office) = try await office()
        let before = try await office.git("rev-parse", "main")
        let done = try await havirt(
            playground, "maintenanceon", "pine", "oak", "--reason", "new fans", "--until", "2099-12-01", "--yes")
        #expect(done.status == 1, "\(done)")
        #expect(
            try await office.git("log", "--reverse", "--format=%s", "\(before)..main")
                == "node oak: maintenance, new fans\nnode pine: maintenance, new fans")
        #expect(
            try TextFile.read(office.path + "/cluster.d/nodes/pine.yaml")
                == "ssh: root@127.0.0.1:2\nmaintenance: {until: \"2099-12-01T00:00:00Z\", "
                + "by: Olga Operator <olga@example.org>, reason: new fans}\n")
        let longer = try await havirt(playground, "maintenanceon", "oak", "--reason", "new fans, and dust", "--yes")
        #expect(longer.output.contains("Made commit "), "\(longer)")
        #expect(
            try TextFile.read(office.path + "/cluster.d/nodes/oak.yaml").contains("reason: 'new fans, and dust'}\n"))
        let off = try await havirt(playground, "maintenanceoff", "pine", "oak", "--bring-back", "--yes")
        #expect(off.status == 0 && off.output.contains("Nothing runs elsewhere that prefers these nodes."), "\(off)")
        #expect(try await office.git("diff", "--stat", before, "main") == "")
    }

    @Test("what is no node, reason or time is refused before anything is committed")
    func refused() async throws {
        let (playground, office) = try await office()
        let before = try await office.git("rev-parse", "main")
        let cases: [([String], Int32, String)] = [
            (["maintenanceon", "elm"], 1, "there is no node 'elm'"),
            (["maintenanceon", "oak", "elm"], 1, "there is no node 'elm'"), (["maintenanceon"], 64, "Missing"),
            (["maintenanceon", "oak", "--reason", " "], 1, "--reason takes one line"),
            (["maintenanceon", "oak", "--until", "2h"], 1, "--until takes a day or a moment in UTC"),
            (["maintenanceon", "oak", "--until", "2026-01-01"], 1, "is over already"),
            (["maintenanceoff", "elm"], 1, "there is no node 'elm'"),
        ]
        for (arguments, status, message) in cases {
            let ran = try await playground.program.run(
                ["havirt", "node"] + arguments + ["--yes", "--repo", "office"])
            #expect(ran.status == status && ran.errors.contains(message), "\(arguments): \(ran)")
        }
        #expect(try await office.git("rev-parse", "main") == before)
    }
}
