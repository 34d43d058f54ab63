import EndToEnd
import Testing

@Suite("cluster balance --propose")
struct BalanceProposalTests {
    private static let command = [
        "havirt", "cluster", "balance", "--repo", "shop", "--observed", "shop.json", "--propose", "even-out",
    ]

    private func playground() async throws -> Playground {
        let playground = try await Playground()
        for setting in [["user.name", "Olga Operator"], ["user.email", "olga@example.org"]] {
            _ = try await playground.program.run(["git", "-C", "shop", "config"] + setting)
        }
        return playground
    }

    private func git(_ playground: Playground, _ arguments: String...) async throws -> String {
        try await playground.program.run(["git", "-C", "shop"] + arguments).output
    }

    @Test("a branch of its own prefers the new places, one line in each file, and says why; the branch followed stays")
    func commit() async throws {
        let playground = try await playground()
        let before = try await git(playground, "rev-parse", "HEAD")
        let shown = try await playground.program.run(Self.command)
        #expect(shown.status == 2 && shown.output.contains("balance: prefer other places for 5 domains"), "\(shown)")
        #expect(try await git(playground, "branch", "--list", "even-out").isEmpty)

        let made = try await playground.program.run(Self.command + ["--yes"])
        #expect(made.status == 0 && made.output.contains("on branch even-out."), "\(made)")
        #expect(try await git(playground, "rev-parse", "HEAD") == before)
        let message = try await git(playground, "log", "-1", "--format=%an%n%B", "even-out")
        #expect(message.hasPrefix("Olga Operator\nbalance: prefer other places for 5 domains\n"), "\(message)")
        #expect(message.contains("Largest load 1.75 -> 1.12 of the mean") && message.contains("search1: ada -> eve"))
        let changed = try await git(playground, "diff", "--numstat", "main", "even-out")
        let rows = changed.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(rows.count == 5 && rows.allSatisfy { $0[0] == "1" && $0[1] == "0" }, "\(changed)")
        let wish = try await git(playground, "show", "even-out:cluster.d/domains/build1.yaml")
        #expect(wish == "# Started by whoever builds.\nrun: manual\nprefer: eve\n")

        let again = try await playground.program.run(Self.command + ["--yes"])
        #expect(again.status == 1 && again.errors.contains("branch even-out is there already"), "\(again)")
    }

    @Test("nothing is proposed on top of a tip that cannot be used, or does not follow from what was applied")
    func refusedTip() async throws {
        let playground = try await playground()
        let good = try await git(playground, "rev-parse", "HEAD").split(separator: "\n")[0]
        let scan = try playground.folder.read("shop.json")
        func applied(_ commit: some StringProtocol) throws {
            let word = "\"memo\": {\"applied\": {\"commit\": \"\(commit)\", \"at\": \"2026-11-20T08:00:00Z\"},"
            try playground.folder.write("shop.json", scan.replacing("\"memo\": {", with: word))
        }
        try applied(String(repeating: "e", count: 40))
        let rewound = try await playground.program.run(Self.command + ["--yes"])
        #expect(rewound.status == 1 && rewound.errors.contains("does not follow from it"), "\(rewound)")

        try applied(good)
        try playground.folder.write("shop/cluster.d/domains/build1.yaml", "run: [\n")
        _ = try await playground.program.run(["git", "-C", "shop", "commit", "-qam", "broken"])
        let broken = try await playground.program.run(Self.command + ["--yes"])
        #expect(broken.status == 1 && broken.errors.contains("cannot be used, and nothing is added to it"), "\(broken)")
        #expect(try await git(playground, "branch", "--list", "even-out").isEmpty)
    }

    @Test("what is no branch is refused before anything is written", arguments: ["-x", "a..b", "a b", ""])
    func badName(name: String) async throws {
        let playground = try await playground()
        let ran = try await playground.program.run(Array(Self.command.dropLast(2)) + ["--propose=\(name)", "--yes"])
        #expect(ran.status != 0 && ran.output.isEmpty, "\(ran)")
        #expect(try await git(playground, "branch", "--list").split(separator: "\n").count == 1)
    }
}
