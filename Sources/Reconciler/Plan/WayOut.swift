import StateSpec

/// The smallest set of facts that keep a domain off a node: without them it would have a place there.
///
/// A node refuses by any one of its facts, so all of them must go. The set of the node with the fewest is irreducible,
/// and no smaller one gives the domain a place anywhere.
enum WayOut {
    /// All that keeps a domain off one node.
    struct Obstacles {
        let node: NodeName
        let refusals: [Refusal]
    }

    /// "; beta could take it but for: apart from web8 (domains/web9.yaml:7)"; empty where adding up the refusals said as
    /// much.
    static func words(_ obstacles: [Obstacles]) -> RuleText {
        guard let least = obstacles.filter({ !$0.refusals.isEmpty }).min(by: { rank($0) < rank($1) }) else { return "" }
        let isNew = least.refusals.count > 1 || obstacles.count > 1 && least.refusals.contains(where: \.isRule)
        let list = RuleText(least.refusals.map(\.obstacle), separator: ", ")
        return isNew ? "; \(least.node.text) could take it but for: \(list)" : ""
    }

    /// The fewest first; of as many, those that are rules alone, which a commit can change.
    private static func rank(_ entry: Obstacles) -> (Int, Int, NodeName) {
        (entry.refusals.count, entry.refusals.allSatisfy(\.isRule) ? 0 : 1, entry.node)
    }
}
