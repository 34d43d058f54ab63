import StateSpec

extension Round {
    /// What came of applying.
    public struct Applied: Sendable {
        /// What was planned under the lock.
        public let planned: Planned
        /// One outcome for each step, in order.
        public let outcomes: [Outcome]
        /// What a look afterwards would still do; nil if nothing was done.
        public let remaining: Planned?

        /// Whether every step was seen to succeed and no wish is left unfulfilled.
        public var isComplete: Bool {
            planned.plan.refusal == nil && outcomes.allSatisfy(\.isWhole)
                && !(remaining ?? planned).plan.decisions.contains { [.blocked, .waiting].contains($0.status) }
        }
    }

    /// Locks the cluster, resolves the commit, looks, plans and acts.
    ///
    /// - Parameter saved: a plan that was saved for review; only steps that are planned again, exactly, are carried out.
    /// - Parameter announce: called with the plan before anything is done; if it throws, nothing is.
    /// - Parameter whileLocked: called with what came of it, before any other run can act on what is wished.
    public func apply(
        from: String, activity: String, saved: SavedPlan? = nil,
        announce: @Sendable (Planned) throws -> Void, report: @escaping @Sendable (ExecutionEvent) -> Void,
        whileLocked: @Sendable (Applied) async -> Void = { _ in }
    ) async throws(RoundError) -> Applied {
        let recalled = try recall()
        let nodesFirst = try await load(applied: recalled.applied.map { [$0] } ?? [])
        if let objection = saved?.objection(tip: nodesFirst.commit, now: clock.now()) { throw RoundError(objection) }
        let nodes = nodesFirst.desired.nodesToAsk(previous: nodesFirst.previous, recalled: recalled)
        let holder = LockHolder(
            cluster: nodesFirst.desired.cluster.name, run: run, from: from, since: clock.now(), activity: activity)
        let locks = try await lock(nodes, holder)
        let result: Swift.Result<Applied, RoundError>
        do throws(RoundError) {
            let applied = try await act(under: locks, recalled, saved: saved, announce: announce, report: report)
            await whileLocked(applied)
            result = .success(applied)
        } catch {
            result = .failure(error)
        }
        await locks.release()
        return try result.get()
    }

    private func lock(_ nodes: [NodeSpec], _ holder: LockHolder) async throws(RoundError) -> LockSet {
        do throws(LockSet.Failure) {
            return try await LockSet.acquire(nodes, holder: holder, by: hypervisor)
        } catch {
            switch error {
            case .held(let node, let other):
                let who = other.map { other in
                    "run \(other.run) (\(Escaped(other.activity).bare) from \(Escaped(other.from).bare),"
                        + " since \(other.since), for \(max(Seconds(0), clock.now() - other.since)))"
                }
                throw RoundError(
                    "the cluster is locked: \(node) is held by \(who ?? "somebody unknown"); try again when it has"
                        + " ended (`havirt cluster unlock` tells whether it is alive)")
            case .nobodyAnswers(let silences):
                let words = silences.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
                throw RoundError(
                    "no node answers, so nothing is known and nothing is done: \(words.joined(separator: "; "))")
            case .nobodyAccepts(let why):
                throw RoundError("no node accepts this run, so nothing is done: \(why)")
            }
        }
    }

    private func act(
        under locks: LockSet, _ recalled: Recollection, saved: SavedPlan?,
        announce: @Sendable (Planned) throws -> Void, report: @escaping @Sendable (ExecutionEvent) -> Void
    ) async throws(RoundError) -> Applied {
        let recalled = try noteEpochs(locks, recalled)
        // Resolved after locking, so that the commit is the newest one that this run can have seen.
        let loaded = try await load(applied: recalled.applied.map { [$0] } ?? [])
        var planned = try await look(loaded, recalled, under: locks)
        var stale: [Outcome] = []
        let derived = planned
        if let saved { (planned, stale) = try saved.restrict(planned, now: clock.now()) }
        do {
            try announce(planned)
        } catch {
            throw RoundError("\(error)")
        }
        guard let commit = planned.loaded.commit else {
            throw RoundError("uncommitted files are never applied: commit them first")
        }
        let entry = try begin(planned, from: derived, commit)
        try await keepMarkers(commit, planned, locks)
        try await remember(commit, planned, locks)
        guard planned.plan.refusal == nil else {
            try end(entry, "refused")
            return Applied(planned: planned, outcomes: stale, remaining: nil)
        }
        guard !planned.plan.steps.isEmpty else {
            try end(entry, "nothing to do")
            return Applied(planned: planned, outcomes: stale, remaining: nil)
        }
        try noteActing(planned.plan, locks, recalled)
        let frozen = planned
        let executor = Executor(
            hypervisor: hypervisor, clock: clock, journal: journal,
            settings: ExecutorSettings(run: run, epoch: locks.epoch, commit: commit),
            request: request(frozen.loaded, frozen.observed),
            observe: { await scan(frozen.loaded, recalled, under: locks) }, report: report,
            isStopping: isStopping)
        let outcomes = stale + (await executor.carryOut(frozen.plan))
        try recordFailures(outcomes, recalled)
        let after = try await look(frozen.loaded, try recall(), under: locks, isAfterwards: true)
        // A retired node may be empty now, and its last answer be the last. What was done stands, whether that is
        // remembered or not: a failure is in the journal, and the next round begins with it.
        _ = try? await remember(commit, after, locks)
        try end(entry, "\(outcomes.filter(\.isDone).count) of \(outcomes.count) steps done")
        return Applied(planned: frozen, outcomes: outcomes, remaining: after)
    }

    private func begin(
        _ planned: Planned, from derived: Planned, _ commit: ObjectID
    ) throws(RoundError) -> JournalEntry {
        var entry = JournalEntry(at: clock.now(), run: run, kind: .round)
        entry.commit = commit
        entry.signer = planned.loaded.signer
        entry.result = "\(planned.plan.steps.count) steps, \(planned.plan.blocked.count) blocked"
        do {
            try archive?.keep(RoundRecord(derived, commit, options, run: run))
        } catch {
            throw RoundError("the round cannot be recorded, so nothing is done: \(error)")
        }
        try append(entry)
        return entry
    }

    private func end(_ began: JournalEntry, _ result: String) throws(RoundError) {
        var entry = began
        entry.at = clock.now()
        entry.kind = .end
        entry.result = result
        try append(entry)
    }

    func append(_ entry: JournalEntry) throws(RoundError) {
        do {
            try journal.append(entry)
        } catch {
            throw RoundError("the journal cannot be written, so nothing is done: \(error)")
        }
    }

    /// What made a start fail on its node; nil if it did not, or if nobody knows.
    private static func cause(of start: Outcome, _ outcomes: [Outcome]) -> String? {
        switch start.result {
        case .failed(let why): return why
        case .skipped(after: let id):
            // A disk that could not be had there is a start that failed there.
            guard let first = outcomes.first(where: { $0.step.id == id }), case .iscsi = first.step.action,
                case .failed(let why) = first.result
            else { return nil }
            return why
        case .done, .doneInPart, .refused, .unknown: return nil
        }
    }

    /// Counts starts that failed in a row; a start that was seen to succeed clears the count.
    private func recordFailures(_ outcomes: [Outcome], _ recalled: Recollection) throws(RoundError) {
        var failures = recalled.failures
        for outcome in outcomes {
            guard case .start(let node) = outcome.step.action, let uuid = outcome.step.domain?.uuid else { continue }
            if outcome.isDone {
                failures.removeAll { $0.uuid == uuid }
            } else if let cause = Self.cause(of: outcome, outcomes) {
                let before = failures.first { $0.uuid == uuid && $0.node == node }?.count ?? 0
                failures.removeAll { $0.uuid == uuid && $0.node == node }
                failures.append(
                    StartFailure(uuid: uuid, node: node, count: before + 1, at: clock.now(), cause: cause))
            }
        }
        guard failures != recalled.failures else { return }
        do {
            try records.record(failures: failures)
        } catch {
            throw RoundError("failed starts cannot be recorded: \(error)")
        }
    }
}
