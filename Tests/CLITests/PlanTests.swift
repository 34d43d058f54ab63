import EndToEnd
import FoundationEssentials
import Testing

@Suite("plan without nodes")
struct PlanTests {
    /// The office with one change made to its specs or to its saved scan.
    private static func status(
        _ playground: Playground, rev: String = "main", observed: String = "observed.json"
    ) async throws -> Ran {
        try await playground.program.havirt(
            "plan", "--repo", "office", "--rev", rev, "--observed", observed)
    }

    @Test("exits with 0 in sync, 2 when changes are pending, 1 when a wish is blocked")
    func status() async throws {
        let playground = try await Playground()
        #expect(try await Self.status(playground).status == 1)

        let office = playground.folder.path + "/office/cluster.d/"
        try TextFile.write(office + "domains/scanner.yaml", "run: manual\n")
        try TextFile.write(office + "nodes/oak.yaml", "ssh: root@oak.office.example\n")
        let git = playground.program
        _ = try await git.run(["git", "-C", "office", "commit", "-qam", "x"].withAuthor)
        let pending = try await Self.status(playground)
        #expect(pending.status == 2, "\(pending)")
        #expect(pending.output.contains("1 to start, 1 to shut down, 4 in sync"), "\(pending)")

        try TextFile.write(office + "domains/wiki.yaml", "run: manual\n")
        try TextFile.write(office + "domains/old-erp.yaml", "run: manual\n")
        _ = try await git.run(["git", "-C", "office", "commit", "-qam", "y"].withAuthor)
        let quiet = try await Self.status(playground)
        #expect(quiet.status == 0, "\(quiet)")
        #expect(quiet.output.hasSuffix("Nothing to do. 6 in sync.\n"), "\(quiet)")
    }

    @Test("the same input gives the same bytes, in both formats")
    func repeatable() async throws {
        let playground = try await Playground()
        for format in ["text", "json"] {
            let runs = try await [
                playground.program.havirt(
                    "plan", "--repo", "office", "--observed", "observed.json", "--format", format),
                playground.program.havirt(
                    "plan", "--repo", "office/.git", "--observed", "observed.json", "--format", format),
            ]
            #expect(runs[0].output == runs[1].output && !runs[0].output.isEmpty)
        }
    }

    @Test("a rule that is to blame is named with the commit that brought it, not the one that is planned for")
    func blame() async throws {
        let playground = try await Playground()
        let office = try await TestRepository(at: playground.folder.path + "/office")
        try office.write("cluster.d/domains/wiki.yaml", "run: keepalive\nnodes:\n  - oak\n")
        let brought = try await office.commit("wiki: oak only")
        try office.write("cluster.d/domains/wiki.yaml", "# it has a licence\nrun: keepalive\nnodes:\n  - oak\n")
        try await office.commit("wiki: why")
        let ran = try await Self.status(playground)
        let rule = "1 not allowed (domains/wiki.yaml:3 at \(brought.prefix(10)))"
        #expect(ran.output.contains("wiki     no node can take it: 1 in maintenance, \(rule)"), "\(ran)")
        let json = try await playground.program.havirt(
            "plan", "--repo", "office", "--observed", "observed.json", "--format", "json")
        #expect(json.output.contains(brought), "\(json)")
    }

    @Test("json can be read by machines, and counts what the text counts")
    func json() async throws {
        let playground = try await Playground()
        let ran = try await playground.program.havirt(
            "plan", "--repo", "office", "--observed", "observed.json", "--format", "json")
        struct Shown: Decodable {
            struct Step: Decodable { let id: Int }
            struct Summary: Decodable { let steps: Int, blocked: Int }
            let commit: String
            let steps: [Step]
            let summary: Summary
        }
        let shown = try JSONDecoder().decode(Shown.self, from: Data(ran.output.utf8))
        #expect(ran.status == 1 && shown.commit == playground.commit)
        #expect(shown.steps.map(\.id) == [1, 2, 3, 4])
        #expect(shown.summary.steps == 4 && shown.summary.blocked == 1)
    }

    @Test("needs no records and leaves none")
    func leavesNothing() async throws {
        let playground = try await Playground()
        _ = try await Self.status(playground)
        #expect(!playground.folder.has("var"))
    }

    @Test("a scan that was edited, cut or blown up is refused with a message")
    func brokenScan() async throws {
        let playground = try await Playground()
        let whole = try playground.folder.read("observed.json")
        let deep = String(repeating: "[", count: 100_000)
        let broken = [
            "", "null", "[]", "{}", "{\"nodes\": 3}", deep, "{\"nodes\": \(deep)",
            String(whole.prefix(whole.count / 2)),
            whole.replacing("2026-11", with: "2026-13"), whole.replacing("\"oak\"", with: "\"-oProxyCommand=x\""),
            whole.replacing("11111111-1111", with: "$(touch x)"), whole.replacing("8388608", with: "-1"),
            whole.replacing("8388608", with: "99999999999999999999999"), "\u{0}\u{0}\u{0}",
        ]
        for (index, text) in broken.enumerated() {
            try playground.folder.write("broken.json", text)
            let ran = try await Self.status(playground, observed: "broken.json")
            #expect(ran.status == 1, "case \(index) exits with \(ran.status): \(ran.errors)")
            #expect(ran.output.isEmpty && ran.errors.hasPrefix("Error: broken.json is not what "), "\(ran)")
        }
        for file in ["/dev/null", "/etc/passwd", "missing.json", "office"] {
            let ran = try await Self.status(playground, observed: file)
            #expect(ran.status == 1 && ran.errors.contains(file), "\(ran)")
        }
        #expect(!playground.folder.has("x"))
    }
}

extension [String] {
    /// A git command that can commit without any settings.
    var withAuthor: [String] {
        [self[0], "-c", "user.name=Ann", "-c", "user.email=ann@example.org"] + dropFirst()
    }
}
