/// A cluster as balance sees it: the balanced nodes, what stays on them whatever happens, and the units that may move.
struct BalanceProblem: Sendable {
    /// One balanced node. Where other types name a node by number, they mean its position among these.
    struct Node: Sendable {
        /// Its index in the model.
        var index: Int
        /// What it has to give, memory in KiB.
        var memoryCapacity: Int64
        var vcpuCapacity: Int64
        /// What stays: held, or of domains that may not move.
        var memoryFixed: Int64
        var vcpusFixed: Int64
    }

    /// A domain, or all members of `together` groups that share a node: they move as one.
    struct Unit: Sendable {
        /// Memory in KiB.
        var memory: Int64 = 0
        var vcpus: Int64 = 0
        var home: Int
        /// How many migrations it takes to move it.
        var migrations: Int
        /// Where its nodes begin in `admitted`.
        var admission = 0
        /// Whether `rules` has any for it.
        var hasRules = false
    }

    var nodes: [Node] = []
    var units: [Unit] = []
    /// Of each unit, its domains in the model.
    var members: [[Int]] = []
    /// Use over capacity of all balanced nodes together.
    var memoryMean = 0.0
    var vcpuMean = 0.0
    /// Sets of nodes, `wordsPerSet` words each.
    var admitted: [UInt64] = []
    var wordsPerSet = 0
    var rules = BalanceRules()

    /// Where each unit is now.
    var home: [Int] { units.map(\.home) }

    /// Whether standing rules let a node take a unit.
    @inline(__always) func admits(_ unit: Int, on node: Int) -> Bool {
        admitted[units[unit].admission + node >> 6] & (1 << UInt64(node & 63)) != 0
    }

    /// What a node may bear at a level of load: never less than what stays there.
    func limits(of node: Node, at level: Double) -> (memory: Int64, vcpus: Int64) {
        (
            max(node.memoryFixed, Self.limit(level * memoryMean, node.memoryCapacity)),
            max(node.vcpusFixed, Self.limit(level * vcpuMean, node.vcpuCapacity))
        )
    }

    private static func limit(_ share: Double, _ capacity: Int64) -> Int64 {
        let limit = share * Double(capacity) * (1 + hair)
        return limit < 1e18 ? Int64(limit) : Int64.max / 4
    }

    /// So much above a limit is not above it: what is exactly at one must not miss it by the rounding of a product.
    static let hair = 1e-9

    /// The load of a node with so much in use.
    func load(of node: Node, memory: Int64, vcpus: Int64) -> Double {
        max(
            Self.share(memory, of: node.memoryCapacity) / (memoryMean > 0 ? memoryMean : 1),
            Self.share(vcpus, of: node.vcpuCapacity) / (vcpuMean > 0 ? vcpuMean : 1))
    }

    /// The migrations that bring each unit from home to a place.
    func relocations(to places: [Int]) -> [Relocation] {
        units.indices.filter { places[$0] != units[$0].home }.flatMap { unit in
            members[unit].map {
                Relocation(domain: $0, source: nodes[units[unit].home].index, target: nodes[places[unit]].index)
            }
        }
    }

    /// Something of nothing is more than any share.
    static func share(_ used: Int64, of capacity: Int64) -> Double {
        capacity > 0 ? Double(used) / Double(capacity) : used > 0 ? .infinity : 0
    }
}
