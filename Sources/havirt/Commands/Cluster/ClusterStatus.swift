import ArgumentParser
import Reconciler
import StateSpec

struct ClusterStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "The cluster on one screen.",
        discussion: """
            Nodes with bars of memory and vCPUs in use of what domains may use, domains by state, what a plan would \
            do, the last round of this controller, and which commit is applied. Scans all nodes and changes nothing. \
            Exits with 0 whatever it shows: `havirt plan` is for scripts.

            EXAMPLES
              havirt cluster status
              havirt cluster status --observed scan.json --format json
                                                     a saved scan, no node needed
            """)

    @OptionGroup var global: GlobalOptions

    @Option(
        name: .long, help: ArgumentHelp("A saved scan instead of asking the nodes.", valueName: "file"),
        completion: .file())
    var observed: String?

    @Option(name: .long, help: "How to print it.")
    var format = PlanFormat.text

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let planned = try await Planning(wiring: wiring).run(observed)
        Report.notes(planned.loaded)
        let shown = Shown(
            cluster: planned.loaded.desired.cluster.name,
            overview: ClusterOverview(planned.request, planned.plan),
            lastRound: try LastRound.find(in: wiring.journal), commit: planned.loaded.commit,
            unusableTip: planned.loaded.held?.commit)
        switch format {
        case .json: Terminal.out(try JSONText.encode(shown))
        case .text: Terminal.out(shown.text)
        }
    }
}

extension ClusterStatus {
    private struct Shown: Encodable {
        let cluster: ClusterName
        let overview: ClusterOverview
        /// Nil where the journal has none.
        let lastRound: LastRound?
        /// What is planned for: the branch's tip, or the last good commit where the tip cannot be used.
        let commit: ObjectID?
        /// The tip, where it cannot be used.
        let unusableTip: ObjectID?

        var text: String {
            let round = lastRound?.words ?? "none in the journal of this controller"
            return "Cluster \(cluster), seen at \(overview.seenAt)\n\n\(ClusterOverviewText.render(overview))"
                + "Round    \(round)\nApplied  \(applied)\n"
        }

        private var applied: String {
            let tip =
                if let unusableTip {
                    "the branch is at \(unusableTip.short), which cannot be used"
                } else {
                    "the branch is at \(commit?.short ?? "no commit")"
                }
            guard let applied = overview.applied else { return "nothing yet; \(tip)" }
            let isTip = applied.commit == commit && unusableTip == nil
            return "\(applied.commit.short) at \(applied.at); \(isTip ? "the branch's tip" : tip)"
        }
    }
}
