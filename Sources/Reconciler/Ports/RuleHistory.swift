public import StateSpec

/// Which commit brought a line of git. Asked when a plan is shown, and only for the rules that it blames.
public protocol RuleHistory: Sendable {
    /// The commits that brought these lines of files below `cluster.d`, as they stand in `commit`. One is missing where
    /// its commit lies too far back to be looked for.
    func commits(thatBrought lines: [Place], in commit: ObjectID) throws(DesiredSourceError) -> [Place: ObjectID]
}
