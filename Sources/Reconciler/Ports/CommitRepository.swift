public import StateSpec

/// A repository of commits, as far as choosing one needs it.
public protocol CommitRepository: Sendable {
    /// Brings the commits up to date where a remote is configured; what a person should know about it.
    func refresh() async -> [String]
    /// The commit to which the branch points now.
    func tip() throws(DesiredSourceError) -> ObjectID
    /// Who judges signatures; nil where none are asked for.
    var signatures: (any SignatureJudge)? { get }
    /// Everything that a commit wishes, or what is wrong with it.
    func load(_ commit: ReadableCommit) throws(DesiredSourceError) -> SpecLoad
    /// Whether the commit is in the repository at all.
    func has(_ commit: ObjectID) throws(DesiredSourceError) -> Bool
    /// Whether `newer` is `older` or follows from it.
    func isDescendant(_ newer: ObjectID, of older: ObjectID) throws(DesiredSourceError) -> Bool
    /// The newest ancestor of a commit that has a file of this path below `cluster.d`; nil if there is none.
    func newestCommit(with path: String, before commit: ObjectID) throws(DesiredSourceError) -> ObjectID?
    /// Paths below `cluster.d` whose contents differ between two commits.
    func changedPaths(from older: ObjectID, to newer: ObjectID) throws(DesiredSourceError) -> [String]
}
