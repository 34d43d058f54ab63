import StateSpec

/// One step about an iSCSI target on its way: its commands, each with its intent, and a look at what came of them.
///
/// What a command says does not decide: of several portals some may have been reached, and a session may have been there
/// before. Sessions and disks are looked at until they are what the step is for.
struct SessionExecution: Sendable {
    let executor: Executor
    let step: Step
    let target: ISCSITargetName
    /// The scan by which the step was re-checked.
    let look: Executor.Look
    /// Domains whose steps wait for it, and whose disks have to be there.
    let awaited: [DomainSpec]

    /// How long the kernel and udev may take to show what a command has done.
    private static let patience = Seconds(15)

    func run() async -> Outcome {
        await CommandRun(executor: executor, step: step).outcome(by: look) { () async throws(StepError) in
            guard case .iscsi(let action, let node) = step.action else { throw .refused("it is about no target") }
            let context = PlanContext(executor.request(by: look))
            let troubles = try await carryOut(action, on: node, context)
            return await settle(action, on: node, troubles, names(context))
        }
    }

    /// Something that a command through one portal came to.
    private struct Trouble {
        let portal: ISCSIPortal
        let words: String
        let isUnknown: Bool

        var text: String { "through \(portal): \(words)" }
    }

    /// Runs all commands; one portal's trouble does not keep the others from being tried.
    private func carryOut(
        _ action: SessionAction, on node: NodeName, _ context: PlanContext
    ) async throws(StepError) -> [Trouble] {
        guard let index = context.roster.index(of: node) else { throw .refused("\(node) is no node of this cluster") }
        let sight = Precondition(context, target, on: index).sessions
        let commands = SessionCommands(action, target, executor.request.desired, sight).all
        var troubles: [Trouble] = []
        var late = look
        for command in commands where !troubles.contains(where: { $0.portal == command.portal }) {
            // A portal that does not answer takes its time, and nothing is done by an old sight.
            if executor.clock.monotonicMilliseconds() - late.endedAt > executor.settings.freshMillisecondsMax {
                late = await executor.look()
            }
            do throws(StepError) {
                try await CommandRun(executor: executor, step: step).perform(.iscsi(command), on: node, by: late)
            } catch {
                if let trouble = Self.trouble(error, command) { troubles.append(trouble) }
            }
        }
        return troubles
    }

    private static func trouble(_ error: StepError, _ command: ISCSICommand) -> Trouble? {
        switch error {
        case .node(.exit(let status, let output)):
            guard let operation = command.operation else {
                return Trouble(portal: command.portal, words: Escaped(output).bare, isUnknown: false)
            }
            let exit = ISCSIExit(status)
            guard exit.meaning(for: operation) != .seeSessions else { return nil }
            let said = output.isEmpty ? "" : ", \(Escaped(output, charactersMax: 300).bare)"
            return Trouble(
                portal: command.portal, words: "\(exit.words) (iscsiadm exit status \(status)\(said))", isUnknown: false
            )
        case .node(let cause): return Trouble(portal: command.portal, words: "\(cause)", isUnknown: false)
        case .unknownAfterBegin(let cause):
            return Trouble(
                portal: command.portal, words: "\(cause); the command may still take effect", isUnknown: true)
        case .refused(let why): return Trouble(portal: command.portal, words: why, isUnknown: false)
        }
    }

    /// Names of disks of this target that are waited for.
    private func names(_ context: PlanContext) -> [String] {
        awaited.flatMap { spec in
            let definitions = [context.running(spec.uuid).first ?? spec.definition]
            return LUNDemand.all(of: definitions, uuid: spec.uuid, isMove: false, context).filter {
                $0.targets.contains(target) && Admission.isListed($0.path)
            }.map(\.path)
        }
    }

    // MARK: - What came of it

    private enum Progress {
        case seen
        /// What is still to come, in words.
        case pending(String)
    }

    private func settle(
        _ action: SessionAction, on node: NodeName, _ troubles: [Trouble], _ names: [String]
    ) async -> Outcome.Result {
        let words = troubles.map(\.text).joined(separator: "; ")
        // Where nothing was done there is nothing to wait for, but what was there before may be all that is needed.
        let patience =
            troubles.isEmpty ? Self.patience : Seconds(troubles.count == portals(action) ? 0 : Self.patience.count)
        switch await wait(for: action, on: node, names, patience) {
        case .seen where troubles.isEmpty: return .done
        case .seen: return .doneInPart(words)
        case .pending(let what):
            if troubles.contains(where: \.isUnknown) { return .unknown(words) }
            return .failed(words.isEmpty ? "not within \(Self.patience): \(what)" : "\(words); \(what)")
        }
    }

    private func portals(_ action: SessionAction) -> Int {
        guard case .login = action else { return 0 }
        let spec = executor.request.desired.iscsi.first { $0.targets.contains { $0.name == target } }
        return spec?.portals.count ?? 0
    }

    private func wait(
        for action: SessionAction, on node: NodeName, _ names: [String], _ limit: Seconds
    ) async -> Progress {
        let begin = executor.clock.monotonicMilliseconds()
        while true {
            let progress = await progress(of: action, on: node, names)
            guard case .pending = progress else { return progress }
            let now = executor.clock.monotonicMilliseconds()
            if now - begin >= limit.count * 1_000 { return progress }
            do {
                try await executor.clock.sleep(executor.settings.pause(after: now - begin))
            } catch {
                return progress
            }
        }
    }

    private func progress(of action: SessionAction, on name: NodeName, _ names: [String]) async -> Progress {
        let cluster = executor.request.desired.cluster
        guard let node = executor.request.desired.nodes.first(where: { $0.name == name }) else {
            return .pending("\(name) is not in git")
        }
        switch await executor.hypervisor.scan(node, of: cluster.name, deadline: cluster.timeouts.scan) {
        case .silent(let silence): return .pending("\(name) is silent, \(silence)")
        case .answered(let seen):
            switch seen.iscsi {
            case nil: return .pending("\(name) was not asked for its sessions")
            case .unknown(let why)?: return .pending("its sessions cannot be told: \(why)")
            case .known(let iscsi)?: return progress(of: action, iscsi, names.first { seen.storage?.links[$0] == nil })
            }
        }
    }

    private func progress(of action: SessionAction, _ seen: ObservedISCSI, _ missing: String?) -> Progress {
        let sessions = seen.sessions(of: target)
        switch action {
        case .login, .rescan:
            guard sessions.contains(where: { $0.state == .loggedIn }) else {
                return .pending("it has no session that is up")
            }
            // A login returns before its disks are there, and udev is later still.
            return missing.map { .pending("\(Escaped($0).bare) is not there") } ?? .seen
        case .removeDevice(let lun):
            let isThere = sessions.flatMap(\.devices).contains { $0.lun == lun }
            return isThere ? .pending("the disk of LUN \(lun) is still there") : .seen
        case .logout: return sessions.isEmpty ? .seen : .pending("it still has a session")
        case .forget:
            return seen.records.contains { $0.target == target } ? .pending("it still has a record") : .seen
        }
    }
}
