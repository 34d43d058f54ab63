import StateSpec

/// Rule S9: how much one round may do.
enum Gates {
    /// Why the plan is beyond its budget; nil if it is within.
    ///
    /// - Parameter asked: domains that somebody asked by name, or by the verb that was given, to be moved.
    static func refusal(
        _ steps: [Step], verdicts: [Verdict], _ cases: [Case], _ request: PlanRequest, asked: Set<DomainUUID>
    ) -> String? {
        // Moves that a drain or an explicit verb names.
        var named = asked
        for (domain, verdict) in zip(cases, verdicts) {
            switch verdict {
            case .move(_, _, isDrain: true), .moveTo, .restart: named.insert(domain.spec.uuid)
            case .settled, .start, .stop, .move, .removeLeftover: break
            }
        }
        let started = Set(steps.filter { if case .start = $0.action { true } else { false } }.compactMap(\.domain))
        var stops = 0
        var moves = 0
        for step in steps {
            guard let domain = step.domain else { continue }
            switch step.action {
            // A leftover runs nowhere: no domain is stopped by its removal.
            case .start, .removeLeftover, .iscsi: break
            case .migrate: moves += named.contains(domain.uuid) ? 0 : 1
            case .shutdown:
                // The first half of an offline move counts as the move that it is.
                if !started.contains(domain) {
                    stops += 1
                } else if !named.contains(domain.uuid) {
                    moves += 1
                }
            }
        }
        // A cluster at rest need not be counted.
        guard Guard.budgetIsKept.isOn, stops + moves > 0 else { return nil }
        let budgets = request.desired.cluster.budgets
        let stopsMax = request.options.stopsMax ?? request.allowance(budgets.stops)
        let movesMax = request.options.movesMax ?? request.allowance(budgets.moves)
        var over: [String] = []
        if stops > stopsMax {
            over.append("\(stops) domains would be shut down, \(stopsMax) may be (raise with --max-stops \(stops))")
        }
        if moves > movesMax {
            over.append("\(moves) domains would be moved, \(movesMax) may be (raise with --max-moves \(moves))")
        }
        return over.isEmpty ? nil : "over the budget of one round: " + over.joined(separator: "; ")
    }
}
