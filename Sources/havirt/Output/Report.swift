import Reconciler
import StateSpec

/// What commands say about plans and their execution.
enum Report {
    /// Shows findings, and gives back the failure to throw.
    static func refusal(_ message: String, _ findings: [Finding]) -> Failure {
        Terminal.progressDone()
        for finding in findings { Terminal.note("\(finding)") }
        let count = findings.filter { $0.severity == .error }.count
        let errors = count == 0 ? "" : ": \(count) error\(count == 1 ? "" : "s") above; check with `havirt lint`"
        return Failure(message + errors)
    }

    /// What a person should know about the commit itself.
    static func notes(_ loaded: LoadedCommit) {
        for note in loaded.notes { Terminal.note("havirt: \(note)") }
        for finding in loaded.findings where finding.severity != .notice { Terminal.note("\(finding)") }
    }

    /// Shows a plan.
    static func show(_ plan: Plan, _ format: PlanFormat, _ wiring: Wiring) throws {
        switch format {
        case .text: Terminal.out(wiring.text(of: plan))
        case .json: Terminal.out(try JSONText.encode(PlanJSON(plan, commits: wiring.commits(blamedBy: plan))))
        }
    }

    /// Shows the bare commands of a plan, each fit to be pasted.
    static func commands(_ plan: Plan, _ desired: DesiredState, by hypervisor: any Hypervisor) throws {
        guard !plan.steps.isEmpty else { return }
        guard plan.refusal == nil else { return }
        Terminal.out("\n# The commands, in order. Pasting them bypasses the lock and all checks;\n")
        Terminal.out("# with --yes, havirt runs them inside both.\n")
        let nodes = desired.nodes
        for step in plan.steps {
            guard let node = nodes.first(where: { $0.name == step.action.node }) else { continue }
            for command in step.commands(in: desired) {
                Terminal.out(hypervisor.commandLine(command, for: step.domain?.name, on: node) + "\n")
            }
        }
    }

    /// Shows steps that did not succeed, or would not.
    static func refused(_ outcomes: [Outcome]) {
        for outcome in outcomes {
            Terminal.out("  \(outcome.step.subject): \(outcome.step.action): \(outcome.text)\n")
        }
    }

    /// Shows a step that begins or ends.
    static func event(_ event: ExecutionEvent) {
        switch event {
        case .began(let step, let command):
            Terminal.out("  \(step.id) \(step.subject): \(step.action)\n    $ \(command)\n")
        case .ended(let outcome, let milliseconds):
            let sign = outcome.isDone ? "ok" : "FAILED"
            let time = "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
            Terminal.out("  \(outcome.step.id) \(outcome.step.subject): \(sign), \(outcome.text), \(time)\n")
        }
    }

    /// Shows what came of applying.
    static func outcome(_ applied: Round.Applied, _ wiring: Wiring) {
        guard !applied.outcomes.isEmpty else { return }
        let done = applied.outcomes.filter(\.isDone).count
        Terminal.out("\n\(done) of \(applied.outcomes.count) steps done and seen.\n")
        refused(applied.outcomes.filter { !$0.isDone })
        guard let remaining = applied.remaining?.plan else { return }
        if remaining.isInSync {
            Terminal.out("The cluster is what the commit wishes.\n")
        } else {
            Terminal.out("What is left:\n\n" + wiring.text(of: remaining))
        }
    }
}
