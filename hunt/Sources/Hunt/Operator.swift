import NodeDriver
import Reconciler
import SimulatedCluster
import StateSpec
import Store
import Synchronization

/// One controller of a hunt: its records, its clone, and havirt run again and again.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
final class Operator: @unchecked Sendable {
    let controller: SimulatedController
    let view: GitView
    let journal = MemoryJournal()
    private let records: MemoryRecordStore
    private let cluster: SimulatedCluster
    private let judge: Judge
    private var rounds = 0

    /// What came of one round.
    enum Result {
        case applied(Round.Applied)
        case refused(RoundError)
    }

    init(_ name: String, _ cluster: SimulatedCluster, _ git: SimulatedGit, _ judge: Judge) {
        controller = SimulatedController(name, cluster)
        self.cluster = cluster
        self.judge = judge
        records = MemoryRecordStore(run: Operator.run("\(name)-records"))
        view = GitView(git) { cluster.now }
    }

    private static func run(_ text: String) -> RunID {
        do { return try RunID(text) } catch { preconditionFailure("\(text) is no run id: \(error)") }
    }

    /// Runs `havirt reconcile --yes` once.
    func reconcile() async -> Result {
        rounds += 1
        let process = controller.begin()
        let run = Self.run("\(controller.name)-\(rounds)")
        let clock = SimulatedClock(controller, cluster, process: process)
        let hypervisor = VirshHypervisor(
            transport: SimulatedTransport(cluster, controller, process: process), clock: clock, executor: cluster.time)
        for (node, domains) in records.expected() { hypervisor.expect(domains, on: node) }
        judge.begin(run, by: controller.name, journal)
        let round = Round(
            hypervisor: hypervisor, clock: clock, source: CommitChooser(view),
            records: ProcessRecords(store: records, controller: controller, process: process),
            journal: ProcessJournal(journal: journal, controller: controller, process: process), run: run)
        do throws(RoundError) {
            let applied = try await round.apply(
                from: "hunter@\(controller.name)", activity: "reconcile",
                announce: { [judge] planned in judge.plan(planned, of: run) },
                report: { [judge] event in judge.report(event) })
            if controller.isAlive(process) { judge.end(run) }
            return .applied(applied)
        } catch {
            if controller.isAlive(process) { judge.end(run) }
            judge.note("\(run) ends: \(error)", 30)
            return .refused(error)
        }
    }

    /// Runs havirt every so often until the hunt is over.
    func work(until isOver: @escaping @Sendable () -> Bool) async {
        while !isOver() {
            let begin = cluster.time.milliseconds
            switch await reconcile() {
            case .applied: break
            case .refused(let error):
                if error.description.contains("the cluster is locked") { judge.count(.applyRefusedByLock) }
                if error.description.contains("was rewound") { judge.count(.rewindRefused) }
            }
            if cluster.time.milliseconds - begin > 1_800_000 { judge.fail("I24", "a round took half an hour") }
            do { try await cluster.time.pause(cluster.random.number(in: 4_000...25_000)) } catch { return }
        }
    }
}
