import StateSpec

/// What a holder of the lock writes on nodes about commands that may still take effect, and about leftovers.
struct Upkeep {
    /// Markers to be emptied.
    private(set) var settled: [(uuid: DomainUUID, node: NodeName)] = []
    /// Sights to be noted, where the same was not noted before.
    private(set) var witnessed: [(uuid: DomainUUID, node: NodeName, digest: String)] = []

    init(_ request: PlanRequest) {
        let context = PlanContext(request)
        for uuid in context.inFlight.keys.sorted() {
            for (index, marker) in context.inFlight[uuid] ?? [] where !marker.isAlive {
                if context.isSettled(marker, on: index) {
                    settled.append((uuid, context.roster.entries[index].name))
                } else {
                    note(uuid, index, context)
                }
            }
        }
        for spec in request.desired.domains {
            guard let halves = Case(spec, context).leftover else { continue }
            note(spec.uuid, halves.source, context)
        }
    }

    private mutating func note(_ uuid: DomainUUID, _ index: Int, _ context: PlanContext) {
        let entry = context.roster.entries[index]
        let digest = TwiceSeen.digest(uuid, context)
        // The first of a row of equal sights is what counts: it is not written again.
        guard entry.node?.witnesses.contains(where: { $0.uuid == uuid && $0.digest == digest }) == false else { return }
        witnessed.append((uuid, entry.name, digest))
    }
}

extension Round {
    /// Brings the markers on the locked nodes up to date. What fails is left to the next round: a marker that stays
    /// holds its domain, and a sight that is not noted is seen again.
    func keepMarkers(_ commit: ObjectID, _ planned: Planned, _ locks: LockSet) async throws(RoundError) {
        let upkeep = Upkeep(request(planned.loaded, planned.observed))
        let held = await locks.held()
        let nodes = Dictionary(uniqueKeysWithValues: planned.loaded.desired.nodes.map { ($0.name, $0) })
        let names = Dictionary(planned.loaded.desired.domains.map { ($0.uuid, $0.name) }) { first, _ in first }
        for (uuid, name) in upkeep.settled where held.contains(name) {
            guard let node = nodes[name], let permit = permit(name, planned, locks) else { continue }
            let action = "settle what was in flight for \(uuid) on \(name)"
            _ = try await book(action, commit, domain: names[uuid]) { () async throws(RoundError) in
                do throws(NodeError) {
                    try await hypervisor.settle(uuid, on: node, guard: permit)
                } catch {
                    throw RoundError("\(error)")
                }
            }
        }
        for (uuid, name, digest) in upkeep.witnessed where held.contains(name) {
            guard let node = nodes[name], let permit = permit(name, planned, locks) else { continue }
            let action = "note how \(uuid) is seen on \(name), digest \(digest)"
            _ = try await book(action, commit, domain: names[uuid]) { () async throws(RoundError) in
                do throws(NodeError) {
                    try await hypervisor.witness(uuid, digest: digest, on: node, guard: permit)
                } catch {
                    throw RoundError("\(error)")
                }
            }
        }
    }

    /// The guard for what is written on a node for the books.
    func permit(_ name: NodeName, _ planned: Planned, _ locks: LockSet) -> CommandGuard? {
        guard let seen = planned.observed.nodes[name]?.node else { return nil }
        let age = clock.now() - planned.observed.takenAt
        return CommandGuard(
            cluster: planned.loaded.desired.cluster.name, run: run, epoch: locks.epoch, bootID: seen.bootID,
            notAfter: Seconds(seen.uptime.count + age.count + 60))
    }
}
