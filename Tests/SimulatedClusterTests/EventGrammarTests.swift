import SimulatedCluster
import StateSpec
import Testing

@Suite struct EventGrammarTests {
    private static func nodes(_ names: String...) throws -> [NodeName] { try names.map { try NodeName($0) } }

    @Test func whatHappensToNodes() throws {
        let a = try Self.nodes("a")
        let events: [(String, NodeEvent)] = [
            ("a dies", .dies), ("node a dies", .dies), ("a loses power", .dies),
            ("a dies and is fenced", .diesAndIsFenced), ("a is fenced", .isFenced), ("a reboots", .reboots),
            ("a is cut off", .isCutOff(nil)), ("a is cut off for 5m", .isCutOff(Seconds(300))),
            ("libvirtd of a freezes", .daemonFreezes(nil)),
            ("libvirtd of a freezes for 1h 30m", .daemonFreezes(Seconds(5_400))),
            ("a goes into maintenance", .entersMaintenance), ("a leaves maintenance", .leavesMaintenance),
            ("  a   dies ", .dies),
        ]
        for (text, event) in events {
            let parsed = try EventGrammar.parse(text)
            #expect(parsed == .nodes(a, event), "\(text)")
        }
    }

    @Test func severalNodes() throws {
        let three = try Self.nodes("a", "b", "c")
        for text in ["a, b and c die", "a and b and c lose power", "nodes a,b,c die", "a, b, and c die"] {
            let parsed = try EventGrammar.parse(text)
            #expect(parsed == .nodes(three, .dies), "\(text)")
        }
        #expect(try EventGrammar.parse("a and b die and are fenced") == .nodes(Self.nodes("a", "b"), .diesAndIsFenced))
    }

    @Test func nodesMayBearTheWordsOfTheGrammar() throws {
        for name in ["node", "wait", "commit", "libvirtd", "for", "dies"] {
            #expect(try EventGrammar.parse("\(name) dies") == .nodes(Self.nodes(name), .dies), "\(name)")
        }
    }

    @Test func whatHappensToTheBranchAndToTime() throws {
        #expect(try EventGrammar.parse("commit HEAD~1 is applied") == .commit("HEAD~1"))
        #expect(try EventGrammar.parse("wait 5m") == .wait(Seconds(300)))
        #expect(try EventGrammar.parse("wait 1h 30m") == .wait(Seconds(5_400)))
    }

    @Test func problemsSayWhatIsMeant() {
        let problems = [
            ("a dyes", "did you mean 'dies'?"), ("a goes in maintenance", "did you mean 'goes into maintenance'?"),
            ("", "an event says something"), ("a", "does not say what happens"), ("a,", "names no node"),
            ("a and", "names no node"), ("a and a die", "names a twice"), ("-a dies", "is no name of a node"),
            ("a dies soon", "'soon' is too much"), ("a dies for 5m", "'for 5m' is too much"),
            ("wait", "is no span of time"), ("wait 0s", "is no span of time"), ("wait 8d", "is no span of time"),
            ("a is cut off for", "is no span of time"), ("a is cut off 5m", "'5m' is too much"),
            ("libvirtd of a sleeps", "is not known"), ("libvirtd of", "names no node"),
            ("commit is applied", "one revision"), ("commit a b is applied", "one revision"),
            ("a\u{1B}[31m dies", "is no name of a node"),
        ]
        for (text, words) in problems {
            let problem = #expect(throws: EventProblem.self, "\(text)") { try EventGrammar.parse(text) }
            let said = problem?.description ?? ""
            #expect(said.contains(words), "\(text): \(said)")
            #expect(said.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(text) prints control characters")
        }
    }

    @Test func garbageIsRefusedAtOnce() {
        var random = SplitMix(seed: 5)
        let words = [
            "a", "and", ",", "die", "dies", "is", "for", "5m", "wait", "of", "libvirtd", "commit", "\u{0}", "é",
        ]
        var refused = 0
        for _ in 0..<5_000 {
            let count = Int(random.number(in: 0...9))
            let text = (0..<count).map { _ in random.pick(words) }.joined(separator: " ")
            do throws(EventProblem) {
                _ = try EventGrammar.parse(text)
            } catch {
                refused += 1
                #expect(error.description.utf8.count < 600)
            }
        }
        #expect(refused > 4_000)
        let long = String(repeating: "a and ", count: 100) + "b die"
        #expect(throws: EventProblem.self) { try EventGrammar.parse(long) }
    }
}
