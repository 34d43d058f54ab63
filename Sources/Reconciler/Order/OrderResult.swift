/// What came of looking for an order.
public struct OrderResult: Equatable, Sendable {
    /// Whether there is one.
    public enum Verdict: Equatable, Sendable {
        /// Migrations one after the other; nothing to do is an empty sequence. `isMinimal` where it is proven that no
        /// other sequence has fewer migrations, or as many with less memory.
        case found([Relocation], isMinimal: Bool)
        /// It is proven that there is none. `clashes` is a set of rules that cannot be kept together; if
        /// `isIrreducible`, leaving out any one of them leaves a set that can. Empty where it was not looked for.
        case infeasible(clashes: [Clash], isIrreducible: Bool)
        /// None was found within the bound; `unsettled` are the domains whose goals the last attempt did not meet.
        case notFound(unsettled: [Int])
    }

    /// Whether there is one.
    public let verdict: Verdict
    /// No sequence costs less.
    public let lowerBound: OrderCost
    /// `together` groups that were broken at the start and stay so, because nothing mends them.
    public let brokenGroups: [Int]
    /// States that were looked at by exact searches.
    public let statesCount: Int

    /// The sequence, if one was found.
    public var sequence: [Relocation]? {
        if case .found(let sequence, _) = verdict { sequence } else { nil }
    }
}
