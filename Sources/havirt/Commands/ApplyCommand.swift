import ArgumentParser
import Reconciler
import Store

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Make the cluster what the branch says.",
        discussion: """
            Without --yes it prints the plan and the shell commands. With --yes it locks the cluster, scans and \
            plans again, and carries the plan out; each step is checked on all nodes right before it runs.

            A saved plan is carried out once, within an hour, and only where it still follows from what is seen.

            EXAMPLES
              havirt apply                           the commands, fit to be pasted
              havirt apply --yes                     carry them out
              havirt apply plan.json --yes           just what was reviewed

            Asked to stop (SIGTERM, ^C), it begins nothing more and sees the steps under way to their end; asked \
            twice, it ends at once, and the next run waits for what was in flight.
            """)

    @Argument(help: ArgumentHelp("A plan saved by `plan --out`.", valueName: "plan"), completion: .file())
    var plan: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var act: ActOptions

    func run() async throws {
        let settings = try global.settings()
        let saved = try plan.map { file in
            try JSONText.decode(SavedPlan.self, file: file, bytesMax: 64 << 20, writer: "`havirt plan --out`")
        }
        try await Acting(
            wiring: Wiring(settings: settings), options: act.planOptions, activity: "apply", saved: saved
        ).run(acts: act.acts(settings))
    }
}
