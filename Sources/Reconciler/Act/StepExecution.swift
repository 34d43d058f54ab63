import StateSpec

/// One step about a domain on its way: intent, command, effect, outcome.
struct StepExecution: Sendable {
    let executor: Executor
    let step: Step
    let spec: DomainSpec
    /// The scan by which the step was re-checked.
    let look: Executor.Look

    func run() async -> Outcome {
        await CommandRun(executor: executor, step: step).outcome(by: look) { () async throws(StepError) in
            switch step.action {
            case .start(let node): try await start(on: node)
            case .shutdown(let node): try await shutdown(on: node)
            case .migrate(let source, let target): try await migrate(source, target)
            case .removeLeftover(let source, _): try await removeLeftover(on: source)
            case .iscsi: throw .refused("it is about no domain")
            }
        }
    }

    private func start(on node: NodeName) async throws(StepError) -> Outcome.Result {
        let xml: [UInt8]
        do {
            xml = try spec.renderedXML(commit: executor.settings.commit)
        } catch {
            throw .refused("its XML cannot be rendered: \(error)")
        }
        try await perform(.create(spec.uuid, xml: xml), on: node, by: look)
        var last: ObservedDomain?
        let limit = executor.request.desired.cluster.timeouts.start
        let result = await waitFor(limit, on: [node], depth: .whole) { sights in
            last = sights[0]
            return Effect.ofStart(sights[0])
        }
        guard result == .done, let last else { return result }
        return ReadBack.result(of: spec, as: last)
    }

    private func shutdown(on node: NodeName) async throws(StepError) -> Outcome.Result {
        let isOff = { (sights: [ObservedDomain?]) in Effect.ofShutdown(sights[0]) }
        try await perform(.shutdown(spec.uuid), on: node, by: look, isDone: isOff)
        let wish = spec.wish.shutdown
        let asked = executor.request.options.explicit[spec.name]
        let isForced = asked == .stop(isForced: true) || asked == .restart(isForced: true)
        let graceful = await waitFor(wish.timeout, on: [node], effect: isOff)
        guard case .failed(let why) = graceful, wish.then == .destroy || isForced else { return graceful }
        // Minutes have passed: it may be on its way to another node, or somewhere else as well by now.
        let late = await executor.look()
        if let objection = Recheck(executor.request(by: late)).objection(toDestroy: spec, on: node) {
            return .failed("\(why); it is not destroyed, because \(objection)")
        }
        try await perform(.destroy(spec.uuid), on: node, by: late, isDone: isOff)
        return await waitFor(Seconds(30), on: [node], effect: isOff)
    }

    private func removeLeftover(on node: NodeName) async throws(StepError) -> Outcome.Result {
        let isOff = { (sights: [ObservedDomain?]) in Effect.ofShutdown(sights[0]) }
        try await perform(.destroy(spec.uuid), on: node, by: look, isDone: isOff)
        return await waitFor(Seconds(30), on: [node], effect: isOff)
    }

    private func migrate(_ source: NodeName, _ target: NodeName) async throws(StepError) -> Outcome.Result {
        guard let destination = executor.request.desired.nodes.first(where: { $0.name == target }) else {
            throw .refused("\(target) is not in git")
        }
        let seen = look.observed.nodes[source]?.node?.domains.first { $0.uuid == spec.uuid }
        let timeout = executor.request.desired.cluster.timeouts.migrate
        let command = NodeCommand.migrate(
            spec.uuid, to: destination, isPersistent: seen?.isPersistent ?? false, timeout: timeout)
        let hasMoved = { (sights: [ObservedDomain?]) in Effect.ofMigration(source: sights[0], target: sights[1]) }
        try await perform(command, on: source, by: look)
        return await waitFor(Seconds(30), on: [source, target], effect: hasMoved)
    }
}

extension StepExecution {
    /// A command that fails because its effect is there already has not failed: a stopped guest cannot be stopped.
    private func perform(
        _ command: NodeCommand, on name: NodeName, by look: Executor.Look, isDone: ([ObservedDomain?]) -> Effect
    ) async throws(StepError) {
        do throws(StepError) {
            try await perform(command, on: name, by: look)
        } catch {
            guard case .node(.exit) = error, await waitFor(Seconds(0), on: [name], effect: isDone) == .done else {
                throw error
            }
        }
    }

    private func perform(
        _ command: NodeCommand, on name: NodeName, by look: Executor.Look
    ) async throws(StepError) {
        try await CommandRun(executor: executor, step: step).perform(command, on: name, by: look)
    }

    /// Looks at the nodes until the effect is there, cannot come, or time is up. A silent node proves nothing.
    private func waitFor(
        _ limit: Seconds, on names: [NodeName], depth: ScanDepth = .round, effect: ([ObservedDomain?]) -> Effect
    ) async -> Outcome.Result {
        guard Guard.effectIsSeen.isOn else { return .done }
        let begin = executor.clock.monotonicMilliseconds()
        let deadline = begin + limit.count * 1_000
        while true {
            let late: Outcome.Result
            switch await sights(on: names, depth) {
            case .failure(let silence): late = .unknown("not seen within \(limit): \(silence.text)")
            case .success(let sights):
                switch effect(sights) {
                case .seen: return .done
                case .failed(let why): return .failed(why)
                case .pending:
                    let last = sights.compactMap { $0.map { "\($0.state)" } }.joined(separator: ", ")
                    late = .failed("not within \(limit): \(last)")
                }
            }
            let now = executor.clock.monotonicMilliseconds()
            if now >= deadline { return late }
            do {
                try await executor.clock.sleep(executor.settings.pause(after: now - begin))
            } catch {
                return .unknown("the run was ended before its effect was seen")
            }
        }
    }

    /// What each node shows of the domain; a failure as soon as one of them is silent.
    private func sights(on names: [NodeName], _ depth: ScanDepth) async -> Result<[ObservedDomain?], SilentNode> {
        let cluster = executor.request.desired.cluster
        var sights: [ObservedDomain?] = []
        for name in names {
            guard let node = executor.request.desired.nodes.first(where: { $0.name == name }) else {
                return .failure(SilentNode(text: "\(name) is not in git"))
            }
            let scan = await executor.hypervisor.scan(
                node, of: cluster.name, deadline: cluster.timeouts.scan, depth: depth)
            switch scan {
            case .answered(let seen): sights.append(seen.domains.first { $0.uuid == spec.uuid })
            case .silent(let silence): return .failure(SilentNode(text: "\(name) is silent, \(silence)"))
            }
        }
        return .success(sights)
    }
}

/// A node that did not show what came of a command.
private struct SilentNode: Error {
    let text: String
}
