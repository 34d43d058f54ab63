import FoundationEssentials
import Testing

@testable import Reconciler

/// One file of `Cases/`: a cluster, where its domains are to end, and what is known of the orders that lead there.
struct OrderCase: Sendable {
    let name: String
    let model: ClusterModel
    let goals: [Goal]
    let isFeasible: Bool
    /// The fewest migrations, where somebody has found them.
    let migrationsMin: Int?
    let lowerBound: Int

    private struct File: Decodable {
        struct Node: Decodable {
            let name: String
            let memMib: Int64
            let cpus: Int64
            let reservedMemMib: Int64?
            let offline: Bool?
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

    /// All files, found by listing, so that none can be forgotten.
    static let all: [OrderCase] = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let names = try FileManager.default.contentsOfDirectory(atPath: root + "/Cases").sorted()
            return try names.map { name in
                let data = try Data(contentsOf: URL(filePath: "\(root)/Cases/\(name)"))
                return OrderCase(name, try decoder.decode(File.self, from: data))
            }
        } catch {
            preconditionFailure("\(root)/Cases cannot be read: \(error)")
        }
    }()

    private init(_ name: String, _ file: File) {
        var index: [String: Int] = [:]
        var admission = NodeSet(count: file.nodes.count)
        for (number, node) in file.nodes.enumerated() {
            index[node.name] = number
            let isEmptied = file.goal?.empty.contains(node.name) ?? false
            if node.offline != true, !isEmptied { admission.insert(number) }
        }
        func node(_ name: String) -> Int {
            guard let number = index[name] else { preconditionFailure("there is no node \(name)") }
            return number
        }
        self.name = name
        model = ClusterModel(
            nodes: file.nodes.map {
                ClusterModel.Node(memory: ($0.memMib - ($0.reservedMemMib ?? 0)) << 10, vcpus: $0.cpus)
            },
            domains: file.domains.map {
                ClusterModel.Domain(
                    memory: $0.memMib << 10, vcpus: $0.vcpus, home: node($0.node), canMove: true, admission: 0)
            }, admissions: [admission])
        goals = file.domains.map { $0.target.map { .reach(node($0)) } ?? .free }
        isFeasible = file.known.result.hasPrefix("feasible")
        migrationsMin = file.known.minMigrations
        lowerBound = file.known.lowerBound
    }
}

extension OrderCase: CustomTestStringConvertible {
    var testDescription: String { name }
}
