import StateSpec

/// What the rules make of one domain, before places and order are known.
enum Verdict {
    /// Nothing is done; the status says in which sense.
    case settled(Decision.Status, Reason)
    /// It should be started, on the node with this index or, without one, on a node that is still to be found.
    case start(on: Int?, Reason)
    /// It should be shut down on the node with this index.
    case stop(node: Int, Reason)
    /// It should be shut down on the node with this index, and started from git's XML: there, or where it can be.
    case restart(node: Int, Reason)
    /// It should leave the node with this index.
    case move(from: Int, Reason, isDrain: Bool)
    /// It should go from one node to another and no other, or stay.
    case moveTo(from: Int, to: Int, Reason)
    /// What a migration left behind should be removed.
    case removeLeftover(Leftover, Reason)
}

extension Verdict {
    /// The same, with all that would be done, or that somebody has to see to, left to another run.
    var leftToOthers: Verdict {
        switch self {
        case .settled(.inSync, _), .settled(.held, _): self
        case .settled, .start, .stop, .restart, .move, .moveTo, .removeLeftover: .settled(.held, .notSelected())
        }
    }
}

/// One domain of the commit with all that was seen of it.
struct Case {
    let spec: DomainSpec
    /// All sightings, in order of nodes.
    let sights: [Homes.Sight]
    /// The domains behind the sightings that may be using disks.
    let active: [(node: Int, domain: ObservedDomain)]
    /// The domains behind the other sightings.
    let inactive: [(node: Int, domain: ObservedDomain)]
    let context: PlanContext

    init(_ spec: DomainSpec, _ context: PlanContext) {
        self.spec = spec
        self.context = context
        sights = context.homes.sights(of: spec.uuid)
        let all = sights.map { (node: $0.node, domain: context.roster.domain($0)) }
        active = all.filter { $0.domain.activity.holdsDisks }
        inactive = all.filter { !$0.domain.activity.holdsDisks }
    }

    var ref: DomainRef { DomainRef(name: spec.name, uuid: spec.uuid) }
    var wish: DomainWish { spec.wish }

    func nodeName(_ index: Int) -> NodeName { context.roster.entries[index].name }

    /// "alpha: running (booted)"
    func words(_ sight: (node: Int, domain: ObservedDomain)) -> String {
        let job = sight.domain.job.map { ", \(Escaped($0).bare)" } ?? ""
        return "\(nodeName(sight.node)): \(Escaped("\(sight.domain.state)").bare)\(job)"
    }
}

/// What all rules look at; made once for a plan, and never changed.
final class PlanContext {
    let request: PlanRequest
    let roster: Roster
    let homes: Homes
    /// Where each domain was last seen active.
    let sightings: [DomainUUID: Sighting]
    /// Commands that may still take effect, by domain, in order of nodes.
    let inFlight: [DomainUUID: [(node: Int, marker: InFlight)]]
    /// Starts that failed, by domain.
    let failures: [DomainUUID: [StartFailure]]
    /// Domains of git whose start was begun on a node, and may still come to be there.
    private(set) lazy var mayLand = findMayLand()
    // Only starts ask for both, and in a cluster at rest there are none.
    /// Which storage is behind which name.
    private(set) lazy var storage = StorageIndex(roster, StoragePins(request.desired.iscsi))
    /// Whether anything has to do with iSCSI: git, the nodes' memory, or a session.
    private(set) lazy var usesISCSI = findISCSI()
    /// Which LUN is behind which disk; asked only where `usesISCSI`.
    private(set) lazy var sessions = SessionIndex(
        roster, request.desired, previous: request.previous, storage)
    /// Who uses which disk.
    private(set) lazy var disks = DiskUsers.seen(storage, roster)
    /// What the storage lock does not protect.
    private(set) lazy var lock = LockAudit(self)
    /// Active domains of which nobody knows which disks they use. Only starts ask, each of them.
    private(set) lazy var opaque = findOpaque()

    init(_ request: PlanRequest) {
        self.request = request
        let roster = Roster(request)
        self.roster = roster
        homes = Homes(roster, names: Set(request.desired.domains.map(\.name.text)))
        // Ties are broken by content, because the order of records must not matter.
        sightings = Dictionary(request.observed.recalled.sightings.map { ($0.uuid, $0) }) {
            ($0.at, $0.node, $0.bootID) > ($1.at, $1.node, $1.bootID) ? $0 : $1
        }
        var inFlight: [DomainUUID: [(node: Int, marker: InFlight)]] = [:]
        for (index, entry) in roster.entries.enumerated() {
            for marker in entry.node?.inFlight ?? [] { inFlight[marker.uuid, default: []].append((index, marker)) }
        }
        self.inFlight = inFlight
        failures = Dictionary(grouping: request.observed.recalled.failures, by: \.uuid)
    }

    private func findISCSI() -> Bool {
        !request.desired.iscsi.isEmpty || request.previous?.iscsi.isEmpty == false
            || roster.entries.contains { entry in
                guard let node = entry.node else { return false }
                return !node.memo.targets.isEmpty || node.iscsi?.value?.sessions.isEmpty == false
            }
    }

    private func findMayLand() -> [(spec: DomainSpec, node: Int)] {
        guard !inFlight.isEmpty, Guard.startsInFlightTakeRoom.isOn else { return [] }
        return request.desired.domains.flatMap { spec in
            (inFlight[spec.uuid] ?? []).compactMap { index, marker in
                guard marker.verb == .create, !isSettled(marker, on: index) else { return nil }
                let isThere = homes.sights(of: spec.uuid).contains {
                    $0.node == index && roster.domain($0).activity.holdsDisks
                }
                return isThere ? nil : (spec, index)
            }
        }
    }

    /// Whether what the storage lock does not protect is neither started nor migrated.
    var isLockRequired: Bool { request.options.requireLock || request.desired.cluster.requireStorageLock }

    /// What runs under a uuid, on whatever node.
    func running(_ uuid: DomainUUID) -> [DomainDefinition] {
        homes.sights(of: uuid).map(roster.domain).filter(\.activity.holdsDisks).compactMap(\.definition)
    }

    /// Why a start of the domain is not safe as long as some nodes are silent (rules S1 and S2); nil if it is.
    func homeUnknown(_ uuid: DomainUUID) -> Reason? {
        let silent = roster.silent
        guard !silent.isEmpty, Guard.silenceIsNotAbsence.isOn else { return nil }
        if request.desired.cluster.unreachable == .lastKnown, wasSeenElsewhere(uuid, silent) { return nil }
        return .homeUnknown(
            silent.map { entry in
                guard case .silent(let silence) = entry.reading else { return "\(entry.name)" }
                return "\(entry.name) (\(silence))"
            })
    }

    /// Rule S2, `last-known`: sighted on a node that still answers in the same boot, after the last answer of every
    /// silent node, not touched by us and at rest ever since, with no other run's epoch seen since. A silent node that never answered has no
    /// last answer, so nothing is known about it.
    private func wasSeenElsewhere(_ uuid: DomainUUID, _ silent: [Roster.Entry]) -> Bool {
        guard let sighting = sightings[uuid],
            sighting.unsettledAt == nil || !Guard.unsettledVoidsSightings.isOn,
            // Of a clock that was set back since: what it saw later, it could not tell from what it saw before.
            sighting.at <= request.now,
            let home = roster.index(of: sighting.node),
            roster.entries[home].node?.bootID == sighting.bootID || !Guard.rebootVoidsSightings.isOn
        else { return false }
        if let met = request.observed.recalled.epochs?.foreignMetAt, sighting.at <= met,
            Guard.foreignEpochVoidsSightings.isOn
        {
            return false
        }
        if let acted = request.observed.recalled.epochs?.actedAt, sighting.at <= acted,
            Guard.ownActsVoidSightings.isOn
        {
            return false
        }
        // It left for another node, and the silent ones are the only ones that were not looked at.
        let hasLeft = homes.sights(of: uuid).contains { roster.domain($0).state.reason == "migrated" }
        guard !hasLeft || !Guard.departureVoidsSightings.isOn else { return false }
        guard Guard.sightingIsNewer.isOn else { return true }
        return silent.allSatisfy { entry in
            // A node that answers without our lock, or to another cluster, is alive now, whatever its last recorded answer.
            if case .silent(let silence) = entry.reading, [.notLocked, .otherCluster].contains(silence.cause),
                Guard.unlockedIsAliveNow.isOn
            {
                return false
            }
            return entry.lastAnswer.map { $0 < sighting.at } ?? false
        }
    }
}
