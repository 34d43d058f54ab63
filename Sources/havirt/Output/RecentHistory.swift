import Reconciler
import StateSpec
import Store

/// The last things that this controller did about one object, for the screen that shows it.
struct RecentHistory {
    /// What was done: its outcome, or its intent where no outcome was written.
    let entries: [JournalEntry]

    private static let linesMax = 5

    /// - Parameter isMeant: whether an entry is about the object.
    init(_ journal: FileJournal, where isMeant: (JournalEntry) -> Bool) throws {
        let about = try journal.entries(limit: HistoryCommand.entriesMax).filter(isMeant)
        var ended = Set<StepOfRun>()
        var chosen: [JournalEntry] = []
        for entry in about.reversed() where chosen.count < Self.linesMax {
            let step = StepOfRun(run: entry.run, step: entry.step)
            switch entry.kind {
            case .outcome: ended.insert(step)
            case .intent: if ended.contains(step) { continue }
            case .books: if entry.result == nil { continue }
            case .round, .end: continue
            }
            chosen.append(entry)
        }
        entries = chosen.reversed()
    }

    private struct StepOfRun: Hashable {
        let run: RunID
        let step: Int?
    }

    /// A heading and a line each; ends in a newline.
    var text: String {
        let lines = entries.map { entry in
            let domain = entry.domain.map { "\($0): " } ?? ""
            let result = entry.result.map { Escaped($0).bare } ?? "begun, and no end of it is written down"
            return "  \(entry.at)  \(domain)\(Escaped(entry.action ?? entry.kind.rawValue).bare); \(result)\n"
        }
        return "\nIn the journal of this controller\n" + (lines.isEmpty ? "  nothing\n" : lines.joined())
    }
}
