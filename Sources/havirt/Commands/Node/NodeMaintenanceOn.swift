import ArgumentParser
import Reconciler
import StateSpec

struct NodeMaintenanceOn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenanceon",
        abstract: "Empty nodes, and keep them empty.",
        discussion: """
            Commits `maintenance`, one commit a node, and then moves the domains of these nodes away: live, or by \
            shutdown and start where a domain says `migrate: offline`. What cannot leave is named before anything \
            moves. Asked again, it goes on with what is left.

            EXAMPLES
              havirt node maintenanceon alpha        the commit, the moves, what must stay
              havirt node maintenanceon alpha --reason "new fans" --until 2026-12-01 --yes
              havirt node maintenanceon alpha beta --yes
            """)

    @Argument(help: "The nodes.", completion: NameCompletion.nodes)
    var nodes: [String]

    @Option(
        name: .long,
        help: ArgumentHelp("When it should be over, in UTC; it holds until it is ended.", valueName: "time"))
    var until: String?

    @Option(name: .long, help: ArgumentHelp("What is done to the nodes.", valueName: "text"))
    var reason: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions
    @OptionGroup var lock: LockOption

    func run() async throws {
        let pause = try Pause(until: until, reason: reason)
        let verb = try await NodeVerb(nodes, global, commit)
        let fields = pause.value(by: try verb.commits.author())
        let message = "maintenance" + (pause.reason.map { ", \($0)" } ?? "")
        let changes = verb.nodes.compactMap { node -> SpecChange? in
            let now = verb.spec(of: node).maintenance
            // Who only asks for it has it; who gives particulars wants them written down.
            if let now, pause == Pause() || now.says(pause) {
                Terminal.note("\(node) is in maintenance already.")
                return nil
            }
            return SpecChange(node: node, message: "node \(node): \(message)") { old in
                try YAMLEditor.set("maintenance", to: fields, in: old)
            }
        }
        // Whoever is about to switch a node off must not take silence for emptiness.
        for node in verb.nodes where verb.planned.observed.nodes[node]?.node == nil {
            Terminal.note("\(node) is silent: nobody knows what runs there.")
        }
        let (last, isComplete) = try await verb.reconcile(
            changes, verb.domainsOnNodes, lock.planOptions, activity: "node maintenanceon")
        let inhabitants = verb.nodes.map { (node: $0, words: last.inhabitants(of: $0)) }
        for (node, words) in inhabitants { Terminal.out("\(node) \(words ?? "is empty").\n") }
        if !isComplete || inhabitants.contains(where: { $0.words != nil }) { throw ExitStatus.blocked }
    }
}
