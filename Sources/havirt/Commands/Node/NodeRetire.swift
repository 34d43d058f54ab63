import ArgumentParser
import Reconciler
import StateSpec

struct NodeRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Have a node leave the cluster.",
        discussion: """
            Commits `retired: true`. The next rounds move its domains away; once it was seen empty, or is fenced, nobody \
            waits for it any more, and its file can be removed.

            EXAMPLES
              havirt node retire beta                the commit, and the moves that follow
              havirt node retire beta --reason "end of lease" --yes
            """)

    @Argument(help: "The node.", completion: NameCompletion.nodes)
    var node: String

    @Option(name: .long, help: ArgumentHelp("Why, for the commit's message.", valueName: "text"))
    var reason: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions

    func run() async throws {
        let reason = try reason.map { try CommitWords.check($0, option: "--reason") }
        let verb = try await NodeVerb([node], global, commit)
        if verb.spec.retired { return Terminal.out("\(verb.node) is retired already.\n") }
        try await verb.change("node \(verb.node): retired" + (reason.map { ", \($0)" } ?? "")) { old in
            try YAMLEditor.set("retired", to: .bool(true), in: old)
        }
    }
}
