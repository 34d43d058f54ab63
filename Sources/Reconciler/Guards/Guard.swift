/// One guard: a condition without which some sequence of events ends with a domain on two nodes, or with a command that
/// nobody may give.
///
/// In a test build each can be switched off, for one task and what it starts, so that a test can show what it is good
/// for. In a release build all are on, and asking costs nothing.
public enum Guard: String, CaseIterable, Sendable {
    // MARK: - What counts as known (S1, S2)

    /// A silent node may still run all that it ever ran.
    case silenceIsNotAbsence
    /// `last-known` needs a sighting that is later than the last answer of every silent node.
    case sightingIsNewer
    /// `last-known` needs that no other run's epoch was met since.
    case foreignEpochVoidsSightings
    /// `last-known` needs that we ourselves have moved nothing since.
    case ownActsVoidSightings
    /// `last-known` needs that the domain was at rest ever since.
    case unsettledVoidsSightings
    /// `last-known` needs that the node of the sighting still answers in the same boot.
    case rebootVoidsSightings
    /// `last-known` needs that the domain was not seen to leave.
    case departureVoidsSightings
    /// A node that answers without our lock is alive now, whatever its last recorded answer.
    case unlockedIsAliveNow
    /// What says nothing certain of where a domain is makes no sighting.
    case sightingsAreCertain
    /// Every node that ever joined has to answer.
    case membersMustAnswer
    /// Every node of the last applied commit has to answer.
    case previousNodesMustAnswer
    /// An answer counts from the host that is recorded for the name, and from one name only.
    case hostIsRecorded
    /// Another boot of a node is not covered by the word on one.
    case fencingCoversOneBoot
    /// A word on a node is void once it has answered.
    case fencingEndsWithAnAnswer
    /// What shows any sign of life is not off, however badly it answers.
    case signOfLifeEndsFencing
    /// A sign of life is remembered by all nodes as later than the word that it voids.
    case signOfLifeIsRemembered
    /// A word without its time covers nothing: nobody can tell what came after it.
    case fencingIsDated
    /// Who joined and what was applied is on the nodes before anything is done.
    case commonKnowledgeComesFirst
    /// A retired node has to answer until it was seen empty.
    case retiredWasSeenEmpty

    // MARK: - What a scan may say

    /// An answer without its end is none.
    case framesAreWhole
    /// A virsh that failed has listed nothing, which is not an empty list.
    case failureIsSilence
    /// Who is not root may be shown a part.
    case onlyRootIsHeard
    /// An error about one domain voids the whole scan: it is not proof of the domain's absence.
    case errorsVoidAScan
    /// Domains that came or went during a scan void it.
    case listingIsSteady
    /// A paused domain holds its disks.
    case pausedIsActive
    /// A domain that shuts down holds its disks.
    case stoppingIsActive
    /// A process that libvirt does not list blocks.
    case strayProcessBlocks
    /// iSCSI sessions are known only where iscsiadm and sysfs agree.
    case sessionsAreProven
    /// Nobody uses a disk only where all was looked at.
    case usersAreProven

    // MARK: - What is left alone (S4, S5)

    /// A double is named, and nothing is done to it.
    case doubleIsLeftAlone
    /// What is on its way is waited for.
    case transitionIsLeftAlone
    /// Of a failed post-copy both halves are needed.
    case criticalIsLeftAlone
    /// What went wrong in a guest or its storage is a person's to judge.
    case alarmNeedsAPerson
    /// What a person paused is neither moved nor stopped.
    case pausedIsLeftAlone
    /// Nothing is assumed of a domain whose XML is not understood.
    case notUnderstoodIsLeftAlone
    /// Only the exact sight of a leftover is one.
    case leftoverIsExact
    /// What is judged by two sights is not judged by one.
    case seenTwice
    /// The uuid is the domain; the same name elsewhere is not.
    case identityIsTheUUID
    /// A saved memory image pins its domain.
    case savedImagePins
    /// A disk that is another than git or its other nodes say is not used.
    case diskIsTheOneMeant
    /// A session in use is not closed (S12).
    case sessionInUseIsKept
    /// A target that no applied commit named is not touched (S7).
    case foreignTargetIsKept
    /// Two domains do not write one disk (S3).
    case oneWriterPerDisk
    /// What a QEMU holds open counts, whatever its domain's XML says.
    case openDisksCount
    /// A domain whose disks nobody knows may use any that is shared.
    case unknownDisksBlock
    /// Two starts on their way use their disks already.
    case startsClaimTheirDisks
    /// A start that may still land takes its room.
    case startsInFlightTakeRoom
    /// A file outside the shared folders is another file on each node.
    case localDiskPins
    /// A storage lock that is demanded has to be there.
    case demandedLockIsThere
    /// A domain on hold is left as it is.
    case holdIsKept
    /// What a bad tip changed is left as it is.
    case badTipHolds
    /// Nothing is started or moved whose XML asks for what the controller's policy forbids.
    case policyIsObeyed
    /// A domain that git does not name any more is stopped only if havirt started it (S7).
    case pruningNeedsTheMark

    // MARK: - Looking and acting (S6, S8, S9, S11)

    /// Each step is judged again by a scan right before it.
    case recheckBeforeActing
    /// A step is for what was seen when it was planned.
    case stepsAreBoundToSights
    /// A guest that ignored its shutdown is looked at once more before it is destroyed.
    case destroyIsRechecked
    /// A command's success is no effect: that has to be seen.
    case effectIsSeen
    /// A command that did not end by itself is not known to have failed.
    case unfinishedIsUnknown
    /// What was seen too long ago is not acted on.
    case sightIsFresh
    /// A rewound branch is refused.
    case rewindIsRefused
    /// Where signatures are asked for, nothing is read that was not signed by somebody who may.
    case onlySignedCommitsAreRead
    /// One round does not exceed its budget.
    case budgetIsKept
    /// Intent is written down before the command runs.
    case journalComesFirst
    /// One action in flight for each domain.
    case oneActionPerDomain

    // MARK: - One writer (S10)

    /// Only one run holds a node's lock.
    case oneHolder
    /// A node whose lock is not held counts as silent.
    case unlockedCountsAsSilent
    /// A lock without an answered heartbeat is lost.
    case heartbeatIsAnswered
    /// A command that may still take effect is waited for.
    case inFlightIsWaitedFor
    /// A node accepts only a greater epoch.
    case epochsOnlyGrow
    /// A node obeys only the epoch that it accepted last.
    case epochIsCheckedOnTheNode
    /// A node obeys only the run that holds its lock.
    case lockIsCheckedOnTheNode
    /// A command is for the boot that was scanned.
    case bootIsChecked
    /// A command that comes too late is refused.
    case lateCommandsAreRefused
    /// A marker stays when its command's client is gone and libvirtd may still have the request.
    case markerOutlivesTheClient
    /// A session is not closed, and no disk removed, while anybody uses it, or while that cannot be told (S12).
    case usersAreCheckedOnTheNode
    /// What is removed is the disk of that LUN, whatever has its name now.
    case removedDiskIsNamed
    /// A filled marker keeps the next command for its domain away.
    case markerIsRespected

    // MARK: - How domains are started

    /// Started domains are transient: no definition and no autostart of ours can start a second copy.
    case transientStart
}

extension Guard {
    #if GUARD_SWITCHES
        /// Guards that are switched off for a task and what it starts.
        @TaskLocal public static var off: Set<Guard> = []

        /// Whether it guards.
        public var isOn: Bool { !Self.off.contains(self) }
    #else
        /// Whether it guards.
        @inlinable public var isOn: Bool { true }
    #endif
}
