/// What an order costs: fewer migrations first, then less memory moved.
public struct OrderCost: Hashable, Sendable, Comparable {
    /// Migrations.
    public var moves: Int
    /// Memory that they move, in KiB.
    public var memory: Int64

    /// Nothing, or so much.
    public init(moves: Int = 0, memory: Int64 = 0) {
        self.moves = moves
        self.memory = memory
    }

    /// The cost of a sequence.
    init(_ sequence: [Relocation], in model: ClusterModel) {
        self.init(moves: sequence.count, memory: sequence.reduce(0) { $0 + model.domains[$1.domain].memory })
    }

    /// Fewer migrations, or as many with less memory.
    public static func < (left: OrderCost, right: OrderCost) -> Bool {
        (left.moves, left.memory) < (right.moves, right.memory)
    }

    static func + (left: OrderCost, right: OrderCost) -> OrderCost {
        OrderCost(moves: left.moves + right.moves, memory: left.memory + right.memory)
    }

    static func - (left: OrderCost, right: OrderCost) -> OrderCost {
        OrderCost(moves: left.moves - right.moves, memory: left.memory - right.memory)
    }
}
