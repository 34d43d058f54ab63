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

    /// Records that domains are about to be started or moved, before any is (rule S2).
    func noteActing(_ plan: Plan, _ locks: LockSet, _ recalled: Recollection) throws(RoundError) {
        guard plan.steps.contains(where: \.action.bringsDomain) else { return }
        let epochs = EpochRecord(
            own: locks.epoch, foreignMetAt: recalled.epochs?.foreignMetAt, actedAt: clock.now())
        do {
            try records.record(epochs: epochs)
        } catch {
            throw RoundError("that domains are moved cannot be recorded, so nothing is done: \(error)")
        }
    }
}

extension Action {
    /// Whether its domain may be on another node afterwards.
    fileprivate var bringsDomain: Bool {
        switch self {
        case .start, .migrate: true
        case .shutdown, .removeLeftover, .iscsi: false
        }
    }
}
