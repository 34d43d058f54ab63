public import StateSpec

/// Reads an event as people write it: "alpha and beta die", "alpha is cut off for 5m".
public struct EventGrammar {
    /// The longest event, in bytes.
    public static let bytesMax = 500
    /// The longest time that an event may take.
    public static let spanMax = Seconds(7 * 86_400)

    private let text: String
    private var words: ArraySlice<String>

    /// The event that a text says.
    public static func parse(_ text: String) throws(EventProblem) -> ClusterEvent {
        guard text.utf8.count <= bytesMax else {
            throw EventProblem("an event has at most \(bytesMax) bytes, and this one has \(text.utf8.count)")
        }
        var grammar = EventGrammar(text)
        return try grammar.event()
    }

    private init(_ text: String) {
        self.text = text
        words = text.replacing(",", with: " , ").split(separator: " ").map(String.init)[...]
    }

    private mutating func event() throws(EventProblem) -> ClusterEvent {
        guard let first = words.first else { throw EventProblem("an event says something; \(Self.help)") }
        switch first {
        case "wait" where !isVerb(1):
            words.removeFirst()
            return .wait(try span())
        case "commit" where words.count == 4 && Array(words.suffix(2)) == ["is", "applied"]:
            return .commit(words[words.startIndex + 1])
        case "commit" where words.last == "applied":
            throw EventProblem("\(shown) does not name one revision; write 'commit REV is applied'")
        case "libvirtd" where words.dropFirst().first == "of":
            words.removeFirst(2)
            let nodes = try nodes()
            guard words.first == "freezes" else { throw problem("what libvirtd does", ["freezes"]) }
            words.removeFirst()
            return .nodes(nodes, .daemonFreezes(try duration()))
        default:
            if ["node", "nodes"].contains(first), words.count > 1, !isVerb(1) { words.removeFirst() }
            let nodes = try nodes()
            return .nodes(nodes, try nodeEvent())
        }
    }

    // MARK: - Nodes

    /// `A`, `A and B`, `A, B and C`.
    private mutating func nodes() throws(EventProblem) -> [NodeName] {
        var nodes: [NodeName] = []
        while true {
            guard let word = words.popFirst() else { throw EventProblem("\(shown) names no node; \(Self.help)") }
            let name: NodeName
            do {
                name = try NodeName(word)
            } catch {
                throw EventProblem("\(shown): \(Escaped(word)) is no name of a node; \(Self.help)")
            }
            if nodes.contains(name) { throw EventProblem("\(shown) names \(name) twice") }
            nodes.append(name)
            var isJoined = false
            if words.first == "," {
                words.removeFirst()
                isJoined = true
            }
            if words.first == "and" {
                words.removeFirst()
                isJoined = true
            }
            if !isJoined { return nodes }
        }
    }

    // MARK: - What happens

    private static let phrases: [(words: [String], event: NodeEvent)] = [
        (["dies"], .dies), (["die"], .dies), (["loses", "power"], .dies), (["lose", "power"], .dies),
        (["dies", "and", "is", "fenced"], .diesAndIsFenced), (["die", "and", "are", "fenced"], .diesAndIsFenced),
        (["is", "fenced"], .isFenced), (["are", "fenced"], .isFenced),
        (["reboots"], .reboots), (["reboot"], .reboots),
        (["is", "cut", "off"], .isCutOff(nil)), (["are", "cut", "off"], .isCutOff(nil)),
        (["goes", "into", "maintenance"], .entersMaintenance), (["go", "into", "maintenance"], .entersMaintenance),
        (["leaves", "maintenance"], .leavesMaintenance), (["leave", "maintenance"], .leavesMaintenance),
    ]

    /// Whether a word, counted from the first, begins what happens, and is therefore no name.
    private func isVerb(_ offset: Int) -> Bool {
        let index = words.startIndex + offset
        guard words.indices.contains(index) else { return false }
        return Self.phrases.contains { $0.words.first == words[index] }
    }

    private mutating func nodeEvent() throws(EventProblem) -> NodeEvent {
        // The longest phrase that fits: "dies and is fenced" begins as "dies" does.
        let fitting = Self.phrases.filter { words.starts(with: $0.words) }.max { $0.words.count < $1.words.count }
        guard let (phrase, event) = fitting else {
            throw problem("what happens", Self.phrases.map { $0.words.joined(separator: " ") })
        }
        words.removeFirst(phrase.count)
        if case .isCutOff = event { return .isCutOff(try duration()) }
        guard words.isEmpty else { throw rest() }
        return event
    }

    /// Nothing, or `for SPAN`.
    private mutating func duration() throws(EventProblem) -> Seconds? {
        guard let word = words.first else { return nil }
        guard word == "for" else { throw rest() }
        words.removeFirst()
        return try span()
    }

    private mutating func span() throws(EventProblem) -> Seconds {
        let said = words.joined(separator: " ")
        words = []
        guard let span = Seconds(parsing: said), span >= Seconds(1), span <= Self.spanMax else {
            throw EventProblem(
                "\(shown): \(Escaped(said)) is no span of time from 1s to \(Self.spanMax), such as 30s or 5m")
        }
        return span
    }

    // MARK: - Problems

    private var shown: String { "\(Escaped(text, charactersMax: 120))" }

    private func problem(_ what: String, _ known: [String]) -> EventProblem {
        let said = words.joined(separator: " ")
        guard !said.isEmpty else { return EventProblem("\(shown) does not say \(what); \(Self.help)") }
        let hint = Suggestion.nearest(to: said, among: known).map { "did you mean '\($0)'?" } ?? Self.help
        return EventProblem("\(shown): \(Escaped(said, charactersMax: 60)) is not known; \(hint)")
    }

    private func rest() -> EventProblem {
        let said = words.joined(separator: " ")
        return EventProblem(
            "\(shown): \(Escaped(said, charactersMax: 60)) is too much; two things are two --event; \(Self.help)")
    }

    private static let help = "`havirt simulate --help` shows all events"
}
