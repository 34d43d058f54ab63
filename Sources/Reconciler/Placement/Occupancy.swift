/// What each node of a model holds at one moment, kept up to date as domains come and go.
public struct Occupancy: Sendable {
    /// The model.
    public let model: ClusterModel
    /// Memory in use on each node, in KiB.
    public private(set) var memory: [Int64]
    /// vCPUs promised on each node.
    public private(set) var vcpus: [Int64]
    // Members of each group on each node, group by group.
    private var apart: [Int32]

    /// All domains at home; those that are off nowhere.
    public init(_ model: ClusterModel) {
        self.model = model
        memory = model.nodes.map(\.memoryHeld)
        vcpus = model.nodes.map(\.vcpusHeld)
        apart = Array(repeating: 0, count: model.groupCount * model.nodes.count)
        for index in model.domains.indices {
            if let home = model.domains[index].home { arrive(index, on: home) }
        }
    }

    /// Whether a domain that is elsewhere may come to a node now: admitted, within capacity, and apart from whom it must
    /// be. `together` is not asked: its members move one after the other.
    public func fits(_ domain: Int, on node: Int) -> Bool {
        model.admits(domain, on: node) && hasRoom(for: domain, on: node) && isApart(domain, on: node)
    }

    /// Whether a node has the memory and the vCPUs for a domain that is elsewhere.
    public func hasRoom(for domain: Int, on node: Int) -> Bool {
        memory[node] + model.domains[domain].memory <= model.nodes[node].memory
            && vcpus[node] + model.domains[domain].vcpus <= model.nodes[node].vcpus
    }

    /// Whether no member of a hard `apart` group of the domain, which is elsewhere, is on the node.
    public func isApart(_ domain: Int, on node: Int) -> Bool {
        model.domains[domain].apart.allSatisfy { apart[$0 * model.nodes.count + node] == 0 }
    }

    /// Counts a domain on a node.
    public mutating func arrive(_ domain: Int, on node: Int) { count(domain, on: node, 1) }

    /// Counts a domain on a node no more.
    public mutating func depart(_ domain: Int, from node: Int) { count(domain, on: node, -1) }

    private mutating func count(_ domain: Int, on node: Int, _ sign: Int64) {
        memory[node] += sign * model.domains[domain].memory
        vcpus[node] += sign * model.domains[domain].vcpus
        for group in model.domains[domain].apart { apart[group * model.nodes.count + node] += Int32(sign) }
        // Whom it would rather avoid may have to avoid it.
        for group in model.domains[domain].apartSoft { apart[group * model.nodes.count + node] += Int32(sign) }
    }
}
