/// Finds places for domains that have lost their node.
///
/// Most constrained and largest first; where that leaves some without a place, a search that goes back on its choices,
/// bounded in tries, so that a claim that nothing fits is seldom a mistake and never takes long.
struct Packing {
    private let model: ClusterModel
    /// Nodes that are not to be used.
    private let lost: NodeSet
    private let members: [[Int]]
    /// Nodes with the most room first, once for all packings.
    private let roomiest: [Int]

    /// - Parameter roomiest: the nodes in the order in which they are tried.
    init(_ model: ClusterModel, lost: NodeSet, members: [[Int]], roomiest: [Int]) {
        self.model = model
        self.lost = lost
        self.members = members
        self.roomiest = roomiest
    }

    /// The members of each `together` group; empty for groups of the other kind.
    static func members(_ model: ClusterModel) -> [[Int]] {
        var members: [[Int]] = Array(repeating: [], count: model.groupCount)
        for (index, domain) in model.domains.enumerated() {
            for group in domain.together { members[group].append(index) }
        }
        return members
    }

    /// All nodes, those with the most free memory first.
    static func roomiest(_ occupancy: Occupancy) -> [Int] {
        let nodes = occupancy.model.nodes
        return nodes.indices.sorted {
            let left = nodes[$0].memory - occupancy.memory[$0]
            let right = nodes[$1].memory - occupancy.memory[$1]
            return left != right ? left > right : $0 < $1
        }
    }

    /// Puts as many of `domains` as it can on nodes; each was counted on none. `places` gives where all others are, and
    /// gets where these went.
    ///
    /// - Parameter tries: how often searches may still try a place.
    /// - Returns: those for which no place was found, in order.
    func place(
        _ domains: [Int], _ places: inout [Int?], _ occupancy: inout Occupancy, tries: inout Int
    ) -> [Int] {
        let ordered = domains.sorted(by: isHarder)
        var unplaced: [Int] = []
        for domain in ordered {
            if let node = candidates(domain, places, occupancy).first(where: { _ in true }) {
                put(domain, on: node, &places, &occupancy)
            } else {
                unplaced.append(domain)
            }
        }
        guard !unplaced.isEmpty, tries > 0, mayFit(ordered, places, occupancy) else { return unplaced.sorted() }
        let (placesBefore, occupancyBefore) = (places, occupancy)
        for domain in ordered { take(domain, &places, &occupancy) }
        if search(ordered[...], &places, &occupancy, &tries) { return [] }
        (places, occupancy) = (placesBefore, occupancyBefore)
        return unplaced.sorted()
    }

    /// Fewest nodes first, then the larger share of a node.
    private func isHarder(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (model.domains[left], model.domains[right])
        if a.admission != b.admission {
            let (few, many) = (model.admissions[a.admission].count, model.admissions[b.admission].count)
            if few != many { return few < many }
        }
        if a.memory != b.memory { return a.memory > b.memory }
        return a.vcpus != b.vcpus ? a.vcpus > b.vcpus : left < right
    }

    /// The nodes that could take a domain now.
    private func candidates(
        _ domain: Int, _ places: [Int?], _ occupancy: Occupancy
    ) -> some Sequence<Int> {
        let companions = companions(of: domain, places)
        return roomiest.lazy.filter { node in
            !lost.contains(node) && companions.allSatisfy { $0 == node } && occupancy.fits(domain, on: node)
        }
    }

    /// Where the other members of its `together` groups are.
    private func companions(of domain: Int, _ places: [Int?]) -> [Int] {
        model.domains[domain].together.flatMap { group in
            members[group].compactMap { $0 == domain ? nil : places[$0] }
        }
    }

    private func put(_ domain: Int, on node: Int, _ places: inout [Int?], _ occupancy: inout Occupancy) {
        places[domain] = node
        occupancy.arrive(domain, on: node)
    }

    private func take(_ domain: Int, _ places: inout [Int?], _ occupancy: inout Occupancy) {
        guard let node = places[domain] else { return }
        occupancy.depart(domain, from: node)
        places[domain] = nil
    }

    /// Whether what is left of all nodes would do for all domains, if only it were in one place.
    private func mayFit(_ domains: [Int], _ places: [Int?], _ occupancy: Occupancy) -> Bool {
        let left = model.nodes.indices.filter { !lost.contains($0) }
        let memory = left.reduce(0) { $0 + max(0, model.nodes[$1].memory - occupancy.memory[$1]) }
        let vcpus = left.reduce(0) { $0 + max(0, model.nodes[$1].vcpus - occupancy.vcpus[$1]) }
        let homeless = domains.filter { places[$0] == nil }
        return homeless.reduce(0) { $0 + model.domains[$1].memory } <= memory
            && homeless.reduce(0) { $0 + model.domains[$1].vcpus } <= vcpus
    }

    /// Whether all of `rest` found places, which are then taken.
    private func search(
        _ rest: ArraySlice<Int>, _ places: inout [Int?], _ occupancy: inout Occupancy, _ tries: inout Int
    ) -> Bool {
        guard let domain = rest.first else { return true }
        for node in Array(candidates(domain, places, occupancy)) {
            guard tries > 0 else { return false }
            tries -= 1
            put(domain, on: node, &places, &occupancy)
            if search(rest.dropFirst(), &places, &occupancy, &tries) { return true }
            take(domain, &places, &occupancy)
        }
        return false
    }
}
