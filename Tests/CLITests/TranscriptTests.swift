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
