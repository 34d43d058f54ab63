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
}
