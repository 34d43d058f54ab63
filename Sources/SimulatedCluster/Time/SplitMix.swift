/// SplitMix64: a generator whose every number follows from its seed.
public struct SplitMix: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator of one seed.
    public init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of a range.
    public mutating func number(in range: ClosedRange<Int64>) -> Int64 {
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int64(next() % width)
    }

    /// True in so many of a thousand cases.
    public mutating func chance(perMille: Int64) -> Bool { number(in: 0...999) < perMille }

    /// One element of a list that is not empty.
    public mutating func pick<Element>(_ list: [Element]) -> Element {
        precondition(!list.isEmpty, "nothing to pick from")
        return list[Int(number(in: 0...Int64(list.count - 1)))]
    }
}
