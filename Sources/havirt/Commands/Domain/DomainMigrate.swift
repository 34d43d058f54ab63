import ArgumentParser
import Reconciler
import StateSpec

struct DomainMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Move a running domain to a node.",
        discussion: """
            Commits `prefer: NODE`, and moves the domain there: live, or by shutdown and start where it says \
            `migrate: offline`. What NODE cannot take is refused before the commit, with the reason.

            EXAMPLES
              havirt domain migrate web1 beta        the commit, and the command
              havirt domain migrate web1 beta --yes
              havirt domain migrate web1 gamma --allow --message "beta is full" --yes
            """)

    @Argument(help: "The domain.", completion: NameCompletion.domains)
    var domain: String

    @Argument(help: "Where it is to run.", completion: NameCompletion.nodes)
    var node: String

    @Flag(name: .long, help: "Add NODE to the nodes that the domain is allowed.")
    var allow = false

    @Option(name: .long, help: ArgumentHelp("Why, for the commit's message.", valueName: "text"))
    var message: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions
    @OptionGroup var lock: LockOption

    func run() async throws {
        let words = try DomainMessage.make("migrate to \(node)", message)
        let verb = try await DomainVerb(domain, global, commit)
        try verb.demandNoHold()
        let place = try verb.place(node, allow: allow)
        guard !verb.homes.isEmpty else {
            throw Failure(
                "\(verb.name) runs on no node that answers; havirt domain start \(verb.name) \(place.node) starts it")
        }
        let isPreferred = place.allowed == nil && verb.spec.wish.prefer == place.node
        let changes = isPreferred ? [] : [verb.change(words) { try place.prefer(in: $0) }]
        let options = verb.planOptions(lock.planOptions, asking: .migrate(to: place.node))
        try verb.demand(changes, options, to: "migrate to \(place.node)")
        let (last, isComplete) = try await verb.reconcile(changes, [verb.name], options, activity: "domain migrate")
        let homes = last.homes(of: verb.spec.uuid)
        Terminal.out("\(verb.name) runs on \(homes.map(\.text).joined(separator: ", ")).\n")
        if !isComplete || homes != [place.node] { throw ExitStatus.blocked }
    }
}
