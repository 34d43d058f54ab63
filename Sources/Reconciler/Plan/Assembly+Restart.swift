import StateSpec

extension Assembly {
    /// Room first: nothing is shut down before there is a place where it can come up.
    mutating func restart(_ domain: Case, _ node: Int, _ reason: Reason) {
        var trial = self
        trial.stop(domain, node, reason)
        var candidate = Candidate(
            domain: domain, reason: reason, from: nil, need: Ledger.Need(domain.spec, running: nil))
        candidate.restart = (node, trial.steps.count)
        if let refusals = trial.plan(candidate) {
            unplaced[domain.spec.uuid] = .cannotTakeAgain(Refusal.sum(refusals))
        } else {
            self = trial
        }
    }
}
