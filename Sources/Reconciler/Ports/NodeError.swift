/// What went wrong between havirt and a node, by where it broke.
public enum NodeError: Error, Equatable, Sendable {
    /// No connection, no log-in, or it was lost.
    case transport(Silence)
    /// The command ran and failed.
    case exit(status: Int32, errorOutput: String)
    /// The command was begun and did not end by itself: what it asked for may still be done.
    case unfinished(String)
    /// The node refused the command: another boot, too late, or the lock is not ours.
    case refused(String)
    /// Its output cannot be understood.
    case unreadable(String)
}

extension NodeError: CustomStringConvertible {
    /// One line, escaped.
    public var description: String {
        switch self {
        case .transport(let silence): silence.description
        case .exit(let status, let errorOutput): "exit status \(status): \(errorOutput)"
        case .unfinished(let what): what
        case .refused(let why): "refused on the node: \(why)"
        case .unreadable(let what): "unreadable answer: \(what)"
        }
    }
}
