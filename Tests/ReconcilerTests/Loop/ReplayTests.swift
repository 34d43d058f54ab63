import FoundationEssentials
import StateSpec
import Synchronization
import Testing

@testable import Reconciler

/// What a round records is enough to derive its plan again, byte for byte.
@Suite struct ReplayTests {
    /// Refused plans, held objects, pruned domains and raised budgets among them.
    @Test(arguments: ScenarioFolder.all) func everyScenarioIsDerivedAgain(_ scenario: ScenarioFolder) throws {
        var request = try scenario.request()
        let signer = CommitSigner(kind: .openpgp, name: "Ann <ann@example.org>\u{1B}[2J", key: "F00D")
        request.signer = signer
        var loaded = LoadedCommit(
            desired: request.desired, commit: request.commit, previous: request.previous,
            previousCommit: request.previous == nil ? nil : "01d", held: request.options.held)
        loaded.outlawed = request.options.outlawed
        loaded.readable = request.commit.map { ReadableCommit($0, signer: signer) }
        loaded.departed = request.departed.map { DepartedDomain(spec: $0, commit: "01d") }
        let plan = Plan.make(request)
        let planned = Round.Planned(loaded: loaded, observed: request.observed, plan: plan)
        let written = try JSONEncoder().encode(RoundRecord(planned, "c0ffee", request.options, run: "run1"))
        let record = try JSONDecoder().decode(RoundRecord.self, from: written)
        let again = try record.replay { commit throws(DesiredSourceError) in
            do {
                guard let load = try scenario.load(commit == "01d" ? "previous" : "cluster.d") else {
                    throw ScenarioError("no such commit")
                }
                return load
            } catch {
                throw DesiredSourceError("\(error)")
            }
        }
        #expect(PlanText.render(again) == PlanText.render(plan))
        #expect(record.plan == PlanText.render(plan))
        let line = "\nSigned by Ann <ann@example.org>\\u{1b}[2J (openpgp F00D)\n"
        #expect(record.plan.contains(line) && record.signer == signer)
    }

    private final class Archive: RoundArchive {
        let kept = Mutex<[RoundRecord]>([])
        func keep(_ record: RoundRecord) throws { kept.withLock { $0.append(record) } }
    }

    /// Of a saved plan fewer steps are carried out; what is recorded is what they were derived from.
    @Test func aSavedPlansRoundIsDerivedAgain() async throws {
        let desired = Rack.desired([Make.domain(1, "web"), Make.domain(2, "db")])
        let lab = FakeCluster(World(Rack.names), desired)
        let full = try await lab.round().plan().plan
        let part = Plan(
            commit: full.commit, now: full.now, steps: [full.steps[0]], decisions: [], alerts: [], refusal: nil)
        let archive = Archive()
        let round = Round(
            hypervisor: lab, clock: lab, source: lab, records: lab, journal: lab, archive: archive, run: "run2")
        let applied = try await round.apply(
            from: "ann@desk", activity: "apply", saved: SavedPlan(part, id: "plan1"),
            announce: { _ in }, report: { _ in })
        #expect(applied.outcomes.count == 1)
        let record = try #require(archive.kept.withLock { $0.first })
        #expect(record.plan.contains("2 to start"), "\(record.plan)")
    }
}
