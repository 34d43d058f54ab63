import ArgumentParser
import Reconciler
import StateSpec
import Synchronization

struct DomainStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Shut a domain down, and leave it off.",
        discussion: """
            Asks the guest to shut down where it runs. When it is seen off, and not before, `run: manual` is committed \
            where git says keepalive; the cluster stays locked until that is through, so that no other run starts the \
            domain again. A guest that does not obey within its `shutdown.timeout` is left running, and git as it is; \
            with --destroy its power is cut then.

            EXAMPLES
              havirt domain stop web1                the command, and the commit after it
              havirt domain stop web1 --message "moved to the cloud" --yes
              havirt domain stop web1 --destroy --yes
            """)

    @Argument(help: "The domain.", completion: NameCompletion.domains)
    var domain: String

    @Flag(name: .long, help: "Cut the power of a guest that does not obey in time: what it did not write is lost.")
    var destroy = false

    @Option(name: .long, help: ArgumentHelp("Why, for the commit's message.", valueName: "text"))
    var message: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions

    func run() async throws {
        let words = try DomainMessage.make("stop", message)
        let verb = try await DomainVerb(domain, global, commit)
        try verb.demandNoHold()
        let options = verb.planOptions(PlanOptions(), asking: .stop(isForced: destroy))
        let changes = Self.changes(verb, verb.planned.loaded.desired, words)
        guard commit.acts(verb.wiring.settings) else { throw try show(verb, changes, options) }
        // What cannot be committed would be started again as soon as it is off.
        _ = try verb.preview(changes)
        for change in changes {
            try await verb.commits.rehearse(change.file, message: change.message, edit: change.edit)
        }
        try await carryOut(verb, options, words)
    }

    /// What must be committed lest the domain be started again: manual leaves it off, and stopped wishes it so.
    private static func changes(_ verb: DomainVerb, _ desired: DesiredState, _ words: String) -> [SpecChange] {
        let run = desired.domains.first { $0.uuid == verb.spec.uuid }?.wish.run
        guard run == .keepalive else { return [] }
        return [verb.change(words) { try YAMLEditor.set("run", to: .string(RunWish.manual.rawValue), in: $0) }]
    }

    /// The exit status of what is only shown.
    private func show(_ verb: DomainVerb, _ changes: [SpecChange], _ options: PlanOptions) throws -> any Error {
        let desired = verb.planned.loaded.desired
        let plan = try verb.showFollowing(desired, options)
        try Report.commands(plan, desired, by: try verb.wiring.hypervisor())
        _ = try verb.show(changes, moment: ", once \(verb.name) is seen off")
        let status = ExitStatus.of(plan)
        if changes.isEmpty && status == ExitStatus.done { return status }
        Terminal.out("Nothing is changed yet; --yes carries it out\(changes.isEmpty ? "" : ", and then commits").\n")
        return status == ExitStatus.done ? ExitStatus.pending : status
    }

    private func carryOut(_ verb: DomainVerb, _ options: PlanOptions, _ words: String) async throws {
        let problem = Mutex<String?>(nil)
        let applied: Round.Applied
        do {
            applied = try await Acting.carryOut(verb.wiring, options, activity: "domain stop") { applied in
                guard applied.isSeenOff(verb.spec.uuid) else { return }
                // By the commit that this run acts on, which may be newer than the one that was looked at.
                let changes = Self.changes(verb, applied.planned.loaded.desired, words)
                do { try await verb.make(changes) } catch { problem.withLock { $0 = "\(error)" } }
            }
        } catch let failure as Failure {
            throw Failure("\(failure); nothing is committed")
        }
        guard applied.isSeenOff(verb.spec.uuid) else {
            Terminal.note("\(verb.name) was not seen off, and git is as it was.")
            throw ExitStatus.blocked
        }
        if let problem = problem.withLock({ $0 }) {
            throw Failure(
                "\(verb.name) is off, but `run: manual` is not committed, so KEEPALIVE WILL START IT AGAIN: \(problem);"
                    + " ask again when that is settled")
        }
        Terminal.out("\(verb.name) is off.\n")
        if !applied.isComplete { throw ExitStatus.blocked }
    }
}

extension Round.Applied {
    /// Whether a domain is off as far as can be known: it was shut down where it ran, or every node has answered, and
    /// none that answers has it.
    fileprivate func isSeenOff(_ uuid: DomainUUID) -> Bool {
        let last = remaining ?? planned
        guard planned.plan.refusal == nil, last.observed.homes(of: uuid).isEmpty else { return false }
        let steps = outcomes.filter { $0.step.domain?.uuid == uuid }
        let isInSync = last.plan.decisions.contains { $0.domain.uuid == uuid && $0.status == .inSync }
        return isInSync || (!steps.isEmpty && steps.allSatisfy(\.isDone))
    }
}
