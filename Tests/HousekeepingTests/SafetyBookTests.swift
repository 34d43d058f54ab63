import Foundation
import Testing

/// `docs/safety.md` keeps its word: it names every rule, guard and hazard, and what it names exists.
struct SafetyBookTests {
    private struct Hazard: Decodable {
        let id: String
        let priority: String
    }

    private let repository: Repository
    private let page: RepositoryFile
    private let sources: [RepositoryFile]
    private let tests: [RepositoryFile]
    /// The cases of `Guard`.
    private let guards: [String]

    init() throws {
        repository = try Repository.here.get()
        page = try #require(try repository.files(["docs/safety.md"], endings: [".md"]).first)
        sources = try repository.files(["Sources/", "hunt/Sources/"], endings: [".swift"])
        tests = try repository.files(["Tests/"], endings: [".swift"])
        let file = try #require(sources.first { $0.path == "Sources/Reconciler/Guards/Guard.swift" })
        guards = file.lines.compactMap { line in
            line.hasPrefix("    case ") ? String(line.dropFirst("    case ".count)) : nil
        }
    }

    /// What stands in backquotes.
    private var named: [String] {
        page.text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            .map { String($0.element) }
    }

    private var hazardRows: [[String]] {
        page.lines.filter { $0.hasPrefix("| H") }.map { line in
            line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test func everyRuleHasItsChapter() {
        let chapters = page.lines.filter { $0.hasPrefix("### ") }.map { $0.dropFirst(4).prefix { $0 != " " } }
        #expect(chapters == (1...13).map { "S\($0)" })
    }

    @Test func everyGuardIsNamed() {
        #expect(guards.count >= 60)
        let named = Set(named)
        #expect(guards.filter { !named.contains($0) } == [])
    }

    @Test func everyHazardIsAnswered() throws {
        let path = "\(repository.root)/Tests/HousekeepingTests/Data/hazards.json"
        let hazards = try JSONDecoder().decode([Hazard].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(hazards.count == 60)
        #expect(hazardRows.map { $0[0] } == hazards.map(\.id))
        #expect(hazardRows.map { $0[1] } == hazards.map(\.priority))
    }

    /// One that nothing closes yet, or that no test shows to be closed, says whose it is.
    @Test func whatIsOpenSaysWhoseItIs() {
        let open = hazardRows.filter { $0[4].isEmpty }
        #expect(open.allSatisfy { $0[3].hasPrefix("not used") }, "\(open)")
        #expect(open.map { $0[0] } == ["H50"])
    }

    /// Scenarios, sequences, tests, and what bears a type's name in the code.
    @Test func whatIsNamedExists() {
        let known = Set(guards)
        let vocabularies = (sources + tests).map(Vocabulary.init)
        for name in named where !known.contains(name) {
            if name.hasPrefix("Scenarios/"), name != "Scenarios/NAME" {
                #expect(repository.paths.contains("Tests/ReconcilerTests/\(name)/plan.golden"), "\(name)")
            } else if name.hasPrefix("Sequences/"), name != "Sequences/NAME" {
                #expect(repository.paths.contains("Tests/ReconcilerTests/\(name).golden"), "\(name)")
            } else if ["I", "S"].contains(name.prefix(1)), name.dropFirst().first?.isNumber == true {
                #expect(sources.contains { $0.path.hasPrefix("hunt/") && $0.text.contains("\"\(name)\"") }, "\(name)")
            } else if name.hasSuffix(".md") {
                #expect(repository.paths.contains(name), "\(name)")
            } else if let first = name.first, first.isUppercase, name != "Suite.function", !name.contains("/") {
                #expect(vocabularies.contains { $0.has(name) }, "\(name)")
            }
        }
        #expect(named.count > 250)
    }

    /// Every guard is switched off in a test that then fails, or by a recorded mutant of the hunt.
    @Test func everyGuardIsGoodForSomething() throws {
        var killed: Set<String> = []
        for file in tests where file.path.contains("/Guards/") {
            for part in file.text.split(separator: ".").dropFirst() {
                killed.insert(String(part.prefix { $0.isLetter }))
            }
        }
        let mutants = try repository.files(["hunt/mutants.txt"], endings: [".txt"]).first
        for line in mutants?.lines ?? [] {
            killed.formUnion(line.prefix { $0 != "#" && $0 != " " }.split(separator: "+").map(String.init))
        }
        // What libvirt would keep only the simulated cluster shows.
        let left = mutants == nil ? ["transientStart"] : []
        #expect(guards.filter { !killed.contains($0) } == left)
    }
}

/// The words of a file.
private struct Vocabulary {
    /// The types that it declares or extends.
    private var types: Set<String> = []
    private var words: Set<String> = []

    init(_ file: RepositoryFile) {
        let kinds: Set<String> = ["struct", "enum", "class", "actor", "protocol", "extension"]
        var last = ""
        for part in file.text.utf8.split(whereSeparator: { !Self.isLetter($0) }) {
            let word = String(decoding: part, as: UTF8.self)
            if kinds.contains(last) { types.insert(word) }
            words.insert(word)
            last = word
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Whether the type is there, and the member where there is one.
    func has(_ name: String) -> Bool {
        let parts = name.split(separator: ".").map(String.init)
        return types.contains(parts[0]) && parts.dropFirst().allSatisfy(words.contains)
    }
}
