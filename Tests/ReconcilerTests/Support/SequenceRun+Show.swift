import StateSpec
import Testing

@testable import Reconciler

/// What havirt makes of it.
extension SequenceRun {
    func nextRun() -> RunID {
        runs += 1
        return RunID(stringLiteral: "run\(runs)")
    }

    func show(_ look: () async throws -> Round.Planned) async {
        do {
            let planned = try await look()
            saved = SavedPlan(planned.plan, id: RunID(stringLiteral: "plan\(runs)"))
            describe(planned, [:])
            try await compareWithSaved(planned)
        } catch {
            complain(of: error)
        }
    }

    func apply(_ saved: SavedPlan?, _ options: PlanOptions) async {
        do {
            let applied = try await cluster.apply(nextRun(), saved: saved, options: options)
            describe(applied.planned, Dictionary(applied.outcomes.map { ($0.step.id, $0.text) }) { first, _ in first })
            try await compareWithSaved(applied.planned)
            for outcome in applied.outcomes where !applied.planned.plan.steps.contains(outcome.step) {
                lines.append("    \(outcome.step.subject) \(outcome.step.action): \(outcome.text)")
            }
        } catch {
            complain(of: error)
        }
        for host in cluster.world.hosts.sorted(by: { $0.key < $1.key }) {
            for guest in host.value.guests.values.sorted(by: { $0.name < $1.name }) {
                lines.append("    now \(host.key) has \(guest.name) \(guest.state)")
            }
        }
    }

    /// A scan that is saved is planned for as if the nodes had just been asked.
    private func compareWithSaved(_ planned: Round.Planned) async throws {
        let live = planned.loaded
        let saved = try await CommitChooser(branch, preview: .ofSavedScan).load(for: planned.observed)
        #expect(saved.desired == live.desired && saved.commit == live.commit && saved.signer == live.signer)
        #expect(saved.previous == live.previous && saved.previousCommit == live.previousCommit)
        #expect(saved.held == live.held && saved.outlawed == live.outlawed)
        #expect(saved.departed.map(\.spec) == live.departed.map(\.spec))
        #expect(saved.findings == live.findings && saved.notes == live.notes)
    }

    private func complain(of error: any Error) {
        lines.append("    error: \(error)")
        lines += (error as? RoundError)?.findings.map { "    \($0)" } ?? []
    }

    private func describe(_ planned: Round.Planned, _ outcomes: [Int: String]) {
        let plan = planned.plan
        lines.append("    commit \(plan.commit?.short ?? "none")")
        lines += planned.loaded.notes.map { "    note \($0)" }
        lines += planned.loaded.findings.map { "    \($0)" }
        if let refusal = plan.refusal { lines.append("    refused: \(refusal)") }
        for step in plan.steps {
            let outcome = outcomes[step.id].map { ": \($0)" } ?? ""
            lines.append("    step \(step.id) \(step.subject) \(step.action) [\(step.reason.code)]\(outcome)")
        }
        for decision in plan.decisions where ![.inSync, .changing].contains(decision.status) {
            let reason = decision.reason
            lines.append("    \(decision.status.rawValue) \(decision.domain.name) [\(reason.code)] \(reason.text)")
        }
        for alert in plan.alerts {
            lines.append("    \(alert.severity.rawValue) [\(alert.code)] \(alert.subject) \(alert.message)")
        }
        if plan.isInSync { lines.append("    in sync") }
    }
}
