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
    /// Whether no more steps should begin; those under way are seen to their end.
    var isStopping: @Sendable () -> Bool = { false }

    /// Runs all steps of a plan and gives back one outcome for each, in order.
    func carryOut(_ plan: Plan) async -> [Outcome] {
        precondition(plan.refusal == nil, "a refused plan must not be carried out")
        var schedule = Schedule(plan.steps, request.desired.cluster.concurrency)
        await withTaskGroup(of: Outcome.self) { group in
            while !schedule.isFinished {
                schedule.skipWhatCannotRun()
                let ready = schedule.ready
                let mayBegin = !Task.isCancelled && !isStopping()
                if !ready.isEmpty, mayBegin {
                    await begin(ready, &schedule, &group)
                }
                // Nothing runs and nothing can begin: what is left was cancelled, or waits for what nobody can see.
                guard let outcome = await group.next() else {
                    if !mayBegin {
                        schedule.abandon("the run was ended")
                    } else if schedule.ready.isEmpty {
                        schedule.abandon("what may still take effect on its nodes leaves no room for it in this run")
                    }
                    continue
                }
                schedule.finish(outcome)
            }
        }
        return schedule.outcomes
    }

    private func begin(_ ready: [Step], _ schedule: inout Schedule, _ group: inout TaskGroup<Outcome>) async {
        let look = await look()
        let begun = schedule.mayTakeEffect
        var recheck = Recheck(request(by: look), underWay: begun + begun.compactMap(schedule.next))
        for step in ready {
            let isSecondHalf = schedule.isSecondHalf(step)
            if case .target(let target) = step.subject {
                if let why = recheck.objection(to: step, of: target, isSecondHalf: isSecondHalf) {
                    refuse(step, why, &schedule)
                    continue
                }
                schedule.begin(step)
                let execution = SessionExecution(
                    executor: self, step: step, target: target, look: look,
                    awaited: schedule.dependents(of: step).compactMap(spec(of:)))
                group.addTask { await execution.run() }
                continue
            }
            guard let spec = spec(of: step) else {
                refuse(step, "its domain is not in the commit", &schedule)
                continue
            }
            let next = schedule.next(after: step)
            if let why = recheck.objection(to: step, of: spec, isSecondHalf: isSecondHalf, next: next) {
                refuse(step, why, &schedule)
                continue
            }
            // Each step begun in this loop is under way for the ones after it.
            schedule.begin(step)
            recheck.note(step)
            if let next { recheck.note(next) }
            let execution = StepExecution(executor: self, step: step, spec: spec, look: look)
            group.addTask { await execution.run() }
        }
    }

    private func refuse(_ step: Step, _ why: String, _ schedule: inout Schedule) {
        let outcome = Outcome(step: step, result: .refused(why))
        log(outcome)
        report(.ended(outcome, milliseconds: 0))
        schedule.finish(outcome)
    }

    /// A scan of all nodes, and when it ended on the clock that never jumps.
    struct Look: Sendable {
        let observed: ObservedCluster
        let endedAt: Int64
    }

    func look() async -> Look {
        let observed = await observe()
        return Look(observed: observed, endedAt: clock.monotonicMilliseconds())
    }

    /// What is wished, to be judged by what was just seen.
    func request(by look: Look) -> PlanRequest {
        var fresh = request
        fresh.observed = look.observed
        fresh.now = look.observed.takenAt
        return fresh
    }

    private func spec(of step: Step) -> DomainSpec? {
        let domains = request.desired.domains + request.departed
        return domains.first { $0.uuid == step.domain?.uuid }
    }

    /// Writes an outcome down. The step has happened; a full disk cannot undo it, and stops all that follow.
    func log(_ outcome: Outcome) {
        var entry = JournalEntry(at: clock.now(), run: settings.run, kind: .outcome)
        entry.commit = settings.commit
        entry.step = outcome.step.id
        entry.domain = outcome.step.domain?.name
        entry.nodes = outcome.step.action.nodes
        entry.action = words(outcome.step)
        entry.result = outcome.text
        do {
            try journal.append(entry)
        } catch {
            // The next intent fails on the same journal, and without intent nothing runs (rule S11).
            return
        }
    }
}
