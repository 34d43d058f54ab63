internal import Reconciler
internal import StateSpec

/// The content of all record files.
struct RecordSet: Equatable, Sendable {
    var nodes: [NodeName: NodeRecord] = [:]
    var population: [NodeName: PopulationRecord] = [:]
    var domains: [DomainUUID: DomainRecord] = [:]
    var common = CommonRecord()

    /// What a plan may know of it.
    var recollection: Recollection {
        Recollection(
            members: nodes.sorted { $0.key < $1.key }.compactMap { $0.value.member($0.key) },
            sightings: domains.sorted { $0.key < $1.key }.compactMap { $0.value.lastActive },
            failures: common.failures, applied: common.applied, epochs: common.epochs)
    }
}
