public import StateSpec

/// Why a mirror was not brought up to date.
public enum MirrorError: Error, Equatable, CustomStringConvertible {
    /// The address or the branch is not one that havirt hands to git.
    case refused(String)
    /// The mirror's directory cannot be used.
    case cannotPrepare(String)
    /// git could not fetch; the mirror still holds what the last fetch brought.
    case fetchFailed(message: String, lastFetch: Timestamp?)
    /// git took too long and was ended; the mirror still holds what the last fetch brought.
    case deadlinePassed(after: Duration, lastFetch: Timestamp?)
    /// The remote did not take a commit, or did not say whether it did.
    case pushFailed(message: String)
    /// A merge with the remote's commits cannot be signed, and is not made without.
    case notSigned(message: String)
    /// The calling task was cancelled.
    case cancelled

    /// When this branch was last fetched from this remote, for the failures after which a round goes on from the mirror.
    public var lastFetch: Timestamp? {
        switch self {
        case .fetchFailed(_, let moment), .deadlinePassed(_, let moment): moment
        case .refused, .cannotPrepare, .pushFailed, .notSigned, .cancelled: nil
        }
    }

    /// One line, safe to print.
    public var description: String {
        switch self {
        case .refused(let reason): reason
        case .cannotPrepare(let reason): "cannot prepare the mirror: \(reason)"
        case .fetchFailed(let message, let moment): "cannot fetch: \(message); \(Self.age(moment))"
        case .deadlinePassed(let span, let moment): "no fetch within \(span); \(Self.age(moment))"
        case .pushFailed(let message): "cannot push: \(message)"
        case .notSigned(let message): "cannot merge with what the remote has: \(message)"
        case .cancelled: "git was cancelled"
        }
    }

    private static func age(_ moment: Timestamp?) -> String {
        moment.map { "last fetched at \($0)" } ?? "never fetched yet"
    }
}
