import StateSpec

@testable import Reconciler

/// One thing that happens in a sequence, as a line of words.
enum SequenceEvent: Sendable {
    /// `nodes a b`: machines, each with its file in git.
    case nodes([NodeName])
    /// `git FILE: TEXT; TEXT`: one commit that writes a file; nothing after the colon removes it. A domain's first
    /// `.yaml` brings its `.xml` along.
    case git(file: String, lines: [String])
    /// `rewind`: the branch goes back to the parent of its tip.
    case rewind
    /// `fence NODE`: the operator's word on the boot of a node.
    case fence(NodeName)
    /// `put DOMAIN NODE STATE (REASON) FLAG…`
    case put(DomainName, NodeName, ObservedState, flags: Set<String>)
    /// `gone DOMAIN NODE`
    case gone(DomainName, NodeName)
    /// `moved DOMAIN NODE NODE`: somebody migrates it by hand.
    case moved(DomainName, from: NodeName, to: NodeName)
    /// `silent NODE CAUSE`, `answers NODE`
    case silent(NodeName, Silence.Cause), answers(NodeName)
    /// `off NODE`, `on NODE`: power; coming up is another boot.
    case off(NodeName), on(NodeName)
    /// `locked NODE`, `unlocked NODE`: somebody else's lock.
    case locked(NodeName), unlocked(NodeName)
    /// `wait SECONDS`
    case wait(Int64)
    /// `fault VERB HOW DOMAIN`: what becomes of such commands, for one domain or all, until `fault none`.
    case fault(verb: String, how: String, DomainName?), noFault
    /// `journal full`, `journal works`
    case journal(isFull: Bool)
    /// `plan`, `save`, `apply`, `apply saved`, `apply stops=2 moves=3`
    case plan, save, apply(isSaved: Bool, PlanOptions)

    static let flags: Set<String> = ["persistent", "autostart", "saved", "marked", "foreign", "job"]
    static let faults: Set<String> = ["fails", "ignored", "lost", "late", "queued"]
    static let verbs: Set<String> = ["create", "shutdown", "destroy", "migrate"]

    init(_ line: String) throws {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let rest = Array(words.dropFirst())
        switch (words[0], rest.count) {
        case ("nodes", 1...): self = .nodes(try rest.map { try NodeName($0) })
        case ("git", 1...): self = try Self.git(String(line.dropFirst(4)))
        case ("rewind", 0): self = .rewind
        case ("fence", 1): self = .fence(try NodeName(rest[0]))
        case ("put", 4...): self = try Self.put(line, rest)
        case ("gone", 2): self = .gone(try DomainName(rest[0]), try NodeName(rest[1]))
        case ("moved", 3):
            self = .moved(try DomainName(rest[0]), from: try NodeName(rest[1]), to: try NodeName(rest[2]))
        case ("silent", 2):
            guard let cause = Silence.Cause(rawValue: rest[1]) else { throw ScenarioError("no silence \(rest[1])") }
            self = .silent(try NodeName(rest[0]), cause)
        case ("answers", 1): self = .answers(try NodeName(rest[0]))
        case ("off", 1): self = .off(try NodeName(rest[0]))
        case ("on", 1): self = .on(try NodeName(rest[0]))
        case ("locked", 1): self = .locked(try NodeName(rest[0]))
        case ("unlocked", 1): self = .unlocked(try NodeName(rest[0]))
        case ("wait", 1):
            guard let seconds = Int64(rest[0]), seconds > 0 else { throw ScenarioError("no seconds \(rest[0])") }
            self = .wait(seconds)
        case ("fault", 1) where rest == ["none"]: self = .noFault
        case ("fault", 2...3) where Self.verbs.contains(rest[0]) && Self.faults.contains(rest[1]):
            self = .fault(verb: rest[0], how: rest[1], rest.count == 3 ? try DomainName(rest[2]) : nil)
        case ("journal", 1) where rest == ["full"] || rest == ["works"]: self = .journal(isFull: rest == ["full"])
        case ("plan", 0): self = .plan
        case ("save", 0): self = .save
        case ("apply", _): self = try Self.apply(rest)
        default: throw ScenarioError("not understood: \(line)")
        }
    }

    private static func git(_ text: String) throws -> SequenceEvent {
        guard let colon = text.firstIndex(of: ":") else { throw ScenarioError("no colon: \(text)") }
        let rest = text[text.index(after: colon)...].drop { $0 == " " }
        return .git(
            file: String(text[..<colon]), lines: rest.isEmpty ? [] : rest.split(separator: "; ").map(String.init))
    }

    private static func put(_ line: String, _ words: [String]) throws -> SequenceEvent {
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close else {
            throw ScenarioError("no state (reason): \(line)")
        }
        let state = line[..<open].split(separator: " ").dropFirst(3).joined(separator: " ")
        let flags = Set(line[line.index(after: close)...].split(separator: " ").map(String.init))
        guard !state.isEmpty, flags.isSubset(of: Self.flags) else { throw ScenarioError("not understood: \(line)") }
        let reason = String(line[line.index(after: open)..<close])
        return .put(try DomainName(words[0]), try NodeName(words[1]), ObservedState(state, reason), flags: flags)
    }

    private static func apply(_ words: [String]) throws -> SequenceEvent {
        var options = PlanOptions()
        for word in words where word != "saved" {
            let parts = word.split(separator: "=")
            guard parts.count == 2, let count = Int(parts[1]) else { throw ScenarioError("not understood: \(word)") }
            switch parts[0] {
            case "stops": options.stopsMax = count
            case "moves": options.movesMax = count
            default: throw ScenarioError("not understood: \(word)")
            }
        }
        return .apply(isSaved: words.contains("saved"), options)
    }
}
