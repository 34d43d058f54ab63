import StateSpec

extension Plan {
    /// Decides what to do: a pure function, whose result is the same, byte for byte, for the same request.
    ///
    /// Rules first (`Classify`), then places and order (`Assembly`), then budgets (`Gates`).
    public static func make(_ request: PlanRequest) -> Plan {
        let context = PlanContext(request)
        let pruning = Pruning(context)
        let wished = request.desired.domains.map { Case($0, context) }
        let cases = wished + pruning.cases
        var verdicts = wished.map(Classify.verdict(of:)) + pruning.verdicts
        // A run that is to even out does nothing else.
        if request.options.balance != nil || request.options.rescan != nil {
            verdicts = verdicts.map(\.leftToOthers)
        }
        let reckoning = Reckoning(context, cases, verdicts)
        let balance = BalancePlan(context, reckoning, verdicts)
        let assembly = Assembly(context, cases, verdicts, reckoning, balance)
        var decisions: [Decision] = []
        decisions.reserveCapacity(cases.count)
        for (domain, verdict) in zip(cases, verdicts) {
            decisions.append(decision(domain, verdict, assembly))
        }
        let alerts =
            context.roster.alerts + Alerts.make(context, pruning) + GroupAlerts.make(context)
            + context.lock.alerts + LossAlerts.make(context, reckoning)
        return Plan(
            commit: request.commit, now: request.now, steps: SessionPlan(context, assembly.steps).steps,
            decisions: decisions, alerts: alerts.sorted(),
            refusal: Gates.refusal(
                assembly.steps, verdicts: verdicts, wished, request,
                asked: request.options.balance == nil ? [] : Set(balance?.moves.keys.map { $0 } ?? [])),
            balance: balance?.report(assembly.steps), signer: request.signer)
    }

    private static func decision(_ domain: Case, _ verdict: Verdict, _ assembly: Assembly) -> Decision {
        switch verdict {
        case .settled(let status, let reason):
            if let moved = assembly.moved[domain.spec.uuid] {
                Decision(domain: domain.ref, status: .changing, reason: moved)
            } else {
                Decision(domain: domain.ref, status: status, reason: reason)
            }
        case .start(_, let reason), .stop(_, let reason), .restart(_, let reason), .move(_, let reason, _),
            .moveTo(_, _, let reason),
            .removeLeftover(_, let reason):
            if let blocked = assembly.unplaced[domain.spec.uuid] {
                Decision(domain: domain.ref, status: .blocked, reason: blocked)
            } else {
                Decision(domain: domain.ref, status: .changing, reason: reason)
            }
        }
    }
}
