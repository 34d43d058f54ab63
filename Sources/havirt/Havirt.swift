import ArgumentParser

@main
struct Havirt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "havirt",
        abstract: "Runs a libvirt cluster as its git repository says.",
        discussion: """
            Operators commit where domains should run; havirt compares that with what it \
            sees over ssh and virsh, and starts, stops and moves domains accordingly, never \
            a domain on two nodes.

            Without --yes it only prints the shell commands that it would run.

            EXAMPLES
              havirt lint --repo .                   check the specs, with no node in reach
              havirt plan                            what would be done, and why
              havirt apply --yes                     do it
              havirt node scan                       which domain runs where

            EXIT STATUS
              0  nothing to do, or done and seen    2  changes are pending
              1  a wish is blocked, or an error    64  wrong usage
            """,
        version: "0.1.0",
        subcommands: [
            LintCommand.self, PlanCommand.self, DiffCommand.self, ApplyCommand.self, ReconcileCommand.self,
            SimulateCommand.self, NodeCommands.self, DomainCommands.self, ClusterCommands.self, HistoryCommand.self,
            WhyCommand.self, ReplayCommand.self,
        ])

    /// As the library does it, but for errors: they go through the door of all other text.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let status = exitCode(for: error)
            // Help and the version are no errors, and what has only a status has nothing to say.
            if status.isSuccess { exit(withError: error) }
            let message = fullMessage(for: error)
            if !message.isEmpty { Terminal.note(message) }
            exit(withError: status)
        }
    }
}
