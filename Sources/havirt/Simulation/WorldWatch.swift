import Reconciler
import SimulatedCluster
import StateSpec

/// Watches where domains really run in a simulated cluster, whatever havirt believes.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
final class WorldWatch: @unchecked Sendable {
    private let cluster: SimulatedCluster
    /// Since when a domain that ran does not, in milliseconds.
    private var downSince: [DomainUUID: Int64] = [:]
    private var outages: [DomainUUID: [Story.Outage]] = [:]
    private var homes: [DomainUUID: [NodeName]] = [:]
    /// Domains that ran on two nodes at once, with the nodes.
    private(set) var doubles: [DomainUUID: [NodeName]] = [:]
    /// Told of a double when it begins.
    var onDouble: (DomainUUID, [NodeName]) -> Void = { _, _ in }

    /// Shorter is a migration's switch-over, which a guest hardly feels.
    private static let outageMin: Int64 = 1_000

    init(_ cluster: SimulatedCluster) {
        self.cluster = cluster
        homes = running
        doubles = homes.filter { $0.value.count > 1 }
        cluster.observe = { [weak self] in self?.see($0) }
    }

    /// Where each domain's vCPUs run.
    var running: [DomainUUID: [NodeName]] {
        var running: [DomainUUID: [NodeName]] = [:]
        for node in cluster.nodes {
            for (uuid, qemu) in node.qemus where qemu.isExecuting { running[uuid, default: []].append(node.name) }
        }
        return running
    }

    private func see(_ event: WorldEvent) {
        guard case .changed(let uuid, _) = event else { return }
        let before = homes[uuid] ?? []
        let now = cluster.executing(uuid)
        homes[uuid] = now
        let milliseconds = cluster.time.milliseconds
        if before.isEmpty, !now.isEmpty, let since = downSince.removeValue(forKey: uuid),
            milliseconds - since >= Self.outageMin
        {
            outages[uuid, default: []].append(
                Story.Outage(from: since / 1_000, to: milliseconds / 1_000))
        }
        if !before.isEmpty, now.isEmpty { downSince[uuid] = milliseconds }
        if now.count > 1, doubles[uuid] == nil {
            doubles[uuid] = now
            onDouble(uuid, now)
        }
    }

    /// When a domain that ran did not, up to now.
    func outages(of uuid: DomainUUID) -> [Story.Outage] {
        let last = downSince[uuid].map { [Story.Outage(from: $0 / 1_000, to: nil)] } ?? []
        return (outages[uuid] ?? []) + last
    }
}
