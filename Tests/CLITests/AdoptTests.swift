import EndToEnd
import Testing

/// From a saved scan: what the nodes themselves say is seen on the lab.
@Suite("cluster adopt and cluster import commit")
struct AdoptTests {
    private static let adopt = ["havirt", "cluster", "adopt", "--observed", "running.json"]
    private static let files = [
        "cluster.yaml", "domains/batch1.xml", "domains/batch1.yaml", "domains/db1.xml", "domains/db1.yaml",
        "domains/files.xml", "domains/files.yaml", "domains/moved.xml", "domains/moved.yaml", "domains/web1.xml",
        "domains/web1.yaml", "domains/web2.xml", "domains/web2.yaml", "nodes/alpha.yaml", "nodes/beta.yaml",
        "nodes/gamma.yaml",
    ]

    private func git(_ playground: Playground, _ repository: String, _ arguments: String...) async throws -> Ran {
        try await playground.program.run(["git", "-C", repository] + arguments)
    }

    private func committed(_ playground: Playground, _ repository: String, _ branch: String) async throws -> [String] {
        let listed = try await git(playground, repository, "ls-tree", "-r", "--name-only", branch)
        return listed.lines.map { $0.replacing("cluster.d/", with: "") }
    }

    @Test(
        "the first commit of a work tree and of a bare repository; the next plan is empty, and a second one finds nothing",
        arguments: ["new", "bare.git"])
    func first(repository: String) async throws {
        let playground = try await Playground()
        let command = Self.adopt + ["--repo", repository, "--name", "lab"]
        let shown = try await playground.program.run(command)
        #expect(shown.status == 2 && shown.output.hasSuffix("Nothing is changed yet; --yes commits it.\n"), "\(shown)")
        #expect(try await git(playground, repository, "rev-list", "--all").output == "")

        let made = try await playground.program.run(command + ["--yes", "--message", "as it is"])
        #expect(made.status == 0 && made.output.contains("\nMade commit "), "\(made)")
        #expect(try await committed(playground, repository, "main") == Self.files)
        let log = try await git(playground, repository, "log", "--format=%an <%ae> %s", "main")
        #expect(log.output == "Olga Operator <olga@example.org> cluster: adopt 3 nodes and 6 domains, as it is\n")
        if repository == "new" {
            #expect(try await git(playground, repository, "status", "--porcelain").output == "")
            #expect(
                try playground.folder.read("new/cluster.d/domains/files.yaml") == "run: keepalive\nnodes:\n- beta\n")
        }

        let lint = try await playground.program.run(["havirt", "lint", "--repo", repository])
        #expect(lint.status == 0, "\(lint)")
        let plan = try await playground.program.run(
            ["havirt", "plan", "--repo", repository, "--observed", "running.json"])
        #expect(plan.status == 0 && plan.output.contains("Nothing to do. 6 in sync."), "\(plan)")
        let again = try await playground.program.run(command + ["--yes"])
        #expect(again.status == 0 && again.output.hasPrefix("Git has all that can be adopted.\n"), "\(again)")
        #expect(again.output.contains("twice is left out"), "\(again)")
        #expect(try await git(playground, repository, "rev-list", "--count", "main").output == "1\n")
    }

    @Test("with the lines of xmlPolicy that it prints, what was adopted is allowed, and no more")
    func policy() async throws {
        let playground = try await Playground()
        let command = Self.adopt + ["--repo", "new", "--name", "lab"]
        let shown = try await playground.program.run(command)
        let lines = shown.lines.drop { $0 != "    xmlPolicy:" }.prefix { $0.hasPrefix("    ") }.map { $0.dropFirst(4) }
        #expect(lines.count > 3, "\(shown)")
        #expect(try await playground.program.run(command + ["--yes"]).status == 0)
        try playground.folder.write("conf", "repository: new\n" + lines.joined(separator: "\n") + "\n")
        let lint = try await playground.program.run(["havirt", "lint", "--config", "conf"])
        #expect(lint.status == 0, "\(lint)")
        let again = try await playground.program.run(["havirt", "lint", "--config", "conf", "--show-policy"])
        #expect(again.lines == lines.map(String.init), "\(again)")
        let all = try await playground.program.run(["havirt", "lint", "--repo", "new", "--show-policy"])
        #expect(all.output == again.output)
        try playground.folder.write("conf", "repository: new\nxmlPolicy: {}\n")
        let refused = try await playground.program.run(["havirt", "lint", "--config", "conf"])
        #expect(refused.status == 1 && refused.output.contains(": policy-disk: "), "\(refused)")
    }

    @Test("a proposal is a branch of its own, and the one that is followed stays without a commit")
    func propose() async throws {
        let playground = try await Playground()
        let made = try await playground.program.run(Self.adopt + ["--repo", "new", "--propose", "adopted", "--yes"])
        #expect(made.status == 0 && made.output.contains(" on branch adopted."), "\(made)")
        #expect(try await committed(playground, "new", "adopted") == Self.files)
        #expect(try await git(playground, "new", "branch", "--list").lines == ["  adopted"])
        #expect(!playground.folder.has("new/cluster.d"))
    }

    @Test("a repository that has other files keeps them, and what stands in the way is not run over")
    func other() async throws {
        let playground = try await Playground()
        let office = try await TestRepository(at: playground.folder.path + "/other")
        try office.write("README.md", "ours\n")
        let before = try await office.commit("readme")
        try office.write("cluster.d/cluster.yaml", "name: mine\n")
        let command = Self.adopt + ["--repo", "other", "--yes"]
        let refused = try await playground.program.run(command)
        #expect(refused.status == 1 && refused.errors.contains("'cluster.d/cluster.yaml' stands in the work tree"))
        #expect(refused.errors.contains("commit it first, or move it away"), "\(refused)")
        #expect(try await office.git("rev-parse", "main") == before)
        try office.remove("cluster.d/cluster.yaml")
        let made = try await playground.program.run(command)
        #expect(made.status == 0, "\(made)")
        #expect(try await office.git("diff", "--name-status", before, "main").split(separator: "\n").count == 16)
        #expect(try await office.git("status", "--porcelain") == "")
        #expect(try TextFile.read(office.path + "/README.md") == "ours\n")
    }

    @Test("nodes that remember what was applied are not begun with anew")
    func remembered() async throws {
        let playground = try await Playground()
        let commit = String(repeating: "5", count: 40)
        let memo = "\"memo\": {\n          \"applied\": {\"at\": \"2026-11-01T00:00:00Z\", \"commit\": \"\(commit)\"},"
        let scan = try playground.folder.read("running.json").replacing("\"memo\": {", with: memo)
        try playground.folder.write("running.json", scan)
        let refused = try await playground.program.run(Self.adopt + ["--repo", "new", "--yes"])
        #expect(refused.status == 1 && refused.errors.contains("commit 5555555555 of a cluster called new was applied"))
        #expect(refused.errors.contains("this repository is empty: go on in the repository that has it"), "\(refused)")
        #expect(try await git(playground, "new", "rev-list", "--all").output == "")
    }

    @Test("an import is one commit, repeats without a change, and no secret of it is in git or on the screen")
    func original() async throws {
        let playground = try await Playground()
        let command = [
            "havirt", "cluster", "import", "original", "--repo", "bare.git", "--name", "shop", "--shared-path",
            "/media/shared",
        ]
        let made = try await playground.program.run(command + ["--yes"])
        #expect(made.status == 0 && made.output.contains("\nMade commit "), "\(made)")
        let all = try await git(playground, "bare.git", "log", "-p", "--all")
        #expect(!all.output.contains("canary") && !made.description.contains("canary"))
        #expect(
            try await git(playground, "bare.git", "show", "main:cluster.d/nodes/pollux.yaml").output
                == "ssh: root@10.1.2.3:2222\nmaintenance: true\n")
        let lint = try await playground.program.run(["havirt", "lint", "--repo", "bare.git"])
        #expect(lint.status == 0, "\(lint)")
        let again = try await playground.program.run(command + ["--yes"])
        #expect(again.status == 0 && again.output.hasPrefix("Git has all that can be adopted.\n"), "\(again)")
        #expect(try await git(playground, "bare.git", "rev-list", "--count", "main").output == "1\n")
    }

    @Test("a remote without any branch gets its first commit, by the operator's own git")
    func remote() async throws {
        let playground = try await Playground()
        let folder = playground.folder.path
        try playground.folder.write("remote.conf", "remote: \(folder)/bare.git\nbranch: main\nvar: \(folder)/var\n")
        let command = Self.adopt + ["--config", "remote.conf", "--var", folder + "/var"]
        let early = try await playground.program.run(command + ["--offline"])
        #expect(early.status == 1 && early.errors.contains("never fetched here"), "\(early)")
        let made = try await playground.program.run(command + ["--yes"])
        #expect(made.status == 0 && made.output.contains("cluster: adopt 3 nodes"), "\(made)")
        #expect(try await committed(playground, "bare.git", "main") == Self.files)
        let again = try await playground.program.run(command)
        #expect(again.status == 0 && again.output.hasPrefix("Git has all"), "\(again)")
        let offline = try await playground.program.run(command + ["--offline"])
        #expect(offline.status == 0, "\(offline)")
    }
}
