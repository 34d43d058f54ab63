public import StateSpec

/// Where wishes come from: a repository at a branch.
public protocol DesiredSource: Sendable {
    /// Resolves one commit, once, and reads all of it.
    ///
    /// Refuses (rule S8) what is missing, empty, broken, not signed as is demanded, or not a descendant of every commit in
    /// `applied`; goes on from the newest applied one where a newer commit cannot be used.
    func load(applied: [AppliedCommit]) async throws(DesiredSourceError) -> LoadedCommit
    /// What the last commit before `commit` that had each of these domains wished of it; a domain of which git never
    /// knew is left out.
    func departed(_ traces: [DomainTrace], from commit: ReadableCommit) throws(DesiredSourceError) -> [DepartedDomain]
}

/// What one commit wishes, with what is needed to judge it.
public struct LoadedCommit: Sendable {
    /// The wishes.
    public var desired: DesiredState
    /// The commit, which may be read; nil for uncommitted files, which are never applied.
    public var readable: ReadableCommit?
    /// What the last applied commit wished.
    public var previous: DesiredState?
    /// The last applied commit.
    public var previousCommit: ObjectID?
    /// What stays as it is because the tip cannot be used.
    public var held: HeldObjects?
    /// Domains that stay as they are because their XML asks for what `xmlPolicy` forbids.
    public var outlawed: Set<DomainName> = []
    /// What is active and not named any more, with git's last word on it; filled once the nodes were seen.
    public var departed: [DepartedDomain] = []
    /// Findings of the commit, and of a tip that cannot be used.
    public var findings: [Finding]
    /// What a person should know about where this came from: the age of a mirror, a tip that cannot be used.
    public var notes: [String]

    /// A commit.
    public init(
        desired: DesiredState, readable: ReadableCommit?, previous: DesiredState? = nil,
        previousCommit: ObjectID? = nil, held: HeldObjects? = nil, findings: [Finding] = [], notes: [String] = []
    ) {
        self.desired = desired
        self.readable = readable
        self.previous = previous
        self.previousCommit = previousCommit
        self.held = held
        self.findings = findings
        self.notes = notes
    }

    /// The commit; nil for uncommitted files.
    public var commit: ObjectID? { readable?.id }

    /// Who signed the commit; nil where no signature is asked for.
    public var signer: CommitSigner? { readable?.signer }
}

/// Why there are no wishes to act on.
public struct DesiredSourceError: Error, Sendable, CustomStringConvertible {
    /// Findings, where files are to blame.
    public let findings: [Finding]
    /// One line, escaped: what was being done, where it broke, and what to do next.
    public let description: String

    /// An error.
    public init(_ description: String, findings: [Finding] = []) {
        self.description = description
        self.findings = findings
    }
}
