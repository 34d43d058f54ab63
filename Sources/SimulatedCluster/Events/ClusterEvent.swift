public import StateSpec

/// Something that is to happen in a simulated cluster.
public enum ClusterEvent: Hashable, Sendable {
    /// Something happens to one or more nodes at once.
    case nodes([NodeName], NodeEvent)
    /// The branch moves to a revision.
    case commit(String)
    /// Time passes, in which the loop goes on.
    case wait(Seconds)
}

/// What happens to a node.
public enum NodeEvent: Hashable, Sendable {
    /// Its power goes, and does not come back.
    case dies
    /// Its power goes, and an operator commits that it is off.
    case diesAndIsFenced
    /// An operator commits that it is off.
    case isFenced
    /// Its power goes and comes back.
    case reboots
    /// The network does not reach it; what runs there goes on.
    case isCutOff(Seconds?)
    /// Its libvirtd takes requests and answers none; what runs there goes on.
    case daemonFreezes(Seconds?)
    /// An operator commits that it is to be emptied.
    case entersMaintenance
    /// An operator commits that it takes domains again.
    case leavesMaintenance
}

/// Why words are no event.
public struct EventProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// One line, escaped.
    public let description: String

    init(_ description: String) { self.description = description }
}
