/// What is wanted of one domain of a model.
public enum Goal: Hashable, Sendable {
    /// To end on any node that admits it. Where its home does, it may stay, and may be pushed aside for another; where
    /// its home does not, it must leave.
    case free
    /// To end on this node, be it its home; it may go by way of others that admit it.
    case reach(Int)
    /// To be left where it is.
    case stay
}
