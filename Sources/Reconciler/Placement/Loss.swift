/// What the loss of nodes would leave without a place: whether a cluster stands the next failure.
struct Loss {
    private let model: ClusterModel
    private let members: [[Int]]
    private let roomiest: [Int]
    private let residents: [[Int]]
    // As things are, before and after each question: copied for each of a thousand nodes they would take longer than
    // the answers.
    private var occupancy: Occupancy
    private var places: [Int?]
    /// How often searches may still try a place, for all questions together.
    private var tries = 2_000

    init(_ model: ClusterModel) {
        self.model = model
        occupancy = Occupancy(model)
        places = model.domains.map(\.home)
        members = Packing.members(model)
        roomiest = Packing.roomiest(occupancy)
        var residents: [[Int]] = Array(repeating: [], count: model.nodes.count)
        for (index, domain) in model.domains.enumerated() {
            if let home = domain.home { residents[home].append(index) }
        }
        self.residents = residents
    }

    /// Why no place is found for a domain.
    enum Cause: Equatable {
        /// No node that is left may take it.
        case forbidden
        /// No node that may take it has the room.
        case room
        /// Where there would be room, its groups keep it away.
        case groups
    }

    /// Domains that ran on these nodes and that would find no place on the others as they are now, in order.
    ///
    /// - Parameter counts: whether a domain is missed.
    mutating func unplaced(
        losing nodes: [Int], where counts: (Int) -> Bool
    ) -> [(domain: Int, cause: Cause)] {
        var lost = NodeSet(count: model.nodes.count)
        for node in nodes { lost.insert(node) }
        let gone = nodes.flatMap { residents[$0] }
        let missed = gone.filter(counts)
        guard !missed.isEmpty else { return [] }
        for domain in gone { leave(domain) }
        let packing = Packing(model, lost: lost, members: members, roomiest: roomiest)
        let unplaced = packing.place(missed, &places, &occupancy, tries: &tries).map { ($0, cause($0, lost)) }
        for domain in missed { leave(domain) }
        for domain in gone {
            places[domain] = model.domains[domain].home
            if let home = places[domain] { occupancy.arrive(domain, on: home) }
        }
        return unplaced
    }

    private func cause(_ domain: Int, _ lost: NodeSet) -> Cause {
        let left = model.nodes.indices.filter { !lost.contains($0) && model.admits(domain, on: $0) }
        if left.isEmpty { return .forbidden }
        return left.contains { occupancy.hasRoom(for: domain, on: $0) } ? .groups : .room
    }

    private mutating func leave(_ domain: Int) {
        guard let node = places[domain] else { return }
        occupancy.depart(domain, from: node)
        places[domain] = nil
    }
}
