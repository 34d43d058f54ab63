/// Where each domain is at one moment of an order, and what that leaves of each node.
struct Arrangement {
    private(set) var occupancy: Occupancy
    /// By domain, its node; -1 for one that is not there.
    private(set) var position: [Int]

    /// All at home.
    init(_ model: ClusterModel) {
        occupancy = Occupancy(model)
        position = model.domains.map { $0.home ?? -1 }
    }

    /// Whether a domain may be migrated to a node now, counting on both sides.
    func canMove(_ domain: Int, to node: Int) -> Bool {
        position[domain] != node && occupancy.fits(domain, on: node)
    }

    /// Migrates a domain.
    mutating func move(_ domain: Int, to node: Int) {
        occupancy.arrive(domain, on: node)
        occupancy.depart(domain, from: position[domain])
        position[domain] = node
    }

    /// Migrates each in turn; false, and stopped there, if one may not be.
    mutating func carryOut(_ sequence: [Relocation]) -> Bool {
        for step in sequence {
            guard position[step.domain] == step.source, canMove(step.domain, to: step.target) else { return false }
            move(step.domain, to: step.target)
        }
        return true
    }

    /// The larger of the memory and vCPU shares of a node that are in use, with a domain more if one is given.
    func load(of node: Int, adding domain: Int? = nil) -> Double {
        let model = occupancy.model
        var memory = occupancy.memory[node]
        var vcpus = occupancy.vcpus[node]
        if let domain {
            memory += model.domains[domain].memory
            vcpus += model.domains[domain].vcpus
        }
        return max(
            Double(memory) / Double(max(model.nodes[node].memory, 1)),
            Double(vcpus) / Double(max(model.nodes[node].vcpus, 1)))
    }
}
