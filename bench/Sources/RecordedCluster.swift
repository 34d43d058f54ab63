/// One line of `recorded/balance.txt`, which says what stands in it: a cluster, and what others made of it.
struct RecordedCluster {
    let cluster: BalanceCase
    /// The migrations of hbal, the domains that it moved, its largest load, and its migrations when it was at 1.10.
    let hbalSteps: Int
    let hbalMoved: Int
    let hbalLargest: Double
    let hbalToTarget: Int?
    /// The fewest migrations to 1.10; nil if it cannot be reached.
    let optimum: Int?

    static let sizes: [(memory: Int64, vcpus: Int64)] = [
        (1024, 1), (2048, 1), (2048, 2), (4096, 2), (8192, 4), (16384, 4), (16384, 8), (32768, 8),
    ]

    /// Such as `10x20-packed`.
    var set: String { cluster.name.split(separator: "-").dropLast().joined(separator: "-") }

    static func all(_ file: String) throws -> [RecordedCluster] {
        try FileText.read(file).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            guard let cluster = RecordedCluster(line) else { throw BenchError("\(file): not understood: \(line)") }
            return cluster
        }
    }

    private init?(_ line: Substring) {
        let fields = line.split(separator: " ")
        guard fields.count == 8, let steps = Int(fields[1]), let moved = Int(fields[2]), let largest = Double(fields[3])
        else { return nil }
        (hbalSteps, hbalMoved, hbalLargest) = (steps, moved, largest)
        (hbalToTarget, optimum) = (Int(fields[4]), Int(fields[5]))
        var nodes: [BalanceCase.Node] = []
        for node in fields[6].split(separator: ",") {
            let numbers = node.split(separator: "/").compactMap { Int64($0) }
            guard numbers.count == 2 else { return nil }
            nodes.append(BalanceCase.Node(memory: numbers[0], cores: numbers[1]))
        }
        var domains: [BalanceCase.Domain] = []
        let letters = Array(fields[7].utf8)
        for index in stride(from: 0, to: letters.count - 1, by: 2) {
            let size = Int(letters[index]) - Int(UInt8(ascii: "a"))
            let home = Int(letters[index + 1]) - Int(UInt8(ascii: "0"))
            guard Self.sizes.indices.contains(size), nodes.indices.contains(home) else { return nil }
            domains.append(
                BalanceCase.Domain(memory: Self.sizes[size].memory, vcpus: Self.sizes[size].vcpus, home: home))
        }
        cluster = BalanceCase(name: String(fields[0]), nodes: nodes, domains: domains)
    }
}
