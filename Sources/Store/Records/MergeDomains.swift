internal import Reconciler
internal import StateSpec

extension RecordSet {
    /// Keeps the newest definition of each domain, that of an active one before that of an inactive one.
    mutating func noteDefinitions(_ answers: [Answer]) {
        let answered = Set(answers.map(\.name))
        var seen: [DomainUUID: DomainRecord.Definition] = [:]
        for answer in answers {
            for domain in answer.node.domains {
                guard let sight = DomainRecord.Definition(domain, on: answer.name, at: answer.at) else { continue }
                if let other = seen[domain.uuid], !sight.isBetter(than: other) { continue }
                seen[domain.uuid] = sight
            }
        }
        for (uuid, sight) in seen {
            if let known = domains[uuid]?.definition {
                if known.seen > sight.seen { continue }
                // A stale definition elsewhere says nothing about a domain that may still run on a silent node.
                if known.isActive, !sight.isActive, !answered.contains(known.node) { continue }
            }
            domains[uuid, default: DomainRecord()].definition = sight
        }
    }

    /// Notes where each domain was seen active for certain.
    ///
    /// Rule S2 may start a domain on the word of a sighting that is later than the last answer of every silent node.
    /// A migration, or a process that libvirt does not list, says nothing certain, so it makes no sighting. Where a
    /// scan saw the domain on several nodes, the sighting is dated at the earliest of these answers: if any of the
    /// nodes falls silent, the sighting is not later than its last answer and permits nothing. A domain that is seen on
    /// its way voids what was sighted before: it may arrive where nobody looks.
    mutating func noteSightings(_ answers: [Answer]) {
        var certain: [DomainUUID: Sighting] = [:]
        var earliest: [DomainUUID: Timestamp] = [:]
        var unsettled: [DomainUUID: Timestamp] = [:]
        for answer in answers.sorted(by: { ($0.at, $0.name) < ($1.at, $1.name) }) {
            for domain in answer.node.domains where domain.activity.holdsDisks {
                if earliest[domain.uuid] == nil { earliest[domain.uuid] = answer.at }
                if !domain.activity.isSettled { unsettled[domain.uuid] = answer.at }
                guard domain.activity.isSettled || !Guard.sightingsAreCertain.isOn, certain[domain.uuid] == nil else {
                    continue
                }
                certain[domain.uuid] = Sighting(
                    uuid: domain.uuid, node: answer.name, bootID: answer.node.bootID, at: answer.at)
            }
            let listed = Set(answer.node.domains.filter(\.activity.holdsDisks).map(\.uuid))
            for uuid in answer.node.processes {
                if earliest[uuid] == nil { earliest[uuid] = answer.at }
                if !listed.contains(uuid) { unsettled[uuid] = answer.at }
            }
        }
        for (uuid, sighting) in certain {
            let moment = Guard.sightingsAreCertain.isOn ? earliest[uuid] ?? sighting.at : sighting.at
            let known = domains[uuid]?.lastActive
            if let known, known.at >= moment { continue }
            // Since when it is there is told to whoever would move it again.
            let hasMoved = known.map { $0.node != sighting.node } ?? false
            // A word of it being on its way that is not older than this sighting outlives the sighting before.
            let open = known?.unsettledAt.flatMap { $0 >= moment ? $0 : nil }
            domains[uuid, default: DomainRecord()].lastActive = Sighting(
                uuid: uuid, node: sighting.node, bootID: sighting.bootID, at: moment, unsettledAt: open,
                arrivedAt: hasMoved ? moment : known?.arrivedAt)
        }
        for (uuid, moment) in unsettled {
            guard let known = domains[uuid]?.lastActive, known.at <= moment else { continue }
            domains[uuid]?.lastActive?.unsettledAt = known.unsettledAt.map { max($0, moment) } ?? moment
        }
    }
}

extension Activity {
    /// Whether the state shows that the domain is here and nowhere else on its way.
    fileprivate var isSettled: Bool {
        switch self {
        case .active, .stopping, .pausedByUser, .alarm: true
        case .transition, .critical, .inactive, .saved: false
        }
    }
}

extension DomainRecord.Definition {
    fileprivate func isBetter(than other: Self) -> Bool {
        isActive != other.isActive ? isActive : (seen, node) > (other.seen, other.node)
    }
}
