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
}
