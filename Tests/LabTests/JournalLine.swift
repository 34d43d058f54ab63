import FoundationEssentials

/// A line of `var/journal.jsonl`, as far as tests look at it.
struct JournalLine: Decodable {
    let kind: String
    let run: String
    let commit: String?
    let step: Int?
    let domain: String?
    let action: String?
    let command: String?
    let result: String?

    init(_ line: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(line.utf8)) }
}
