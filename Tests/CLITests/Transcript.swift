import EndToEnd
import Testing

/// A golden: lines that begin with `$ ` are commands, and what follows is what they printed, standard error included.
struct Transcript {
    let name: String

    static let folder = Program.root + "/Tests/CLITests/Goldens"

    /// All goldens, found by listing: what is not there cannot be forgotten in a list.
    static var names: [String] {
        get throws {
            try TextFile.names(in: folder).filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }
        }
    }

    static var isBlessing: Bool { Program.inherited("HAVIRT_BLESS") == "1" }

    /// Runs the commands of the golden again, or those given for one that is not there yet, and compares.
    func check(
        commands given: [String] = [], in playground: Playground, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let path = "\(Self.folder)/\(name).txt"
        let before = try? TextFile.read(path)
        let lines = (before ?? "").split(separator: "\n")
        let found = lines.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
        var text = ""
        for command in found.isEmpty ? given : found {
            text += "$ \(command)\n" + (try await playground.play(command))
        }
        if text == before { return }
        if Self.isBlessing { try TextFile.write(path, text) }
        let hint = Self.isBlessing ? "written; read the diff" : "`make bless` writes it"
        Issue.record(
            "\(before == nil ? "no golden" : "differs from the golden") \(name).txt, \(hint):\n\(text)",
            sourceLocation: sourceLocation)
    }
}
