import StateSpec

/// Where each domain was seen: an index over all answers, made once for a plan.
struct Homes {
    /// One sighting: indices into the roster and into that node's domains.
    struct Sight {
        let node: Int
        let domain: Int
    }

    private let sights: [DomainUUID: [Sight]]
    private let strays: [DomainUUID: [Int]]
    private let sightsByName: [String: [Sight]]

    /// Indexes by uuid, and by name for the names in `names`.
    init(_ roster: Roster, names: Set<String>) {
        var sights: [DomainUUID: [Sight]] = [:]
        var strays: [DomainUUID: [Int]] = [:]
        var sightsByName: [String: [Sight]] = [:]
        sights.reserveCapacity(names.count)
        for (index, entry) in roster.entries.enumerated() {
            guard let node = entry.node else { continue }
            for (position, domain) in node.domains.enumerated() {
                sights[domain.uuid, default: []].append(Sight(node: index, domain: position))
                if names.contains(domain.name) {
                    sightsByName[domain.name, default: []].append(Sight(node: index, domain: position))
                }
            }
            // Both lists are sorted, so that a process that libvirt lists is found without a search.
            var position = 0
            for process in node.processes {
                while position < node.domains.count, node.domains[position].uuid < process { position += 1 }
                let listed = position < node.domains.count && node.domains[position].uuid == process
                if !(listed && node.domains[position].activity.holdsDisks) {
                    strays[process, default: []].append(index)
                }
            }
        }
        self.sights = sights
        self.strays = strays
        self.sightsByName = sightsByName
    }

    /// All sightings of a uuid, in order of nodes.
    func sights(of uuid: DomainUUID) -> [Sight] { sights[uuid] ?? [] }
    /// All sightings of a name, in order of nodes.
    func sights(named name: String) -> [Sight] { sightsByName[name] ?? [] }
    /// Nodes on which a QEMU process has the uuid and libvirt does not show it as active.
    func strays(of uuid: DomainUUID) -> [Int] { strays[uuid] ?? [] }
    /// All uuids seen.
    var uuids: Dictionary<DomainUUID, [Sight]>.Keys { sights.keys }
}

extension Roster {
    /// The domain behind a sighting.
    func domain(_ sight: Homes.Sight) -> ObservedDomain {
        guard let node = entries[sight.node].node else {
            preconditionFailure("a sighting on \(entries[sight.node].name), which did not answer")
        }
        return node.domains[sight.domain]
    }
}
