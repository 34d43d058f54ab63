/// A script that a gate knows: a line of its list.
struct GateEntry: Equatable, CustomStringConvertible {
    /// What the gate does with it.
    enum Treatment: Hashable {
        /// Runs it for a key.
        case runs(GateRole)
        /// Runs its own loop in place of this one, which would run whatever it is sent.
        case replaces

        var word: String {
            switch self {
            case .runs(let role): role.rawValue
            case .replaces: "loop"
            }
        }

        static let all = GateRole.allCases.map { Self.runs($0) } + [.replaces]
    }

    let treatment: Treatment
    /// SHA-256, 64 digits.
    let digest: String
    /// For people.
    let name: String
    /// The havirt that has it.
    let version: String

    var description: String { "\(treatment.word) \(digest) \(name) \(version)" }
}

extension GateEntry {
    /// The entries of a gate that was printed before, by whichever version; nil for a text that is none, or damaged.
    static func parse(_ gate: String) -> [GateEntry]? {
        let lines = gate.split(separator: "\n", omittingEmptySubsequences: false)
        guard let begin = lines.firstIndex(of: "scripts='"), let end = lines[begin...].firstIndex(of: "'"),
            end - begin - 1 <= countMax
        else { return nil }
        var entries: [GateEntry] = []
        for line in lines[begin..<end].dropFirst() {
            guard let entry = GateEntry(line: line) else { return nil }
            entries.append(entry)
        }
        return entries
    }

    /// The most that a gate has.
    static let countMax = 200

    private init?(line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 4, let treatment = Treatment.all.first(where: { $0.word == words[0] }),
            words[1].utf8.count == 64, words[1].utf8.allSatisfy(Self.isHexadecimal), words[2...].allSatisfy(Self.isWord)
        else { return nil }
        self.init(treatment: treatment, digest: words[1], name: words[2], version: words[3])
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    /// Nothing that would end the quotes in which it stands.
    private static func isWord(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { isHexadecimal($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x2E }
    }
}
