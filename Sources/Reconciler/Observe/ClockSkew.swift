public import StateSpec

/// How far this machine's clock is from those of the nodes.
public enum ClockSkew {
    /// From here on it is an objection: what is dated by such a clock would outvote, or be outvoted by, what others saw.
    public static let max = Seconds(60)

    /// By how much this machine's clock differs at least from that of every node that answered; nil where that is no
    /// more than `max`, or no node answered.
    public static func found(in observed: ObservedCluster) -> Seconds? {
        let differences = observed.nodes.values.compactMap { reading -> Int64? in
            guard case .answered(let node, let moment) = reading else { return nil }
            return abs((moment - node.clock).count)
        }
        return differences.min().flatMap { $0 > max.count ? Seconds($0) : nil }
    }

    /// Why nothing may be recorded or done by such a clock.
    public static func objection(_ skew: Seconds) -> String {
        "this machine's clock differs by \(skew) or more from that of every node that answers: set it first"
    }
}
