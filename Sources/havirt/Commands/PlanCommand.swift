import ArgumentParser
import Reconciler
import StateSpec
import Store

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what would be done, and why.",
        discussion: """
            Scans all nodes and compares them with a commit. Changes nothing in the cluster. \
            Exits with 0 if there is nothing to do, 2 if changes are pending, 1 if a wish is blocked.

            EXAMPLES
              havirt plan                            the branch's tip against the nodes
              havirt plan --repo . --worktree        what is not committed yet
              havirt plan --out plan.json            save it for `apply plan.json`
              havirt plan --repo . --path examples/office/cluster.d \\
                --observed examples/office/observed.json
                                                     a saved scan, no node needed
            """)

    @OptionGroup var global: GlobalOptions

    @Option(name: .long, help: ArgumentHelp("A branch, tag or commit to plan for.", valueName: "rev"))
    var rev: String?

    @Flag(name: .long, help: "Plan for uncommitted files.")
    var worktree = false

    @Option(
        name: .long, help: ArgumentHelp("A saved scan instead of asking the nodes.", valueName: "file"),
        completion: .file())
    var observed: String?

    @Option(name: .long, help: ArgumentHelp("Save the plan for `apply`.", valueName: "file"), completion: .file())
    var out: String?

    @OptionGroup var lock: LockOption

    @Option(name: .long, help: "How to print it.")
    var format = PlanFormat.text

    func validate() throws {
        if worktree && rev != nil { throw ValidationError("--worktree and --rev exclude each other") }
        if worktree && out != nil { throw ValidationError("a plan of uncommitted files cannot be applied") }
        if observed != nil && out != nil { throw ValidationError("a plan of a saved scan cannot be applied") }
    }

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let planning = Planning(wiring: wiring, revision: rev, worktree: worktree, options: lock.planOptions)
        let planned = try await planning.run(observed)
        let plan = planned.plan
        Report.notes(planned.loaded)
        try Report.show(plan, format, wiring)
        if format == .text { try Report.offers(LiveOffer.all(planned.request), planned.loaded.desired, wiring) }
        if let out { try save(plan, out) }
        throw ExitStatus.of(plan)
    }

    private func save(_ plan: Plan, _ file: String) throws {
        guard let saved = SavedPlan(plan, id: .random()) else { return }
        try FileBytes.replace(file, with: Array(try JSONText.encode(saved).utf8))
        let shown = Escaped(file).bare
        Terminal.note("saved as \(shown); carry it out with: havirt apply \(shown) --yes")
    }
}
