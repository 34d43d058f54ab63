/// One rule that cannot be kept together with others.
public enum Clash: Hashable, Sendable {
    /// What a node has of memory.
    case memory(node: Int)
    /// What a node has of vCPUs.
    case vcpus(node: Int)
    /// A hard `apart` group.
    case apart(group: Int)
    /// A hard `together` group.
    case together(group: Int)
    /// A node takes no domain of the model at all; those that are on it have to leave by a rule of their own each.
    case closed(node: Int)
    /// These nodes do not take this domain, each of them being needed for the clash; its home among them means that it
    /// has to leave.
    case admission(domain: Int, nodes: [Int])
    /// The domain cannot be moved.
    case immovable(domain: Int)
    /// What is wanted of the domain: to reach its node, or to stay.
    case goal(domain: Int)
}
