import ArgumentParser
import Reconciler
import StateSpec

struct ClusterBalance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance",
        abstract: "Even out memory and vCPUs over the nodes, by the fewest migrations.",
        discussion: """
            A node's load is the larger of its memory and its vCPUs in use, each over the cluster's mean: 1.0 is even. \
            The fewest live migrations, and of these the ones with the least memory, bring every node to the target of \
            cluster.yaml (1.10) or below. Rules, holds and capacity are kept; a domain that has moved within the \
            cooldown stays. Without --yes the table and the shell commands are shown.

            EXAMPLES
              havirt cluster balance                 before and after, and the commands
              havirt cluster balance --yes           carry the migrations out
              havirt cluster balance --best --max-moves 5
              havirt cluster balance --observed scan.json --format json
                                                     a saved scan, no node needed
              havirt cluster balance --propose even-out
                                                     a commit on that branch which prefers the new places
            """)

    @Option(name: .long, help: ArgumentHelp("The load that no node should exceed.", valueName: "load"))
    var target: Double?

    @Flag(name: .long, help: "Bring the largest load as low as it goes.")
    var best = false

    @Option(name: .long, help: ArgumentHelp("Migrate at most N domains.", valueName: "n"))
    var maxMoves: Int?

    @Option(
        name: .long, help: ArgumentHelp("A saved scan instead of asking the nodes.", valueName: "file"),
        completion: .file())
    var observed: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Commit the new places as `prefer:` on this branch; migrate nothing.", valueName: "branch"))
    var propose: String?

    @Option(name: .long, help: "How to print it.")
    var format = PlanFormat.text

    @Flag(name: .shortAndLong, help: "Carry the migrations out instead of printing them.")
    var yes = false

    @Flag(name: .long, help: "Only print them, whatever the settings say.")
    var dryrun = false

    @OptionGroup var global: GlobalOptions
    @OptionGroup var lock: LockOption

    func validate() throws {
        if best && target != nil { throw ValidationError("--best and --target exclude each other") }
        if let target, !(1...10).contains(target) {
            throw ValidationError("--target takes a load from 1 to 10, where 1 is even")
        }
        if let maxMoves, maxMoves < 0 { throw ValidationError("--max-moves takes a number that is not negative") }
        if yes && dryrun { throw ValidationError("--yes and --dryrun exclude each other") }
        if yes && observed != nil && propose == nil {
            throw ValidationError("what a saved scan calls for is not carried out")
        }
        if yes && format == .json { throw ValidationError("--format json is for what is only shown") }
    }

    func run() async throws {
        let settings = try global.settings()
        let acts = observed == nil && propose == nil && format == .text && (yes || (!settings.dryrun && !dryrun))
        if acts {
            return try await Acting(wiring: Wiring(settings: settings), options: options, activity: "cluster balance")
                .run(acts: true)
        }
        let wiring = Wiring(settings: settings)
        let planned = try await Planning(wiring: wiring, options: options).run(observed)
        Report.notes(planned.loaded)
        if let propose {
            return try await BalanceProposal(wiring: wiring, planned: planned, branch: propose).run(commits: yes)
        }
        try show(planned, wiring)
        throw ExitStatus.of(planned.plan)
    }

    private var options: PlanOptions {
        var options = lock.planOptions
        options.balance = BalanceWish(best ? .best : .target(target), movesMax: maxMoves)
        return options
    }

    private func show(_ planned: Round.Planned, _ wiring: Wiring) throws {
        switch format {
        case .json: try Report.show(planned.plan, .json, wiring)
        case .text:
            try Report.show(planned.plan, .text, wiring)
            guard observed == nil else { return }
            try Report.commands(planned.plan, planned.loaded.desired, by: try wiring.hypervisor())
        }
    }
}
