import Foundation
import Testing

/// `docs/scenarios.md` keeps its word: it answers every recorded scenario and bad input, and what it names exists.
struct ScenarioBookTests {
    private struct Entry: Decodable {
        let id: String
        let title: String?
        let kind: String?
    }

    private let repository: Repository
    /// The cells of each row of each table.
    private let rows: [[String]]

    init() throws {
        repository = try Repository.here.get()
        let page = try #require(try repository.files(["docs/scenarios.md"], endings: [".md"]).first)
        rows = page.lines.filter { $0.hasPrefix("| ") }.map { line in
            line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    private func entries(_ path: String) throws -> [Entry] {
        try JSONDecoder().decode(
            [Entry].self, from: Data(contentsOf: URL(fileURLWithPath: "\(repository.root)/\(path)")))
    }

    /// What stands in backquotes in a row's third cell, or second in the table of transitions.
    private func named(_ row: [String]) -> [String] {
        let cell = row.count > 2 ? row[2] : row[1]
        return cell.split(separator: "<br>").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "` ")) }
    }

    @Test func everyScenarioIsAnswered() throws {
        let scenarios = try entries("Tests/HousekeepingTests/Data/scenarios.json")
        let answered = rows.filter { $0.count == 4 && !$0[0].hasPrefix("B") && $0[0] != "id" && $0[0] != "ids" }
        #expect(scenarios.count == 66)
        #expect(answered.map { $0[0] } == scenarios.map(\.id))
        #expect(answered.map { $0[1] } == scenarios.map { ($0.title ?? "").replacingOccurrences(of: "|", with: "/") })
    }

    @Test func everyBadInputIsAnswered() throws {
        let inputs = try entries("Tests/StateSpecTests/Data/bad-inputs.json")
        let answered = rows.filter { $0[0].hasPrefix("B") }.flatMap { $0[0].split(separator: " ").map(String.init) }
        #expect(inputs.count == 104)
        #expect(answered.sorted() == inputs.map(\.id).sorted())
    }

    /// What is not tested says why.
    @Test func whatIsNotTestedSaysWhy() {
        let open = rows.filter { $0.count == 4 && $0[2] == "not yet" }
        #expect(open.allSatisfy { !$0[3].isEmpty })
        #expect(open.map { $0[0] } == [])
    }

    @Test func whatIsNamedExists() throws {
        let tests = try repository.files(["Tests/"], endings: [".swift"])
        let names = rows.filter { !["id", "ids", "what is seen"].contains($0[0]) }.flatMap(named)
        for name in names where name != "not yet" {
            if let folder = name.split(separator: "/").last, name.hasPrefix("Scenarios/") {
                let golden = "Tests/ReconcilerTests/Scenarios/\(folder)/plan.golden"
                #expect(repository.paths.contains(golden), "\(name)")
            } else if let file = name.split(separator: "/").last, name.hasPrefix("Sequences/") {
                let golden = "Tests/ReconcilerTests/Sequences/\(file).golden"
                #expect(repository.paths.contains(golden), "\(name)")
            } else {
                let parts = name.split(separator: ".")
                let isThere = tests.contains { file in
                    parts.count == 2 && file.text.contains("struct \(parts[0])")
                        && file.text.contains("func \(parts[1])(")
                }
                #expect(isThere, "\(name)")
            }
        }
        #expect(names.count > 150)
    }

    /// A scenario that was translated says where it came from.
    @Test func originsAreNamed() throws {
        for row in rows where row.count == 4 && !row[0].hasPrefix("B") {
            let files = named(row).compactMap { name -> String? in
                if name.hasPrefix("Scenarios/") { return "Tests/ReconcilerTests/\(name)/README.md" }
                return name.hasPrefix("Sequences/") ? "Tests/ReconcilerTests/\(name).events" : nil
            }
            guard !files.isEmpty else { continue }
            let origins = try repository.files(files, endings: [".md", ".events"]).flatMap(\.lines)
                .filter { $0.hasPrefix("# Origin: ") || $0.hasPrefix("**Origin:** ") }
            let words = origins.flatMap { $0.split { !$0.isLetter && !$0.isNumber } }
            #expect(words.contains { $0 == row[0] }, "\(row[0]) is not among the origins of \(files)")
        }
    }

    /// Outputs, trees and files are tried where they are read, by their ids; names, YAML and XML by the list itself.
    @Test func theIdsStandInTheTests() throws {
        let sources = try repository.files(["Tests/"], endings: [".swift", ".events"]).map(\.text).joined()
        for row in rows where row[0].hasPrefix("B") && ["output", "git", "address", "file"].contains(row[1]) {
            guard row[2].contains("Bad") || row[2].contains("AddressTests") else { continue }
            for id in row[0].split(separator: " ") { #expect(sources.contains(id), "\(id)") }
        }
    }
}
