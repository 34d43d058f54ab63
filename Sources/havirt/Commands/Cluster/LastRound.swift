import Reconciler
import StateSpec
import Store

/// The last round of this controller that acted, or was about to, from its journal.
struct LastRound: Encodable {
    /// When it began.
    let at: Timestamp
    /// Its run.
    let run: RunID
    /// What it applied.
    let commit: ObjectID?
    /// What was before it.
    let planned: String?
    /// When it ended; nil for one that is under way, or was killed.
    let endedAt: Timestamp?
    /// What came of it.
    let result: String?

    /// In most journals the last round is among these.
    private static let recentMax = 2_000

    /// Nil where the journal has none.
    static func find(in journal: FileJournal) throws -> LastRound? {
        try find(try journal.entries(limit: recentMax))
            ?? find(try journal.entries(limit: HistoryCommand.entriesMax))
    }

    private static func find(_ entries: [JournalEntry]) -> LastRound? {
        guard let index = entries.lastIndex(where: { $0.kind == .round }) else { return nil }
        let began = entries[index]
        let end = entries[index...].first { $0.kind == .end && $0.run == began.run }
        return LastRound(
            at: began.at, run: began.run, commit: began.commit, planned: began.result, endedAt: end?.at,
            result: end?.result)
    }

    /// "2026-11-23T18:40:00Z by run 20261123t184000-k3m7xq2p: 3 of 3 steps done"
    var words: String {
        let of = commit.map { " of commit \($0.short)" } ?? ""
        let outcome =
            if let result { Escaped(result).bare } else { "not ended (\(Escaped(planned ?? "nothing planned").bare))" }
        return "\(at) by run \(run)\(of): \(outcome)"
    }
}
