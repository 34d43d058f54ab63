/// A fingerprint of an arrangement in 128 bits, the same for arrangements that differ only by which of several identical
/// domains, or of several identical nodes, is which.
///
/// A node's part is made from the sum of its domains' numbers, the whole is the sum of the nodes' parts; both can be kept
/// up to date as a domain moves. Two different arrangements have one fingerprint with a chance of about n²/2¹²⁹ for n of
/// them, which is less than that of a wrong bit in memory.
struct StateHash {
    struct Value: Hashable {
        var low: UInt64 = 0
        var high: UInt64 = 0

        static func &+ (left: Value, right: Value) -> Value {
            Value(low: left.low &+ right.low, high: left.high &+ right.high)
        }

        static func &- (left: Value, right: Value) -> Value {
            Value(low: left.low &- right.low, high: left.high &- right.high)
        }
    }

    /// By domain, which others are identical to it.
    let kind: [Int]
    /// How many kinds there are.
    var kindCount: Int { (kind.max() ?? -1) + 1 }
    private let numbers: [Value]
    private let salts: [Value]
    /// By node, the sum of what is on it.
    private var nodes: [Value]
    private(set) var whole = Value()

    init(_ problem: OrderProblem, _ position: [Int]) {
        kind = Kinds.domains(of: problem)
        numbers = kind.map { Self.number(UInt64($0)) }
        salts = Kinds.nodes(of: problem).map { Self.number(UInt64($0) | 1 << 40) }
        nodes = salts.map { _ in Value() }
        for domain in problem.movers { nodes[position[domain]] = nodes[position[domain]] &+ numbers[domain] }
        for node in nodes.indices { whole = whole &+ part(node, nodes[node]) }
    }

    /// The fingerprint if a domain moved.
    func moved(_ domain: Int, from source: Int, to target: Int) -> Value {
        whole &- part(source, nodes[source]) &- part(target, nodes[target])
            &+ part(source, nodes[source] &- numbers[domain]) &+ part(target, nodes[target] &+ numbers[domain])
    }

    mutating func move(_ domain: Int, from source: Int, to target: Int) {
        whole = moved(domain, from: source, to: target)
        nodes[source] = nodes[source] &- numbers[domain]
        nodes[target] = nodes[target] &+ numbers[domain]
    }

    @inline(__always) private func part(_ node: Int, _ sum: Value) -> Value {
        Value(low: Self.mix(sum.low ^ salts[node].low), high: Self.mix(sum.high ^ salts[node].high))
    }

    private static func number(_ index: UInt64) -> Value {
        Value(low: mix(index &* 2 &+ 0x5851_F42D_4C95_7F2D), high: mix(index &* 2 &+ 0x1405_7B7E_F767_814F))
    }

    /// The finisher of SplitMix64: each bit of the result depends on all bits.
    @inline(__always) private static func mix(_ word: UInt64) -> UInt64 {
        var mixed = word &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
