import ArgumentParser
import Reconciler
import StateSpec

struct NodeMaintenanceOff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenanceoff",
        abstract: "Let nodes take domains again.",
        discussion: """
            Commits the end of `maintenance`, one commit a node. Nothing moves by itself, because any allowed place is \
            right; with --bring-back the domains whose `prefer` is such a node are moved back to it, once, by live \
            migration. A domain that is held, moves offline or never, or finds no room stays where it is.

            EXAMPLES
              havirt node maintenanceoff alpha       the commit
              havirt node maintenanceoff alpha --bring-back --yes
            """)

    @Argument(help: "The nodes.", completion: NameCompletion.nodes)
    var nodes: [String]

    @Flag(name: .long, help: "Move back what prefers these nodes.")
    var bringBack = false

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions
    @OptionGroup var lock: LockOption

    func run() async throws {
        let verb = try await NodeVerb(nodes, global, commit)
        let changes = verb.nodes.compactMap { node -> SpecChange? in
            if verb.spec(of: node).maintenance == nil {
                Terminal.note("\(node) is not in maintenance.")
                return nil
            }
            return SpecChange(node: node, message: "node \(node): end of maintenance") { old in
                try YAMLEditor.remove("maintenance", from: old)
            }
        }
        if changes.isEmpty && !bringBack { return }
        var options = lock.planOptions
        var domains: Set<DomainName> = []
        if bringBack {
            options.bringBack = Set(verb.nodes)
            domains = verb.domainsAwayFromNodes
        }
        let (_, isComplete) = try await verb.reconcile(
            changes, domains, options, activity: "node maintenanceoff")
        if !isComplete { throw ExitStatus.blocked }
        if bringBack && domains.isEmpty { Terminal.out("Nothing runs elsewhere that prefers these nodes.\n") }
    }
}
