import Reconciler
import SimulatedCluster
import StateSpec

/// People who type virsh. They are careful: none of them starts what runs elsewhere, or while a havirt is at work. What
/// they do is nevertheless unknown to havirt until it looks again.
extension Chaos {
    func person() {
        let managed = wishes.domains.map(\.uuid)
        switch random.number(in: 0...11) {
        case 0, 1, 2: typeMigration(random.pick(managed))
        case 3: typeStart(random.pick(wishes.domains))
        case 4: typeSuspend(random.pick(managed))
        case 5: typeManagedSave(random.pick(managed))
        case 6: typeStop(random.pick(managed))
        case 7, 8: typeUnmanaged(random.pick(unmanaged))
        case 9: typeDefine(random.pick(wishes.domains))
        default: typeShutdownInside(random.pick(managed))
        }
    }

    private func home(_ uuid: DomainUUID) -> SimulatedNode? {
        cluster.nodes.first { node in
            node.qemus[uuid].map { $0.isListed && $0.isExecuting && $0.migration == nil } ?? false
        }
    }

    /// Nobody brings anything to a node that git says is gone.
    private func isInUse(_ node: SimulatedNode) -> Bool {
        guard node.isReachable, node.daemon == .running,
            let wish = wishes.nodes.first(where: { $0.name == node.name.text })
        else { return false }
        return !wish.isRetired && !wish.isRemoved && wish.fenced == nil
    }

    private func type(_ command: TypedCommand, on node: SimulatedNode) {
        Task(executorPreference: cluster.time) { [cluster] in await cluster.type(command, on: node) }
    }

    /// Moves a domain by hand, with or without the flags that leave nothing behind, and sometimes so that its finish is
    /// lost.
    private func typeMigration(_ uuid: DomainUUID) {
        guard let source = home(uuid), !wishes.isLastKnown,
            let target = random.pickIfAny(cluster.nodes.filter { $0.name != source.name && isInUse($0) })
        else { return }
        var options = MigrationOptions()
        options.isPersistent = random.chance(perMille: 400)
        options.undefinesSource = options.isPersistent && random.chance(perMille: 700)
        options.losesFinish = random.chance(perMille: 150)
        note(.typedMigration, "a person moves \(judge.name(uuid)) from \(source.name) to \(target.name)")
        type(.migrate(uuid, to: target.name, options), on: source)
    }

    /// Starts a domain by hand, when nobody could start it at the same moment.
    private func typeStart(_ domain: Wishes.Domain) {
        let isAnywhere = cluster.nodes.contains { node in
            node.qemus[domain.uuid] != nil || node.savedImages.contains(domain.uuid)
                || node.qemus.values.contains { $0.xmlHolds(lun: domain.lun) }
        }
        guard !isAnywhere, !cluster.isAnybodyActing, !wishes.isLastKnown,
            let node = random.pickIfAny(cluster.nodes.filter(isInUse)),
            let parsed = try? SimulatedDomain(xml: Array(domain.xml.utf8))
        else { return }
        note(.typedStart, "a person starts \(domain.name) on \(node.name)")
        cluster.put(parsed, on: node, ObservedState("running", "booted"))
    }

    private func typeSuspend(_ uuid: DomainUUID) {
        guard let node = home(uuid) else { return }
        note(.typedSuspend, "a person suspends \(judge.name(uuid))")
        type(.suspend(uuid), on: node)
        later(10_000...90_000) { [self] in
            guard node.qemus[uuid]?.state == ObservedState("paused", "user"), cluster.executing(uuid).isEmpty else {
                return
            }
            type(.resume(uuid), on: node)
        }
    }

    private func typeManagedSave(_ uuid: DomainUUID) {
        guard let node = home(uuid), node.definitions[uuid] != nil else { return }
        note(.managedSave, "a person saves \(judge.name(uuid)) on \(node.name)")
        type(.managedSave(uuid), on: node)
    }

    private func typeStop(_ uuid: DomainUUID) {
        guard let node = home(uuid) else { return }
        note(nil, "a person destroys \(judge.name(uuid)) on \(node.name)")
        type(.destroy(uuid), on: node)
    }

    private func typeShutdownInside(_ uuid: DomainUUID) {
        guard let node = home(uuid) else { return }
        note(nil, "the guest of \(judge.name(uuid)) powers off")
        cluster.killQEMU(uuid, on: node)
    }

    private func typeDefine(_ domain: Wishes.Domain) {
        guard let node = home(domain.uuid), !cluster.hasMarkers(node),
            let parsed = try? SimulatedDomain(xml: Array(domain.xml.utf8))
        else { return }
        note(nil, "a person defines \(domain.name) on \(node.name)")
        cluster.keep(parsed, on: node)
    }

    /// Starts or stops a domain that git does not name: some of them use the LUN of one that it does.
    private func typeUnmanaged(_ domain: Wishes.Domain) {
        if let node = cluster.nodes.first(where: { $0.qemus[domain.uuid] != nil }) {
            cluster.killQEMU(domain.uuid, on: node)
            return
        }
        let isTaken = cluster.nodes.contains { $0.qemus.values.contains { $0.xmlHolds(lun: domain.lun) } }
        guard !isTaken, !cluster.isAnybodyActing,
            let node = random.pickIfAny(cluster.nodes.filter(isInUse)),
            let parsed = try? SimulatedDomain(xml: Array(domain.xml.utf8))
        else { return }
        note(.diskStolen, "a person starts \(domain.name) on \(node.name)")
        cluster.put(parsed, on: node, ObservedState("running", "booted"))
    }
}

extension SimulatedQEMU {
    /// Whether it has a LUN of the hunt's store open.
    func xmlHolds(lun: Int) -> Bool {
        definition.disks.contains { disk in
            SimulatedStore.lun(of: disk.source) == lun
        }
    }
}
