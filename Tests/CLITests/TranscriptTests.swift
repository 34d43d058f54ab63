import EndToEnd
import Testing

@Suite("what havirt prints")
struct TranscriptTests {
    @Test("every transcript plays again, byte for byte")
    func all() async throws {
        let names = try Transcript.names
        #expect(names.count > 10, "no transcripts: \(Transcript.folder)")
        let playground = try await Playground()
        for name in names { try await Transcript(name: name).check(in: playground) }
    }

    @Test("every command has its help as a transcript")
    func help() async throws {
        let playground = try await Playground()
        var waiting: [[String]] = [[]]
        var seen = 0
        while let command = waiting.popLast() {
            seen += 1
            let line = (["havirt"] + command + ["--help"]).joined(separator: " ")
            let name = (["help"] + command).joined(separator: "-")
            try await Transcript(name: name).check(commands: [line], in: playground)
            let text = try await playground.play(line)
            waiting += Self.subcommands(text).map { command + [$0] }
        }
        #expect(seen > 10, "the tree of commands is larger than \(seen)")
    }

    @Test("every command that can act has transcripts of both modes: shown, and carried out")
    func bothModes() throws {
        let names = try Transcript.names
        let commands = try names.flatMap { name in
            try TextFile.read("\(Transcript.folder)/\(name).txt").split(separator: "\n").filter { $0.hasPrefix("$ ") }
                .map { $0.dropFirst(2).split(separator: " ").map(String.init) }
        }
        var acting = 0
        for name in names where name.hasPrefix("help-") {
            guard try TextFile.read("\(Transcript.folder)/\(name).txt").contains("\n  -y, --yes ") else { continue }
            acting += 1
            let path = try TextFile.read("\(Transcript.folder)/\(name).txt").split(separator: "\n")[0]
                .split(separator: " ").dropFirst().dropLast().map(String.init)
            let played = commands.filter { $0.starts(with: path) && !$0.contains("--help") }
            #expect(played.contains { $0.contains("--yes") }, "no transcript of \(path) --yes")
            #expect(played.contains { !$0.contains("--yes") }, "no transcript of \(path) without --yes")
        }
        #expect(acting > 10, "more commands than \(acting) can act")
    }

    /// The words under SUBCOMMANDS.
    private static func subcommands(_ help: String) -> [String] {
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
        let section = lines.drop { $0 != "SUBCOMMANDS:" }.dropFirst().prefix { $0.hasPrefix("  ") }
        return section.filter { !$0.hasPrefix("   ") && !$0.hasPrefix("  See ") }.compactMap { line in
            line.split(separator: " ").first.map(String.init)
        }
    }

    @Test("help fits a terminal, save the line of usage, which nobody can wrap")
    func width() throws {
        for name in try Transcript.names where name.hasPrefix("help") {
            let lines = try TextFile.read("\(Transcript.folder)/\(name).txt").split(separator: "\n")
            for line in lines where !line.hasPrefix("USAGE:") { #expect(line.count <= 80, "\(name): \(line)") }
        }
    }
}
