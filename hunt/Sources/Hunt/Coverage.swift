/// What has to have happened in a hunt, or it has shown nothing.
public enum Coverage: String, CaseIterable, Sendable {
    case migrationDone, migrationFailed, leftoverSeen, leftoverRemoved
    case killedInTransfer, killedInSwitchOver, killed, frozenPastHeartbeat
    case lateEffect, lateRefused, takenOverRefused
    case lockTakenOver, applyRefusedByLock
    case rebooted, cut, sshdKilled, libvirtFrozen, libvirtKilled, storeFrozen, answerCut, lostSight
    case rewound, brokenCommit, rewindRefused, nodeRemoved, aliasMisled, clockStepped, fetchFailed
    case fenced, fencedStart, retired
    case typedMigration, typedStart, typedSuspend, managedSave, diskStolen
    case stepRefusedByRecheck, startBlockedBySilence, blockedThenFreed, journalFull
    case created, shutDown, destroyed
}
