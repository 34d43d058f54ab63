import ArgumentParser
import Reconciler
import StateSpec

struct NodeISCSIScan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "iscsiscan",
        abstract: "Look at iSCSI anew: targets, sessions, LUNs and their sizes.",
        discussion: """
            Has nodes ask every portal of git for its targets, and says which are new, which are not offered any more, \
            and which portals do not answer. Then the nodes log in to the targets that they need, have sessions look \
            for new LUNs and sizes, and log out of what git named once and nobody needs; without --yes these commands \
            are only shown. Afterwards it says which LUNs are new, gone, resized or other storage. Targets that no \
            applied commit ever named are never touched.

            --adopt makes a commit of it: new targets go into the file of a portal that offers them, and LUNs that \
            sessions show are pinned to their WWIDs, where all nodes agree.

            Exits with 1 if a portal or a node did not answer.

            EXAMPLES
              havirt node iscsiscan                  all nodes: what is offered, and the commands
              havirt node iscsiscan alpha --yes      carry them out, and say what changed
              havirt node iscsiscan --adopt --yes    then commit new targets and WWIDs
            """)

    @Argument(help: "The nodes; all when none is named.", completion: NameCompletion.nodes)
    var nodes: [String] = []

    @Flag(name: .long, help: "Have git name new targets, and pin LUNs to their WWIDs.")
    var adopt = false

    @Option(name: .long, help: "How to print it.")
    var format = PlanFormat.text

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions

    func validate() throws {
        if adopt && format == .json { throw ValidationError("--format json is for what is seen, not for a commit") }
    }

    func run() async throws {
        let look = try await ISCSILook(nodes, global, commit, demandsUsableTip: adopt)
        // Who cannot commit learns it before anything is done.
        if adopt { _ = try look.commits.author() }
        var scan = ISCSIScan(look: look, format: format)
        try await scan.survey()
        try await scan.carryOut(acts: commit.acts(look.wiring.settings))
        if adopt { try await scan.adopt() }
        try scan.end()
    }
}

/// What `node iscsiscan` starts from.
struct ISCSILook: SpecVerb {
    let start: VerbStart
    /// The nodes that are asked, by name.
    let nodes: [NodeSpec]
    /// Nodes that should be asked and do not answer.
    let silent: [NodeName]

    init(
        _ names: [String], _ global: GlobalOptions, _ options: CommitOptions, demandsUsableTip: Bool
    ) async throws {
        start = try await VerbStart(global, options, demandsUsableTip: demandsUsableTip)
        let (desired, observed) = (start.planned.loaded.desired, start.planned.observed)
        let chosen = try NodeChoice.choose(names, desired)
        // A node that has left is asked only by name.
        let wanted = desired.nodes.filter { chosen.contains($0.name) && (!$0.retired || !names.isEmpty) }
        nodes = wanted.filter { observed.nodes[$0.name]?.node != nil }
        silent = wanted.map(\.name).filter { observed.nodes[$0]?.node == nil }
    }

    /// Rules of a run that does nothing else.
    var planOptions: PlanOptions {
        var options = PlanOptions()
        options.rescan = Set(nodes.map(\.name))
        return options
    }
}
