import ArgumentParser
import Reconciler
import StateSpec
import Store

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Derive a past round's plan again from what it recorded.",
        discussion: """
            Prints the plan, and exits with 1 if it is not, byte for byte, the one that was made then. Asks no node.

            EXAMPLES
              havirt replay                          the rounds that are kept
              havirt replay 20261123t184000-abcdefgh
            """)

    @Argument(help: ArgumentHelp("The run, as `history` shows it.", valueName: "run"))
    var round: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        guard let round else {
            for run in try wiring.archive.runs() { Terminal.out("\(run)\n") }
            return
        }
        guard let run = try? RunID(round), let record = try wiring.archive.record(of: run) else {
            throw Failure("no round \(Escaped(round)) is kept; `havirt replay` lists those that are")
        }
        let commits = try wiring.commits(revision: nil)
        let plan: Plan
        do throws(DesiredSourceError) {
            plan = try record.replay { commit throws(DesiredSourceError) in try commits.load(commit) }
        } catch {
            throw Report.refusal(error.description, error.findings)
        }
        let text = PlanText.render(plan)
        Terminal.out(text)
        guard text == record.plan else {
            throw Failure("this is not the plan that was made then; it was:\n\n\(record.plan)")
        }
        Terminal.note("the same plan as then, byte for byte")
    }
}
