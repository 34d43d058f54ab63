/// How a child ended.
public enum ChildExit: Hashable, Sendable, CustomStringConvertible {
    /// It exited with this status.
    case code(Int32)
    /// A signal ended it.
    case signal(Int32)

    /// From a wait(2) status, whose macros Swift does not import.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7F
        self = signal == 0 ? .code(waitStatus >> 8 & 0xFF) : .signal(signal)
    }

    /// "exit status 1" or "signal 9".
    public var description: String {
        switch self {
        case .code(let code): "exit status \(code)"
        case .signal(let signal): "signal \(signal)"
        }
    }
}

/// What a child left behind.
public struct ChildResult: Sendable {
    /// How it ended.
    public let exit: ChildExit
    /// Its standard output, as raw as it came. Empty for a `ChildSession`, whose output is read by lines.
    public let output: [UInt8]
    /// The first 64 KiB of its standard error; the rest was read and dropped, so that the child never blocks on it.
    public let errorOutput: [UInt8]
}

/// Why there is no result.
public enum ChildError: Error, Equatable, CustomStringConvertible {
    /// The child was never started.
    case cannotStart(executable: String, reason: String)
    /// It was ended, with all its process group, because it took too long; or a session gave no line in time.
    case deadlinePassed(after: Duration)
    /// It was ended because it wrote too much; or a session's line is too long.
    case outputTooLarge(limit: Int)
    /// The calling task was cancelled.
    case cancelled
    /// A session's child has exited or takes no more input.
    case ended

    /// One line for people. Not escaped: `executable` is as the caller gave it.
    public var description: String {
        switch self {
        case .cannotStart(let executable, let reason): "cannot start \(executable): \(reason)"
        case .deadlinePassed(let after): "no answer within \(after)"
        case .outputTooLarge(let limit): "more than \(limit) bytes of output"
        case .cancelled: "cancelled"
        case .ended: "the process has ended"
        }
    }
}
