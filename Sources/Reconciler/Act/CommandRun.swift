import StateSpec

/// Why a step ended before its effect could be looked for.
enum StepError: Error {
    /// Nobody saw how the command ended.
    case unknownAfterBegin(NodeError)
    /// The node said no, or the command failed.
    case node(NodeError)
    /// It was not begun.
    case refused(String)
}

/// Runs the commands of a step, each with its intent written down before, in the guard of its node.
struct CommandRun: Sendable {
    let executor: Executor
    let step: Step

    /// Carries out a step and tells of it.
    ///
    /// - Parameter look: the scan by which the step was re-checked.
    func outcome(
        by look: Executor.Look, _ attempt: () async throws(StepError) -> Outcome.Result
    ) async -> Outcome {
        let begin = executor.clock.monotonicMilliseconds()
        let result = await result(by: look, attempt)
        let outcome = Outcome(step: step, result: result)
        executor.log(outcome)
        executor.report(.ended(outcome, milliseconds: executor.clock.monotonicMilliseconds() - begin))
        return outcome
    }

    private func result(
        by look: Executor.Look, _ attempt: () async throws(StepError) -> Outcome.Result
    ) async -> Outcome.Result {
        let age = executor.clock.monotonicMilliseconds() - look.endedAt
        guard age <= executor.settings.freshMillisecondsMax || !Guard.sightIsFresh.isOn else {
            return .refused("what was seen is too old to act on")
        }
        do throws(StepError) {
            return try await attempt()
        } catch {
            switch error {
            case .unknownAfterBegin(let cause): return .unknown("\(cause); the command may still take effect")
            case .node(.refused(let why)): return .refused("\(NodeError.refused(why))")
            case .node(let cause): return .failed("\(cause)")
            case .refused(let why): return .refused(why)
            }
        }
    }

    /// Writes the intent down, then runs the command under the guard.
    func perform(
        _ command: NodeCommand, on name: NodeName, by look: Executor.Look
    ) async throws(StepError) {
        guard let node = executor.request.desired.nodes.first(where: { $0.name == name }),
            let seen = look.observed.nodes[name]?.node
        else { throw .refused("\(name) did not answer") }
        let line = executor.hypervisor.commandLine(command, for: step.domain?.name, on: node)
        do {
            try executor.journal.append(intent(line))
        } catch {
            guard !Guard.journalComesFirst.isOn else {
                throw .refused("the journal cannot be written, so nothing is done: \(error)")
            }
        }
        executor.report(.began(step, command: line))
        let age = (executor.clock.monotonicMilliseconds() - look.endedAt) / 1_000
        let notAfter = Seconds(seen.uptime.count + age + executor.settings.commandLatency.count)
        let commandGuard = CommandGuard(
            cluster: executor.request.desired.cluster.name, run: executor.settings.run,
            epoch: executor.settings.epoch, bootID: seen.bootID, notAfter: notAfter)
        do {
            try await executor.hypervisor.perform(command, on: node, guard: commandGuard)
        } catch {
            switch error {
            case .transport, .unreadable, .unfinished:
                throw Guard.unfinishedIsUnknown.isOn ? .unknownAfterBegin(error) : .node(error)
            case .exit, .refused: throw .node(error)
            }
        }
    }

    private func intent(_ line: String) -> JournalEntry {
        var entry = JournalEntry(at: executor.clock.now(), run: executor.settings.run, kind: .intent)
        entry.commit = executor.settings.commit
        entry.step = step.id
        entry.domain = step.domain?.name
        entry.nodes = step.action.nodes
        entry.action = executor.words(step)
        entry.reason = step.reason.text
        entry.command = line
        return entry
    }
}

extension Executor {
    /// A step in a line of the journal, which has a place for a domain and none for a target.
    func words(_ step: Step) -> String {
        if case .target(let target) = step.subject { return "\(step.action): \(target)" }
        return "\(step.action)"
    }
}
