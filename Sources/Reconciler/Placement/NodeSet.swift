/// A set of nodes by their index in a `ClusterModel`: one bit each, so that thirty thousand domains can share a few.
public struct NodeSet: Hashable, Sendable {
    /// The bits, 64 nodes a word.
    public private(set) var words: [UInt64]

    /// No node of `count`.
    public init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    /// All nodes of `count`.
    public static func all(of count: Int) -> NodeSet {
        var set = NodeSet(count: count)
        for node in 0..<count { set.insert(node) }
        return set
    }

    /// Whether a node is in it.
    @inlinable public func contains(_ node: Int) -> Bool { words[node >> 6] & (1 << UInt64(node & 63)) != 0 }

    /// Adds a node.
    public mutating func insert(_ node: Int) { words[node >> 6] |= 1 << UInt64(node & 63) }

    /// Takes a node out.
    public mutating func remove(_ node: Int) { words[node >> 6] &= ~(1 << UInt64(node & 63)) }

    /// How many nodes are in it.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Its nodes in order.
    public var nodes: [Int] {
        words.indices.flatMap { word in
            (0..<64).compactMap { words[word] & (1 << UInt64($0)) != 0 ? word * 64 + $0 : nil }
        }
    }
}
