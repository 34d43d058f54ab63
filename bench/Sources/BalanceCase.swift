import Reconciler

/// A cluster to be balanced: nodes, and domains each somewhere.
struct BalanceCase {
    struct Node {
        /// What domains may use, in MiB.
        let memory: Int64
        let cores: Int64
    }

    struct Domain {
        /// In MiB.
        let memory: Int64
        let vcpus: Int64
        let home: Int
    }

    let name: String
    let nodes: [Node]
    let domains: [Domain]

    /// As many vCPUs as anyone likes, as hbal is told, too.
    var model: ClusterModel {
        ClusterModel(
            nodes: nodes.map { ClusterModel.Node(memory: $0.memory << 10, vcpus: $0.cores * 1_000) },
            domains: domains.map {
                ClusterModel.Domain(
                    memory: $0.memory << 10, vcpus: $0.vcpus, home: $0.home, canMove: true, admission: 0)
            }, admissions: [.all(of: nodes.count)])
    }

    /// The largest load of a placement: reckoned anew from each domain, with nothing of what made it.
    func largestLoad(_ places: [Int]) -> Double {
        var memory = Array(repeating: 0.0, count: nodes.count)
        var vcpus = memory
        for (domain, place) in zip(domains, places) {
            memory[place] += Double(domain.memory)
            vcpus[place] += Double(domain.vcpus)
        }
        let memoryMean = memory.reduce(0, +) / nodes.reduce(0) { $0 + Double($1.memory) }
        let vcpuMean = vcpus.reduce(0, +) / nodes.reduce(0) { $0 + Double($1.cores) }
        return nodes.indices.reduce(0) { largest, node in
            max(
                largest, memory[node] / Double(nodes[node].memory) / memoryMean,
                vcpus[node] / Double(nodes[node].cores) / vcpuMean)
        }
    }

    /// Where each domain is after some migrations.
    func places(after relocations: [Relocation]) throws -> [Int] {
        var places = domains.map(\.home)
        for relocation in relocations {
            guard places[relocation.domain] == relocation.source else {
                throw BenchError("\(name): domain \(relocation.domain) is not on node \(relocation.source)")
            }
            places[relocation.domain] = relocation.target
        }
        return places
    }

    /// Each domain on a node that is drawn and has room: what years of placement by hand look like. Sixty percent full.
    static func generated(nodes nodeCount: Int, domainsPerNode: Int, seed: UInt64) -> BalanceCase {
        var random = BenchRandom(state: seed)
        let sizes = (0..<nodeCount * domainsPerNode).map { _ in RecordedCluster.sizes[random.size()] }
        let memory = sizes.reduce(0) { $0 + $1.memory } * 10 / 6 / Int64(nodeCount)
        let cores = sizes.reduce(0) { $0 + $1.vcpus } / 2 / Int64(nodeCount)
        var free = Array(repeating: memory, count: nodeCount)
        let domains = sizes.map { size in
            var home = random.below(nodeCount)
            while free[home] < size.memory { home = random.below(nodeCount) }
            free[home] -= size.memory
            return Domain(memory: size.memory, vcpus: size.vcpus, home: home)
        }
        return BalanceCase(
            name: "\(nodeCount)x\(domainsPerNode)",
            nodes: Array(repeating: Node(memory: memory, cores: cores), count: nodeCount), domains: domains)
    }
}

/// The same numbers everywhere for the same seed.
struct BenchRandom {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(((state >> 33) * UInt64(bound)) >> 31)
    }

    /// A usual mix of sizes: many small ones and a few large.
    mutating func size() -> Int {
        var number = below(100)
        for (index, weight) in [20, 20, 15, 20, 12, 6, 4, 3].enumerated() {
            if number < weight { return index }
            number -= weight
        }
        return 0
    }
}
