import StateSpec

extension Round {
    /// Records the epoch that was claimed, before anything is looked at, and whether another run's was met: what was
    /// sighted before that may have been moved since (rule S2).
    func noteEpochs(_ locks: LockSet, _ recalled: Recollection) throws(RoundError) -> Recollection {
        let epochs = EpochRecord.after(
            recalled.epochs, known: locks.known, claimed: locks.epoch, at: clock.now())
        do {
            try records.record(epochs: epochs)
        } catch {
            throw RoundError("the epoch cannot be recorded, so nothing is done: \(error)")
        }
        var noted = recalled
        noted.epochs = epochs
        return noted
    }

    /// Records that the domains of all steps are about to be acted on. A move of ours changes what was sighted as
    /// anybody's does, and its target may fall silent before it is looked at again.
    func unsettle(_ planned: Planned) throws(RoundError) {
        let domains = Set(planned.plan.steps.map(\.domain.uuid)).sorted()
        do {
            try records.record(unsettled: domains, at: clock.now())
        } catch {
            throw RoundError("what is about to move cannot be recorded, so nothing is done: \(error)")
        }
    }
}
