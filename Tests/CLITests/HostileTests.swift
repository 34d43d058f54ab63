import EndToEnd
import Testing

@Suite("hostile input")
struct HostileTests {
    static let words = [
        "-oProxyCommand=touch x", "$(touch x)", "`touch x`", "a;touch x", "../../../etc/passwd", "a\nb",
        "\u{1B}[31mred", "\u{202E}evil", String(repeating: "a", count: 70_000), "%s%n", "'\"", "refs/heads/main",
        "@{-1}", "HEAD~1^{tree}",
    ]

    /// Commands that take a word from the user; none of them can reach a node.
    static let commands: [@Sendable (String) -> [String]] = [
        { ["domain", "xml", "--repo", "office", "--", $0] },
        { ["domain", "list", "--repo", "office", "--", $0] },
        { ["lint", "--repo=\($0)"] },
        { ["lint", "--repo", "office", "--branch=\($0)"] },
        { ["lint", "--repo", "office", "--path=\($0)"] },
        { ["lint", "--repo", "office", "--config=\($0)"] },
        { ["plan", "--repo", "office", "--observed=\($0)"] },
        { ["apply", "--repo", "office", "--", $0] },
    ]

    @Test("words of a user are never commands, paths or escapes", arguments: words)
    func userWords(word: String) async throws {
        let playground = try await Playground()
        for command in Self.commands {
            let arguments = command(word)
            let ran = try await playground.program.run(["havirt"] + arguments)
            let what = "havirt \(arguments.map { $0.prefix(40) })"
            #expect(ran.status == 1, "\(what): \(ran.status)")
            let isShort = ran.errors.utf8.count < 3_000
            #expect(ran.errors.hasPrefix("Error: ") && isShort, "\(what): \(ran.errors.prefix(99))")
            let isClean = (ran.output + ran.errors).unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" }
            #expect(isClean && !ran.errors.contains("\u{202E}"), "\(what) prints control characters")
            #expect(!playground.folder.has("x"), "\(what) ran a command")
        }
    }

    @Test("a revision can be any commit, and nothing else")
    func revisions() async throws {
        let playground = try await Playground()
        for word in Self.words where !["refs/heads/main"].contains(word) {
            let ran = try await playground.program.run(["havirt", "lint", "--repo", "office", "--rev=\(word)"])
            let what = "\(word.prefix(40)): \(ran.description.prefix(99))"
            #expect(ran.status == 1 && ran.errors.hasPrefix("Error: "), "\(what)")
        }
        for word in ["refs/heads/main", "main", "HEAD", playground.commit, String(playground.commit.prefix(10))] {
            #expect(try await playground.program.havirt("lint", "--repo", "office", "--rev", word).status == 0)
        }
    }

    @Test("settings cannot smuggle options into ssh or git", arguments: words)
    func settings(word: String) async throws {
        guard !word.contains("\n"), !word.contains("\u{1B}"), !word.contains("'") else { return }
        let playground = try await Playground()
        for key in ["remote", "branch", "path"] {
            try playground.folder.write("conf", "repository: office\n\(key): '\(word)'\n")
            let ran = try await playground.program.havirt("lint", "--config", "conf")
            #expect(ran.status == 1 && ran.errors.hasPrefix("Error: "), "\(key): \(ran.description.prefix(200))")
            #expect(!playground.folder.has("x"), "\(key) ran a command")
        }
        try playground.folder.write("conf", "repository: office\nssh: {options: ['\(word)']}\n")
        let ran = try await playground.program.havirt("plan", "--config", "conf", "--var", "var")
        #expect(ran.status == 1, "\(ran.description.prefix(200))")
        #expect(!playground.folder.has("x"))
    }

    @Test("records that cannot be written are an error that names the folder")
    func unwritable() async throws {
        let playground = try await Playground()
        try playground.folder.write("file", "")
        // The nodes of the office do not answer; what was seen, namely that, is recorded all the same.
        let ran = try await playground.program.havirt("plan", "--repo", "office", "--var", "file/var")
        #expect(ran.status == 1 && ran.errors.contains("file/var"), "\(ran)")
    }

    @Test("what the parser of arguments repeats is escaped at the last door")
    func usage() async throws {
        let playground = try await Playground()
        for word in ["--\u{1B}[31mred", "--a\u{202E}b"] {
            let ran = try await playground.program.run(["havirt", "lint", word])
            let isClean = ran.errors.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" }
            #expect(ran.status == 64 && isClean && !ran.errors.contains("\u{202E}"), "\(ran.errors.debugDescription)")
            #expect(ran.errors.contains("Unknown option") && ran.errors.contains("\\u{"), "\(ran)")
        }
    }

    @Test("keys of a file that somebody hands in are escaped in what is said of it")
    func keys() async throws {
        let playground = try await Playground()
        let scan = try playground.folder.read("healthy.json").replacing("\"alpha\": {", with: "\"al\\u001b[31m\": {")
        try playground.folder.write("bad.json", scan)
        let ran = try await playground.program.havirt("plan", "--repo", "demo", "--observed", "bad.json")
        #expect(ran.status == 1 && !ran.errors.contains("\u{1B}"), "\(ran.errors.debugDescription)")
    }
}
