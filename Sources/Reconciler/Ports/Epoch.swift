/// A fencing token: the number of a reign over the cluster. A node obeys only the one that it accepted last, and accepts
/// only one that is greater than all it knows.
public struct Epoch: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The number; 0 before any.
    public let number: Int64

    /// The largest number: what a node's shell can still count to, with room.
    public static let numberMax: Int64 = 999_999_999_999_999

    /// Nil unless the number is from 0 to `numberMax`.
    public init?(_ number: Int64) {
        guard (0...Self.numberMax).contains(number) else { return nil }
        self.number = number
    }

    private init(unchecked number: Int64) { self.number = number }

    /// Before any.
    public static let none = Epoch(unchecked: 0)

    /// The one after it; nil after the last.
    public var next: Epoch? { Epoch(number + 1) }

    /// The number.
    public var description: String { "\(number)" }

    /// By number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
