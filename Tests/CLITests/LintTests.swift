import EndToEnd
import FoundationEssentials
import Testing

@Suite("lint")
struct LintTests {
    /// A mistake, the file it is made in, and where it must be found.
    private static let mistakes: [(file: String, text: String, place: String, code: String)] = [
        ("cluster.yaml", "name: t\nunreachable: maybe\n", "2:14", "unknown-value"),
        ("nodes/b.yaml", "ssh: -oProxyCommand=x\n", "1:6", "invalid-ssh"),
        ("domains/key.yaml", "# a comment\nrunn: keepalive\n", "2:1", "unknown-key"),
        ("domains/place.yaml", "run: keepalive\nnodes: [nowhere]\n", "2:9", "unknown-node"),
        ("domains/anchor.yaml", "run: &r keepalive\n", "1:6", "anchor"),
        ("domains/orphan.yaml", "run: keepalive\n", "1:1", "no-definition"),
        ("domains/nameless.xml", TestDomain("nameless").xml.dropping("<uuid>"), "1:1", "no-uuid"),
        ("domains/inside.xml", TestDomain("outside").xml, "2:3", "name-differs"),
        ("domains/cut.xml", String(TestDomain("cut").xml.prefix(300)), "13:36", "xml-syntax"),
        ("domains/entity.xml", "<!DOCTYPE domain []>\n" + TestDomain("entity").xml, "1:1", "doctype"),
        (
            "domains/twin.xml", TestDomain("twin").xml.replacing(TestDomain("twin").uuid, with: good.uuid), "3:3",
            "duplicate-uuid"
        ),
        ("domains/clash.xml", TestDomain("clash", target: "good").xml, "16:1", "disk-clash"),
        ("domains/$(touch x).xml", TestDomain("touch").xml, "1:1", "invalid-name"),
        ("domains/-oProxyCommand=x.xml", TestDomain("proxy").xml, "1:1", "invalid-name"),
    ]

    private static let good = TestDomain("good")

    private static func repository(_ folder: TemporaryFolder) async throws -> TestRepository {
        let repository = try await TestRepository(at: folder.path + "/repo")
        try repository.write("cluster.d/cluster.yaml", "name: t\n")
        try repository.write("cluster.d/nodes/a.yaml", "labels: [big]\n")
        try repository.write("cluster.d/domains/good.xml", good.xml)
        try repository.write("cluster.d/domains/good.yaml", good.wish)
        let targets = ["good", "key", "place", "anchor", "nameless", "outside", "entity", "twin"].map {
            "iqn.2026-01.lab.havirt:\($0)"
        }
        try repository.write(
            "cluster.d/iscsi/lab.yaml", "portals: [10.0.0.1]\ntargets: [\(targets.joined(separator: ", "))]\n")
        return repository
    }

    @Test("every mistake of a commit is found at once, each at its place")
    func mistakes() async throws {
        let folder = TemporaryFolder()
        let repository = try await Self.repository(folder)
        let havirt = Program(in: folder.path)
        for mistake in Self.mistakes {
            try repository.write("cluster.d/\(mistake.file)", mistake.text)
            let name = mistake.file.replacing(".yaml", with: "")
            guard mistake.file.hasSuffix(".yaml"), name.hasPrefix("domains/"), name != "domains/orphan" else {
                continue
            }
            try repository.write("cluster.d/\(name).xml", TestDomain(String(name.dropFirst(8))).xml)
        }
        try FileManager.default.createSymbolicLink(
            atPath: repository.path + "/cluster.d/domains/link.xml", withDestinationPath: "/etc/passwd")
        try await repository.commit()
        let ran = try await havirt.havirt("lint", "--repo", "repo")
        #expect(ran.status == 1)
        #expect(!folder.has("x") && !folder.has("repo/x"), "a name was run as a command")
        let places = Self.mistakes.map { ($0.file, $0.place, $0.code) } + [("domains/link.xml", "1:1", "symlink")]
        for (file, place, code) in places {
            let start = "\(file):\(place): \(code): "
            // Of two domains on one disk either may be blamed, as long as the other is named.
            let isThere = ran.lines.contains { line in
                line.hasPrefix(start) || (code == "disk-clash" && line.contains(": \(code): ") && line.contains(file))
            }
            #expect(isThere, "\(start) is missing in\n\(ran.output)")
        }
        #expect(ran.lines.count == places.count, "\(ran)")
        #expect(ran.errors == "\(places.count) findings, \(places.count) errors\n")

        let json = try await havirt.havirt("lint", "--repo", "repo", "--format", "json")
        let findings = try JSONDecoder().decode([Found].self, from: Data(json.output.utf8))
        #expect(json.status == 1 && findings.count == places.count)

        let plan = try await havirt.havirt("plan", "--repo", "repo", "--var", "var")
        #expect(plan.status == 1 && plan.output.isEmpty)
        #expect(plan.errors.contains("cannot be used: \(places.count) errors above; check with `havirt lint`"))
    }

    private struct Found: Decodable {
        let code: String
        let severity: String
        let message: String
    }

    @Test("the work tree is checked before it is committed")
    func worktree() async throws {
        let folder = TemporaryFolder()
        let repository = try await Self.repository(folder)
        try await repository.commit()
        let havirt = Program(in: folder.path)
        try repository.write("cluster.d/domains/good.yaml", "run: sometimes\n")
        #expect(try await havirt.havirt("lint", "--repo", "repo").status == 0)
        let ran = try await havirt.havirt("lint", "--repo", "repo", "--worktree")
        #expect(ran.status == 1 && ran.output.hasPrefix("domains/good.yaml:1:6: unknown-value: "), "\(ran)")
    }

    @Test("the lines of --show-policy allow each example", arguments: ["office", "shop", "racks", "demo"])
    func policy(name: String) async throws {
        let playground = try await Playground()
        let lines = try await playground.program.havirt("lint", "--repo", name, "--show-policy")
        #expect(lines.status == 0 && lines.output.hasPrefix("xmlPolicy:\n"), "\(lines)")
        try playground.folder.write("conf", lines.output)
        let lint = try await playground.program.havirt("lint", "--repo", name, "--config", "conf")
        #expect(lint.status == 0, "\(lint)")
        let other = name == "demo" ? "office" : "demo"
        let refused = try await playground.program.havirt("lint", "--repo", other, "--config", "conf")
        #expect(refused.status == 1 && refused.output.contains(": policy-"), "\(refused)")
    }

    @Test("a node must not vanish between two commits")
    func since() async throws {
        let folder = TemporaryFolder()
        let repository = try await Self.repository(folder)
        try repository.write("cluster.d/nodes/b.yaml", "labels: [small]\n")
        let base = try await repository.commit()
        try repository.remove("cluster.d/nodes/b.yaml")
        try await repository.commit()
        let havirt = Program(in: folder.path)
        #expect(try await havirt.havirt("lint", "--repo", "repo").status == 0)
        let ran = try await havirt.havirt("lint", "--repo", "repo", "--since", base)
        #expect(ran.status == 1 && ran.output.hasPrefix("nodes/b.yaml:1:1: node-removed: "), "\(ran)")
    }
}

extension String {
    /// The text without the lines that contain a word.
    func dropping(_ word: String) -> String {
        split(separator: "\n").filter { !$0.contains(word) }.joined(separator: "\n") + "\n"
    }
}
