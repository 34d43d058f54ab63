/// A span of time in whole seconds.
public struct Seconds: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The count.
    public let count: Int64

    /// From a count of seconds.
    public init(_ count: Int64) { self.count = count }

    /// As people write it: "45s", "2m", "1h 30m", "3d".
    public var description: String {
        guard count >= 60 else { return "\(count)s" }
        let parts: [(Int64, String)] = [
            (count / 86_400, "d"), (count % 86_400 / 3_600, "h"), (count % 3_600 / 60, "m"), (count % 60, "s"),
        ]
        return parts.filter { $0.0 > 0 }.prefix(2).map { "\($0.0)\($0.1)" }.joined(separator: " ")
    }

    /// Shorter span first.
    public static func < (left: Self, right: Self) -> Bool { left.count < right.count }
}

extension Seconds: Codable {
    /// Reads an integer of seconds.
    public init(from decoder: any Decoder) throws {
        count = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes an integer of seconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(count)
    }
}
