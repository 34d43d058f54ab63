import ArgumentParser
import Reconciler
import StateSpec
import Store

struct WhyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Why a domain is where it is: the rule that decides now, and what was done before.",
        discussion: """
            Scans, and says what the planner decides about the domain and by which sightings; then what the journal of
            this controller has about it.

            EXAMPLES
              havirt why web1
            """)

    @Argument(help: "The domain.", completion: NameCompletion.domains)
    var domain: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let planned = try await NodeLook(wiring: wiring).plan()
        let spec = try DomainChoice.find(domain, planned.loaded.desired)
        Terminal.out(try Self.text(spec, planned, wiring))
        let entries = try wiring.journal.entries(limit: HistoryCommand.entriesMax).filter { $0.domain == spec.name }
        guard !entries.isEmpty else { return Terminal.out("\nThe journal has nothing about it.\n") }
        Terminal.out("\nIn the journal\n" + (try HistoryCommand.table(entries.suffix(10)).render(nil)))
    }

    private static func text(
        _ spec: DomainSpec, _ planned: Round.Planned, _ wiring: Wiring
    ) throws -> String {
        guard let decision = planned.plan.decisions.first(where: { $0.domain.uuid == spec.uuid }) else {
            throw Failure("the plan has no decision about \(spec.name)")
        }
        let commit = planned.loaded.commit?.short ?? "uncommitted"
        let signer = planned.loaded.signer.map { ", signed by \($0)" } ?? ""
        let commits = wiring.commits(thatBrought: decision.reason.rules, in: planned.loaded.commit)
        var lines = [
            "\(spec.name): \(decision.reason.text(commits)) [\(decision.reason.code)]",
            "  wished by commit \(commit)\(signer): \(spec.wish.run.rawValue)"
                + (spec.wish.nodes.map { ", on \($0.map(\.text).joined(separator: " or "))" } ?? ", anywhere"),
        ]
        for (name, reading) in planned.observed.nodes.sorted(by: { $0.key < $1.key }) {
            switch reading {
            case .answered(let node, let moment):
                let seen = node.domains.first { $0.uuid == spec.uuid }
                let state = seen.map { Escaped("\($0.state)").bare } ?? "not there"
                let mark = seen?.definition?.mark.map { ", started from commit \($0.commit.short)" } ?? ""
                lines.append("  \(name) at \(moment): \(state)\(mark)")
            case .silent(let silence): lines.append("  \(name): silent, \(silence)")
            }
        }
        for step in planned.plan.steps where step.domain?.uuid == spec.uuid { lines.append("  next: \(step.action)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
