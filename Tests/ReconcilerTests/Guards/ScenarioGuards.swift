@testable import Reconciler

/// Guards that are switched off together, and what havirt would then do in a scenario although it must not.
struct ScenarioGuards: Sendable {
    /// One guard; or two, where one covers for the other.
    let off: [Guard]
    let scenario: String
    /// The steps that appear.
    let acts: [String]

    init(off: [Guard], _ scenario: String, _ acts: String...) {
        self.off = off
        self.scenario = scenario
        self.acts = acts
    }

    static let all = known + seen + leftAlone + storage + chosen

    /// What counts as known (S1, S2).
    private static let known = [
        Self(
            off: [.silenceIsNotAbsence], "silent-node-blocks-every-start", "new start on beta", "web start on beta"),
        Self(off: [.silenceIsNotAbsence], "libvirt-down-is-silence", "web start on beta"),
        Self(off: [.sightingIsNewer], "last-known-older-sighting-blocks", "web start on alpha"),
        Self(off: [.foreignEpochVoidsSightings], "last-known-foreign-epoch-blocks", "web start on alpha"),
        Self(off: [.unsettledVoidsSightings], "last-known-unsettled-blocks", "web start on alpha"),
        Self(off: [.rebootVoidsSightings], "last-known-other-boot-blocks", "web start on alpha"),
        Self(off: [.departureVoidsSightings], "last-known-migrated-away-blocks", "web start on alpha"),
        Self(off: [.unlockedIsAliveNow], "last-known-unlocked-is-alive", "web start on alpha"),
        Self(off: [.membersMustAnswer], "member-known-to-another-havirt", "web start on alpha"),
        Self(off: [.previousNodesMustAnswer], "node-of-last-commit-must-answer", "web start on alpha"),
        Self(off: [.hostIsRecorded], "wrong-host-answers", "web start on alpha"),
        Self(off: [.hostIsRecorded], "one-host-under-two-names", "web start on alpha"),
        Self(off: [.fencingCoversOneBoot], "fenced-in-another-boot", "web start on alpha"),
        Self(off: [.fencingEndsWithAnAnswer], "fenced-but-answered-since", "web start on alpha"),
        Self(off: [.signOfLifeEndsFencing], "fenced-but-libvirt-dead", "web start on alpha"),
        Self(off: [.fencingIsDated], "fenced-without-since", "web start on alpha"),
        Self(off: [.retiredWasSeenEmpty], "retired-and-never-seen-empty", "web start on alpha"),
        Self(off: [.retiredWasSeenEmpty], "retired-but-inhabited-since", "web start on alpha"),
    ]

    /// What a scan may say.
    private static let seen = [
        Self(off: [.pausedIsActive], "disk-held-by-a-paused-domain", "web start on alpha"),
        Self(off: [.stoppingIsActive], "disk-held-by-one-that-shuts-down", "web start on alpha"),
        Self(off: [.strayProcessBlocks], "stray-process-blocks-start", "web start on alpha"),
    ]

    /// What is left alone (S4, S5).
    private static let leftAlone = [
        Self(off: [.doubleIsLeftAlone], "pruned-but-active-twice", "old shut down on alpha"),
        Self(off: [.transitionIsLeftAlone], "post-copy-both-halves", "web shut down on alpha"),
        Self(off: [.criticalIsLeftAlone], "post-copy-failed-and-wished-stopped", "web shut down on alpha"),
        Self(off: [.alarmNeedsAPerson], "paused-io-error-on-a-drained-node", "db migrate from alpha to beta"),
        Self(off: [.pausedIsLeftAlone], "paused-by-person", "web migrate from alpha to beta"),
        // Its name is not known either, so that it passes for another one's.
        Self(
            off: [.notUnderstoodIsLeftAlone, .identityIsTheUUID], "own-xml-not-understood",
            "web migrate from alpha to beta"),
        Self(
            off: [.leftoverIsExact], "leftover-beside-a-silent-node",
            "web destroy the paused half on alpha, it runs on beta"),
        Self(
            off: [.seenTwice], "migration-switch-over-view", "web destroy the paused half on alpha, it runs on beta"),
        Self(off: [.identityIsTheUUID], "name-with-other-uuid", "web start on alpha"),
        Self(off: [.holdIsKept], "hold-beats-everything", "web shut down on alpha"),
    ]

    /// What would be written twice (S3), or where another file is.
    private static let storage = [
        Self(off: [.savedImagePins], "managed-save-pins", "web start on alpha"),
        Self(off: [.oneWriterPerDisk], "disk-by-path-and-by-id", "web start on alpha"),
        Self(off: [.openDisksCount], "disk-held-by-foreign-qemu", "web start on alpha"),
        Self(
            off: [.diskIsTheOneMeant], "iscsi-other-data", "iqn.2026-01.lan:web rescan on alpha", "web start on alpha"),
        Self(
            off: [.sessionInUseIsKept], "iscsi-departed-in-use", "iqn.2026-01.lan:web log out on alpha",
            "iqn.2026-01.lan:web remove the records on alpha"),
        Self(off: [.foreignTargetIsKept], "iscsi-foreign", "iqn.2026-01.lan:host-root log out on alpha"),
        Self(off: [.unknownDisksBlock], "opaque-domain-keeps-its-node-from-taking", "web start on beta"),
        Self(off: [.startsClaimTheirDisks], "disk-two-starts-of-one-lun", "web2 start on beta"),
        Self(off: [.startsInFlightTakeRoom], "start-in-flight-takes-its-room", "other start on alpha"),
        Self(off: [.localDiskPins], "local-disk-pins", "web start on alpha"),
        Self(off: [.demandedLockIsThere], "lock-demanded-but-not-set-up", "web start on alpha"),
        Self(off: [.demandedLockIsThere], "lock-demanded-holds-a-migration", "web migrate from beta to alpha"),
    ]

    /// What git and people say (S7, S8, S9).
    private static let chosen = [
        Self(off: [.badTipHolds], "held-by-a-bad-tip", "web start on beta"),
        Self(off: [.policyIsObeyed], "outlawed-is-left-alone", "web start on beta"),
        Self(off: [.pruningNeedsTheMark], "pruned-without-mark-is-left-alone", "old shut down on beta"),
        Self(
            off: [.budgetIsKept], "too-many-stops", "a1 shut down on alpha", "b1 shut down on alpha",
            "c1 shut down on beta"),
    ]
}
