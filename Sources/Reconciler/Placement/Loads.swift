/// How full the nodes of a model are, and how evenly.
struct Loads {
    /// Memory in use over what domains may use, by node.
    let memory: [Double]
    /// vCPUs promised over those that may be, by node.
    let vcpus: [Double]
    /// The larger of the two, each over the mean of the balanced nodes, by node; 0 for one that is not balanced.
    let load: [Double]

    /// The largest load; 0 without any node.
    var largest: Double { load.max() ?? 0 }

    init(_ occupancy: Occupancy) {
        let nodes = occupancy.model.nodes
        let share = { (used: Int64, whole: Int64) in Double(max(0, used)) / Double(max(1, whole)) }
        let memory = nodes.indices.map { share(occupancy.memory[$0], nodes[$0].memory) }
        let vcpus = nodes.indices.map { share(occupancy.vcpus[$0], nodes[$0].vcpus) }
        let balanced = nodes.indices.filter { nodes[$0].isBalanced }
        let memoryMean = share(
            balanced.reduce(0) { $0 + occupancy.memory[$1] }, balanced.reduce(0) { $0 + nodes[$1].memory })
        let vcpusMean = share(
            balanced.reduce(0) { $0 + occupancy.vcpus[$1] }, balanced.reduce(0) { $0 + nodes[$1].vcpus })
        load = nodes.indices.map { node in
            guard nodes[node].isBalanced else { return 0 }
            return max(
                memoryMean > 0 ? memory[node] / memoryMean : 0, vcpusMean > 0 ? vcpus[node] / vcpusMean : 0)
        }
        self.memory = memory
        self.vcpus = vcpus
    }
}
