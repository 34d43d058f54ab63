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
    /// `last-known` needs that the domain was at rest ever since.
    case unsettledVoidsSightings
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
    /// A retired node has to answer until it was seen empty.
    case retiredWasSeenEmpty

    // MARK: - What a scan may say

    /// An answer without its end is none.
    case framesAreWhole
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

    // MARK: - What is left alone (S4, S5)

    /// A double is named, and nothing is done to it.
    case doubleIsLeftAlone
    /// What is on its way is waited for.
    case transitionIsLeftAlone
    /// Only the exact sight of a leftover is one.
    case leftoverIsExact
    /// What is judged by two sights is not judged by one.
    case seenTwice
    /// The uuid is the domain; the same name elsewhere is not.
    case identityIsTheUUID
    /// A saved memory image pins its domain.
    case savedImagePins
    /// Two domains do not write one disk (S3).
    case oneWriterPerDisk
    /// A domain on hold is left as it is.
    case holdIsKept

    // MARK: - Looking and acting (S6, S8, S9, S11)

    /// Each step is judged again by a scan right before it.
    case recheckBeforeActing
    /// What was seen too long ago is not acted on.
    case sightIsFresh
    /// A rewound branch is refused.
    case rewindIsRefused
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
