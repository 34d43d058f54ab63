public import StateSpec

/// Where records are kept (`var/`). A failed write means: no action.
public protocol RecordStore: Sendable {
    /// What earlier rounds left behind.
    func recall() throws -> Recollection
    /// Records a scan: resources, population, members, sightings. Newer sightings win.
    func record(_ observed: ObservedCluster) throws
    /// Records the epoch that a run claimed, and whether it met another run's.
    func record(epochs: EpochRecord) throws
    /// Records the commit that the nodes were made to remember as applied. An older one changes nothing.
    func record(applied: AppliedCommit) throws
    /// Records how starts ended.
    func record(failures: [StartFailure]) throws
}

/// Where every round and step is written down before and after (rule S11).
public protocol Journal: Sendable {
    /// Appends one entry; it is on disk when this returns.
    func append(_ entry: JournalEntry) throws
}

/// One line of the journal.
public struct JournalEntry: Codable, Sendable {
    /// What kind of line.
    public enum Kind: String, Codable, Sendable {
        /// A round begins.
        case round
        /// A step is about to run.
        case intent
        /// A step has ended.
        case outcome
        /// Something is written on nodes for the books: about to be without a result, and with one when it ended.
        case books
        /// A round has ended.
        case end
    }

    /// When.
    public var at: Timestamp
    /// The run.
    public var run: RunID
    /// What kind of line.
    public var kind: Kind
    /// The commit that is applied.
    public var commit: ObjectID?
    /// Who signed the commit, on the line of a round; nil where no signature is asked for.
    public var signer: CommitSigner?
    /// The step's number in the plan.
    public var step: Int?
    /// The domain's name.
    public var domain: DomainName?
    /// The nodes that take part in the step.
    public var nodes: [NodeName]?
    /// The step in words.
    public var action: String?
    /// Why.
    public var reason: String?
    /// The command, without secrets.
    public var command: String?
    /// What came of it.
    public var result: String?

    /// A line.
    public init(at: Timestamp, run: RunID, kind: Kind) {
        self.at = at
        self.run = run
        self.kind = kind
    }
}
