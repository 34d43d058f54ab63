import ArgumentParser
import Reconciler
import StateSpec
import Store

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "What was done, when, by which run, and what came of it.",
        discussion: """
            From the journal of this controller. Asks no node.

            EXAMPLES
              havirt history                         the last rounds and steps
              havirt history --domain web1 --last 20
              havirt history --node beta             steps in which beta took part
            """)

    @OptionGroup var global: GlobalOptions

    @Option(
        name: .long, help: ArgumentHelp("Only what concerns this domain.", valueName: "domain"),
        completion: NameCompletion.domains)
    var domain: String?

    @Option(
        name: .long, help: ArgumentHelp("Only steps in which this node took part.", valueName: "node"),
        completion: NameCompletion.nodes)
    var node: String?

    @Option(name: .long, help: ArgumentHelp("How many lines.", valueName: "n"))
    var last = 50

    @Option(name: .long, help: "table, tsv, json or yaml.")
    var format: ListFormat?

    /// The journal is bounded; so is what is read of it.
    static let entriesMax = 1_000_000

    func validate() throws {
        guard last > 0 else { throw ValidationError("--last takes a number above zero") }
    }

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        var entries = try wiring.journal.entries(limit: Self.entriesMax)
        if let domain { entries = entries.filter { $0.domain?.text == domain } }
        if let node { entries = entries.filter { $0.nodes?.contains { $0.text == node } == true } }
        Terminal.out(try Self.table(entries.suffix(last)).render(format))
    }

    /// Entries as a listing.
    static func table(_ entries: some Collection<JournalEntry>) -> Table {
        let columns = [
            "at", "run", "what", "commit", "step", "domain", "action", "reason", "command", "result",
            "signer",
        ]
        let text = { (value: String?) -> Cell in value.map { .text($0) } ?? .none }
        return Table(
            columns: columns,
            rows: entries.map { entry in
                [
                    .text("\(entry.at)"), .text(entry.run.text), .text(entry.kind.rawValue), text(entry.commit?.short),
                    entry.step.map { .number(Int64($0)) } ?? .none, text(entry.domain?.text), text(entry.action),
                    text(entry.reason), text(entry.command), text(entry.result),
                    text(entry.signer?.description),
                ]
            })
    }
}
