import StateSpec
import Store

/// `--until` and `--reason`, on their way to a `hold` or a `maintenance`.
extension Pause {
    /// Checks both as they were typed.
    init(until: String?, reason: String?) throws(Failure) {
        self.init()
        if let until { self.until = try Self.later(until) }
        if let reason { self.reason = try CommitWords.check(reason, option: "--reason") }
    }

    /// What is written down; `true` where there is nothing to tell that the commit does not tell.
    func value(by author: String) -> YAMLValue {
        if self == Pause() { return .bool(true) }
        let until = until.map { YAMLField("until", .string("\($0)")) }
        let reason = reason.map { YAMLField("reason", .string($0)) }
        return .mapping([until, YAMLField("by", .string(author)), reason].compactMap { $0 })
    }

    /// The same words, whoever gave them.
    func says(_ other: Pause) -> Bool { (until, reason) == (other.until, other.reason) }

    private static func later(_ text: String) throws(Failure) -> Timestamp {
        guard let time = Timestamp(text) else {
            throw Failure("--until takes a day or a moment in UTC, such as 2026-12-01 or 2026-12-01T18:00:00Z")
        }
        guard time > SystemClock().now() else { throw Failure("--until \(time) is over already") }
        return time
    }
}
