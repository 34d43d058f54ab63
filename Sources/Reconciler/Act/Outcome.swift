import StateSpec

/// What came of a step.
public struct Outcome: Equatable, Codable, Sendable {
    /// How it ended.
    public enum Result: Equatable, Codable, Sendable {
        /// Its effect was seen.
        case done
        /// Its effect was seen, but for a part that nothing waits for.
        case doneInPart(String)
        /// It was not begun, because what it was bound to no longer holds.
        case refused(String)
        /// It was begun and did not succeed; what the node said.
        case failed(String)
        /// It may still take effect: the connection was lost while it ran.
        case unknown(String)
        /// It was not begun, because a step it waits for did not succeed.
        case skipped(after: Int)
    }

    /// The step.
    public let step: Step
    /// How it ended.
    public let result: Result

    /// Whether its effect was seen, so that what waits for it may go on.
    public var isDone: Bool {
        switch result {
        case .done, .doneInPart: true
        case .refused, .failed, .unknown, .skipped: false
        }
    }

    /// Whether all of its effect was seen.
    public var isWhole: Bool { result == .done }

    /// Whether its effect may still come.
    public var isUnknown: Bool { if case .unknown = result { true } else { false } }

    /// One line, escaped.
    public var text: String {
        switch result {
        case .done: "done"
        case .doneInPart(let rest): "done, but \(rest)"
        case .refused(let why): "refused: \(why)"
        case .failed(let why): "failed: \(why)"
        case .unknown(let why): "unknown: \(why)"
        case .skipped(let step): "skipped, because step \(step) did not succeed"
        }
    }
}

/// What happens while a plan is carried out, for people who watch.
public enum ExecutionEvent: Sendable {
    /// A step begins, with the command that it runs.
    case began(Step, command: String)
    /// A step ended, after so many milliseconds.
    case ended(Outcome, milliseconds: Int64)
}
