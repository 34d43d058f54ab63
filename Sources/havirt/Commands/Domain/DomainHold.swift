import ArgumentParser
import Reconciler
import StateSpec

struct DomainHold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Have a domain left exactly as it is.",
        discussion: """
            Commits `hold`, which beats every other wish: the domain is neither started, stopped nor moved, not even \
            for maintenance of its node. It holds until `domain unhold`; past --until it still holds, and is reported.

            EXAMPLES
              havirt domain hold db1 --reason "restore under way"
              havirt domain hold db1 --reason "restore under way" --until 2026-12-01 --yes
            """)

    @Argument(help: "The domain.", completion: NameCompletion.domains)
    var domain: String

    @Option(name: .long, help: ArgumentHelp("Why it must be left alone.", valueName: "text"))
    var reason: String

    @Option(
        name: .long,
        help: ArgumentHelp("When it should be over, in UTC; it holds until it is ended.", valueName: "time"))
    var until: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions

    func run() async throws {
        let pause = try Pause(until: until, reason: reason)
        let verb = try await DomainVerb(domain, global, commit)
        if let now = verb.spec.wish.hold, now.says(pause) {
            return Terminal.out("\(verb.name) is held already.\n")
        }
        let value = pause.value(by: try verb.commits.author())
        let change = verb.change("hold, \(reason)") { try YAMLEditor.set("hold", to: value, in: $0) }
        try await verb.change(change, outlook: "Every round from now on leaves it as it is.")
    }
}
