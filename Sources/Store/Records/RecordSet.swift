internal import Reconciler
internal import StateSpec

/// The content of all record files.
struct RecordSet: Equatable, Sendable {
    var nodes: [NodeName: NodeRecord] = [:]
    var population: [NodeName: PopulationRecord] = [:]
    var domains: [DomainUUID: DomainRecord] = [:]
    var common = CommonRecord()

    /// Nothing recorded yet.
    init() {}

    /// The records of which `recollection` is all that a plan may know.
    init(_ recollection: Recollection) {
        for member in recollection.members {
            var record = NodeRecord()
            record.identity = NodeRecord.Identity(
                hostUUID: member.hostUUID, bootID: member.bootID, lastAnswer: member.lastAnswer)
            record.membership = NodeRecord.Membership(
                ssh: member.ssh, isRetired: member.isRetired, since: member.lastAnswer)
            record.heardAt = member.heardAt
            nodes[member.name] = record
        }
        for sighting in recollection.sightings {
            domains[sighting.uuid] = DomainRecord(definition: nil, lastActive: sighting)
        }
        common = CommonRecord(
            applied: recollection.applied, failures: recollection.failures, epochs: recollection.epochs)
    }

    /// What a plan may know of it.
    var recollection: Recollection {
        Recollection(
            members: nodes.sorted { $0.key < $1.key }.compactMap { $0.value.member($0.key) },
            sightings: domains.sorted { $0.key < $1.key }.compactMap { $0.value.lastActive },
            failures: common.failures, applied: common.applied, epochs: common.epochs)
    }
}
