/// What a balance is to reach, and what it may take.
public struct BalanceRequest: Equatable, Sendable {
    /// When it is good enough.
    public enum Goal: Equatable, Sendable {
        /// No balanced node above `target`, by the fewest migrations; among equals by the least memory. Where that cannot
        /// be reached, as `best`.
        case target
        /// The lowest largest load that is found, but for `minGain`, by as few migrations as that takes.
        case best
    }

    /// What to reach.
    public var goal = Goal.target
    /// The largest load that is even enough; 1.0 is the mean.
    public var target = 1.10
    /// How many migrations there may be at most; nil for any number.
    public var migrationsMax: Int?
    /// What is worth a migration, in load: a set that lowers the largest load by less is none, and the last migrations
    /// of `best` that together lower it by less are left out.
    public var minGain = 0.01
    /// Where the search begins to draw. The same model, request and seed give the same result.
    public var seed: UInt64 = 1

    /// A request for no node above 1.10.
    public init() {}
}
