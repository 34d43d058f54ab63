internal import Reconciler
internal import StateSpec

extension NodeRecord.Resources {
    init(_ node: ObservedNode, at moment: Timestamp, run: RunID) {
        seen = moment
        self.run = run
        hostName = node.hostName
        // What a node says is not bounded by what a spec may say, and a file must be readable again.
        memory = min(node.memory, .specMax)
        cpus = min(max(node.cpus, 0), RecordLimits.cpusMax)
        cpuModel = node.cpuModel
        versions = node.versions
    }
}

extension PopulationRecord {
    init(_ node: ObservedNode, at moment: Timestamp, run: RunID) {
        seen = moment
        self.run = run
        bootID = node.bootID
        let residents = node.domains.map { domain in
            (domain.uuid, Resident(name: domain.name, state: domain.state, isPersistent: domain.isPersistent))
        }
        domains = Dictionary(residents) { first, _ in first }
        let active = node.domains.filter { $0.activity.holdsDisks }.map(\.uuid)
        strays = Set(node.processes).subtracting(active).sorted()
    }
}

extension DomainRecord.Definition {
    /// Nil for a domain whose XML is not understood: what was known of it before is not overwritten by a guess.
    init?(_ domain: ObservedDomain, on node: NodeName, at moment: Timestamp) {
        guard let definition = domain.definition else { return nil }
        name = domain.name
        isActive = domain.activity.holdsDisks
        vcpus = min(max(definition.vcpus, 0), RecordLimits.cpusMax)
        memory = min(definition.memory, .specMax)
        let ports = definition.graphics.filter { $0.type == "vnc" }.compactMap(\.port)
        vncPort = isActive ? ports.first(where: RecordLimits.ports.contains) : nil
        self.node = node
        seen = moment
    }
}

/// How large a number may be that a record file holds.
enum RecordLimits {
    static let cpusMax = 1_000_000
    static let ports = 1...65_535
    static let failuresMax = 1_000_000_000
    /// A file of records for 100,000 domains has some 30 MB.
    static let fileBytesMax = 256 << 20
}
