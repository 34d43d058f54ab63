/// One domain's definition three ways: git's, the stored one of a node, and that of what runs there.
public struct DefinitionDrift: Hashable, Sendable {
    /// What is known of the XML with which the running domain was started.
    public enum Start: Hashable, Sendable {
        /// It does not run, or its XML was not read.
        case unknownOrOff
        /// havirt did not start it, or its mark was removed.
        case unmarked
        /// With git's XML of today.
        case current(DomainMark)
        /// With another XML of git's than today's.
        case older(DomainMark)
    }

    /// With which XML it was started.
    public let start: Start
    /// What comes with the next start, because git has changed since this one. Where the XML of then is not at hand,
    /// all in which git and what runs differ.
    public let pending: [DocumentDifference]
    /// What runs is not as it was started: a person's doing. Where it was not started by havirt, all in which git and
    /// what runs differ.
    public let live: [DocumentDifference]
    /// In what the stored definition differs from git's.
    public let persistent: [DocumentDifference]

    /// Compares.
    ///
    /// - Parameters:
    ///   - git: The XML of the commit.
    ///   - digest: Its blob's id; nil for a work tree's.
    ///   - live: That of the running domain, from `dumpxml`.
    ///   - persistent: The stored one, from `dumpxml --inactive`.
    ///   - started: Git's XML of the commit in the domain's mark, where it is another and at hand.
    public init(
        git: DomainDocument, digest: ObjectID?, live: DomainDocument?, persistent: DomainDocument?,
        started: DomainDocument? = nil
    ) {
        self.persistent = persistent.map { git.differences(from: $0, .persistent) } ?? []
        guard let live else {
            (start, pending, self.live) = (.unknownOrOff, [], [])
            return
        }
        let now = git.differences(from: live, .live)
        guard let mark = live.mark else {
            (start, pending, self.live) = (.unmarked, [], now)
            return
        }
        if mark.xml == digest {
            (start, pending, self.live) = (.current(mark), [], now)
        } else if let started {
            start = .older(mark)
            self.live = started.differences(from: live, .live)
            let handMade = Set(self.live.map(\.path))
            pending = now.filter { !handMade.contains($0.path) }
        } else {
            (start, pending, self.live) = (.older(mark), now, [])
        }
    }

    /// Whether all three say the same.
    public var isEmpty: Bool { pending.isEmpty && live.isEmpty && persistent.isEmpty }
}
