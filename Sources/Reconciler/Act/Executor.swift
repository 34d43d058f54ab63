import StateSpec

/// Carries out a plan: in parallel where steps are independent, each re-checked on all nodes right before it acts, and
/// verified by what is seen afterwards.
struct Executor: Sendable {
    let hypervisor: any Hypervisor
    let clock: any ReconcilerClock
    let journal: any Journal
    let settings: ExecutorSettings
    /// What is wished, by which steps are judged again.
    let request: PlanRequest
    /// Looks at all nodes; nodes whose lock is lost count as silent.
    let observe: @Sendable () async -> ObservedCluster
    let report: @Sendable (ExecutionEvent) -> Void

    /// Runs all steps of a plan and gives back one outcome for each, in order.
    func carryOut(_ plan: Plan) async -> [Outcome] {
        precondition(plan.refusal == nil, "a refused plan must not be carried out")
        var schedule = Schedule(plan.steps, request.desired.cluster.concurrency)
        await withTaskGroup(of: Outcome.self) { group in
            while !schedule.isFinished {
                schedule.skipWhatCannotRun()
                let ready = schedule.ready
                if !ready.isEmpty, !Task.isCancelled {
                    await begin(ready, &schedule, &group)
                }
                // Nothing runs and nothing can begin: what is left was cancelled.
                guard let outcome = await group.next() else {
                    if Task.isCancelled || schedule.ready.isEmpty { schedule.abandon("the run was ended") }
                    continue
                }
                schedule.finish(outcome)
            }
        }
        return schedule.outcomes
    }

    private func begin(_ ready: [Step], _ schedule: inout Schedule, _ group: inout TaskGroup<Outcome>) async {
        let observed = await observe()
        var fresh = request
        fresh.observed = observed
        fresh.now = observed.takenAt
        let seenAt = clock.monotonicMilliseconds()
        for step in ready {
            // Each step begun in this loop is under way for the ones after it.
            let recheck = Recheck(fresh, underWay: schedule.underWay)
            guard let spec = spec(of: step) else {
                schedule.finish(Outcome(step: step, result: .refused("its domain is not in the commit")))
                continue
            }
            if let objection = recheck.objection(to: step, of: spec) {
                let outcome = Outcome(step: step, result: .refused(objection))
                log(outcome)
                report(.ended(outcome, milliseconds: 0))
                schedule.finish(outcome)
                continue
            }
            schedule.begin(step)
            let execution = StepExecution(executor: self, step: step, spec: spec, observed: observed, seenAt: seenAt)
            group.addTask { await execution.run() }
        }
    }

    private func spec(of step: Step) -> DomainSpec? {
        let domains = request.desired.domains + (request.previous?.domains ?? [])
        return domains.first { $0.uuid == step.domain.uuid }
    }

    /// Writes an outcome down. The step has happened; a full disk cannot undo it, and stops all that follow.
    func log(_ outcome: Outcome) {
        var entry = JournalEntry(at: clock.now(), run: settings.run, kind: .outcome)
        entry.commit = settings.commit
        entry.step = outcome.step.id
        entry.domain = outcome.step.domain.name
        entry.action = "\(outcome.step.action)"
        entry.result = outcome.text
        do {
            try journal.append(entry)
        } catch {
            // The next intent fails on the same journal, and without intent nothing runs (rule S11).
            return
        }
    }
}
