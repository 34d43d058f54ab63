import ArgumentParser
import Reconciler
import StateSpec

struct DomainStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a domain, and keep it running.",
        discussion: """
            Commits `run: keepalive` and, with NODE, `prefer: NODE`; then starts the domain, once every node has \
            answered and none runs it. With NODE it starts there or not at all: what NODE cannot take is refused \
            before the commit. With --manual it is started once, and git's `run: manual` stays.

            EXAMPLES
              havirt domain start web1               the commit, and the command
              havirt domain start web1 beta --yes
              havirt domain start web1 gamma --allow --message "beta is full" --yes
              havirt domain start lab1 --manual --yes
            """)

    @Argument(help: "The domain.", completion: NameCompletion.domains)
    var domain: String

    @Argument(help: "Where; by default where it prefers, or the best place.", completion: NameCompletion.nodes)
    var node: String?

    @Flag(name: .long, help: "Start it once; havirt does not keep it running.")
    var manual = false

    @Flag(name: .long, help: "Add NODE to the nodes that the domain is allowed.")
    var allow = false

    @Option(name: .long, help: ArgumentHelp("Why, for the commit's message.", valueName: "text"))
    var message: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions
    @OptionGroup var lock: LockOption

    func validate() throws {
        if allow && node == nil { throw ValidationError("--allow says that NODE may run it: name the node") }
    }

    func run() async throws {
        let words = try DomainMessage.make(node.map { "start on \($0)" } ?? "start", message)
        let verb = try await DomainVerb(domain, global, commit)
        try verb.demandNoHold()
        let place = try node.map { try verb.place($0, allow: allow) }
        if let place, let home = verb.homes.first, verb.homes != [place.node] {
            throw Failure("\(verb.name) runs on \(home); havirt domain migrate \(verb.name) \(place.node) moves it")
        }
        let changes = changes(verb, place, words)
        let options = verb.planOptions(lock.planOptions, asking: .start(on: place?.node))
        if let place { try verb.demand(changes, options, to: "start on \(place.node)") }
        let (last, isComplete) = try await verb.reconcile(changes, [verb.name], options, activity: "domain start")
        let homes = last.homes(of: verb.spec.uuid).map(\.text).joined(separator: ", ")
        if !homes.isEmpty { Terminal.out("\(verb.name) runs on \(homes).\n") }
        if !isComplete || homes.isEmpty { throw ExitStatus.blocked }
    }

    /// One commit at most, of what is not so already.
    private func changes(_ verb: DomainVerb, _ place: DomainVerb.Place?, _ words: String) -> [SpecChange] {
        let wish = verb.spec.wish
        // What git wishes stopped would be shut down by the next round.
        let run: RunWish? =
            manual ? (wish.run == .stopped ? .manual : nil) : (wish.run == .keepalive ? nil : .keepalive)
        if manual && wish.run == .keepalive {
            Terminal.note("git keeps \(verb.name) running; --manual changes nothing.")
        }
        let prefers = place.map { $0.allowed != nil || wish.prefer != $0.node } ?? false
        guard run != nil || prefers else { return [] }
        return [
            verb.change(words) { text in
                let text = try run.map { try YAMLEditor.set("run", to: .string($0.rawValue), in: text) } ?? text
                return prefers ? try place?.prefer(in: text) ?? text : text
            }
        ]
    }
}
