import ArgumentParser
import Reconciler
import StateSpec

struct DomainUnhold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unhold",
        abstract: "End a hold: the domain's other wishes count again.",
        discussion: """
            EXAMPLES
              havirt domain unhold db1               the commit, and what follows from it
              havirt domain unhold db1 --yes
            """)

    @Argument(help: "The domain.", completion: NameCompletion.domains)
    var domain: String

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions

    func run() async throws {
        let verb = try await DomainVerb(domain, global, commit)
        guard verb.spec.wish.hold != nil else { return Terminal.out("\(verb.name) is not held.\n") }
        let change = verb.change("end of hold") { try YAMLEditor.remove("hold", from: $0) }
        try await verb.change(change, outlook: "The next round acts on it: havirt apply --yes")
    }
}
