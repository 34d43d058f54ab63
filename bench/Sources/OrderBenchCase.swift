import FoundationEssentials
import Reconciler

/// A recorded cluster, where its domains are to end, and what is known of the orders that lead there.
struct OrderBenchCase {
    let name: String
    let model: ClusterModel
    let goals: [Goal]
    let isFeasible: Bool
    /// The fewest migrations, where they are known.
    let migrationsMin: Int?
    let lowerBound: Int

    private struct File: Decodable {
        struct Node: Decodable {
            let name: String
            let memMib: Int64
            let cpus: Int64
            let reservedMemMib: Int64
            let offline: Bool
        }

        struct Domain: Decodable {
            let name: String
            let memMib: Int64
            let vcpus: Int64
            let node: String
            let target: String?
        }

        struct Wish: Decodable { let empty: [String] }

        struct Known: Decodable {
            let result: String
            let minMigrations: Int?
            let lowerBound: Int
        }

        let nodes: [Node]
        let domains: [Domain]
        let goal: Wish?
        let known: Known
    }

    init(name: String, path: String) throws {
        guard let bytes = FileText.bytes(path) else { throw BenchError("\(path) cannot be read") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = try decoder.decode(File.self, from: Data(bytes))
        var admission = NodeSet(count: file.nodes.count)
        for (index, node) in file.nodes.enumerated() where !node.offline {
            if file.goal?.empty.contains(node.name) != true { admission.insert(index) }
        }
        let index = Dictionary(file.nodes.enumerated().map { ($1.name, $0) }) { first, _ in first }
        func node(_ name: String) throws -> Int {
            guard let node = index[name] else { throw BenchError("\(path): there is no node \(name)") }
            return node
        }
        self.name = name.hasSuffix(".json") ? String(name.dropLast(5)) : name
        model = ClusterModel(
            nodes: file.nodes.map { ClusterModel.Node(memory: ($0.memMib - $0.reservedMemMib) << 10, vcpus: $0.cpus) },
            domains: try file.domains.map {
                ClusterModel.Domain(
                    memory: $0.memMib << 10, vcpus: $0.vcpus, home: try node($0.node), canMove: true, admission: 0)
            }, admissions: [admission])
        goals = try file.domains.map { domain in try domain.target.map { .reach(try node($0)) } ?? .free }
        isFeasible = file.known.result.hasPrefix("feasible")
        migrationsMin = file.known.minMigrations
        lowerBound = file.known.lowerBound
    }
}
