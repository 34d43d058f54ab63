import ArgumentParser
import Reconciler
import StateSpec
import Store

struct DomainShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One domain on one screen.",
        discussion: """
            What git wishes, with file and line; where it was seen, and from which commit it was started; what a plan \
            does about it, and why; and what this controller did last. Scans all nodes and changes nothing. Exits with \
            0 whatever it shows.

            EXAMPLES
              havirt domain show web1
              havirt domain show web1 --recorded     no node is asked
              havirt domain show web1 --observed scan.json --format json
              havirt domain show web1 --xml          with git's XML, and its drift
            """)

    @Argument(help: "The domain.", completion: NameCompletion.domains)
    var domain: String

    @OptionGroup var global: GlobalOptions
    @OptionGroup var look: LookOptions

    @Flag(name: .long, help: "Show git's XML, too, and as a diff what runs and what is stored otherwise.")
    var xml = false

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let spec: DomainSpec
        let view: DomainView
        var drift: [String] = []
        if look.recorded {
            let loaded = try await Loading.load(wiring)
            spec = try DomainChoice.find(domain, loaded.desired)
            view = DomainView(
                spec, commit: loaded.commit, recorded: try Self.recorded(spec.uuid, wiring.records),
                try wiring.records.recall())
        } else {
            let planned = try await look.plan(wiring)
            spec = try DomainChoice.find(domain, planned.loaded.desired)
            view = DomainView(spec, planned.request, planned.plan)
            if xml { drift = DefinitionText.lines(spec, planned.request) }
        }
        let name = spec.name
        let history = try RecentHistory(wiring.journal) { $0.domain == name }
        let text = xml ? String(decoding: spec.xml, as: UTF8.self) : nil
        switch look.format {
        case .json:
            Terminal.out(
                try JSONText.encode(Shown(domain: view, history: history.entries, xml: text, drift: xml ? drift : nil)))
        case .text:
            let rules = view.plan.map { $0.decision.reason.rules + $0.steps.flatMap(\.reason.rules) } ?? []
            let commits = wiring.commits(thatBrought: rules, in: view.commit)
            Terminal.out(DomainViewText.render(view, commits: commits) + history.text)
            if xml {
                Terminal.out("\n")
                Terminal.document(spec.xml)
                if !drift.isEmpty { Terminal.out("\n" + drift.joined(separator: "\n") + "\n") }
            }
        }
    }

    /// Where the last answers had it.
    private static func recorded(_ uuid: DomainUUID, _ records: FileRecordStore) throws -> [DomainView.Sight] {
        try records.population().compactMap { node, population in
            if let resident = population.domains[uuid] {
                return DomainView.Sight(
                    node: node, at: population.seen, state: resident.state, isPersistent: resident.isPersistent)
            }
            return population.strays.contains(uuid)
                ? DomainView.Sight(node: node, at: population.seen, state: nil) : nil
        }
    }

    private struct Shown: Encodable {
        let domain: DomainView
        let history: [JournalEntry]
        /// Nil unless asked for.
        let xml: String?
        /// Lines of unified diffs from git's XML to what runs and what is stored; nil unless asked for.
        let drift: [String]?
    }
}
