import Reconciler
import SimulatedCluster
import StateSpec

/// Simulated nodes, in a time of their own.
struct SimulatedWorld: World {
    let clock: any ReconcilerClock
    let transport: any Transport
    var executor: (any TaskExecutor)? { cluster.time }
    private let cluster: SimulatedCluster

    init(_ nodes: [NodeName], in time: VirtualTime) {
        cluster = SimulatedCluster(time: time, begin: Timestamp(secondsSinceEpoch: 1_800_000_000), seed: 1)
        for node in nodes { cluster.addNode(node) }
        let controller = SimulatedController("controller", cluster)
        let process = controller.begin()
        transport = SimulatedTransport(cluster, controller, process: process)
        clock = SimulatedClock(controller, cluster, process: process)
    }

    func prepare(_ domains: [Guest], on nodes: [NodeName]) async throws {
        cluster.deafGuests = Set(domains.filter(\.isDeaf).map(\.uuid))
        // Real nodes have been up for a while, too.
        try await cluster.time.pause(60_000)
    }

    func type(_ command: TypedCommand, on node: NodeName) async throws -> Int32 {
        await cluster.type(command, on: try known(node)).status
    }

    func inflict(_ fault: Fault, on node: NodeName) async throws {
        let node = try known(node)
        switch fault {
        case .freezeLibvirtd: cluster.setDaemon(node, .frozen)
        case .thawLibvirtd, .startLibvirtd: cluster.setDaemon(node, .running)
        case .killLibvirtd: cluster.setDaemon(node, .dead)
        case .killSSHD: cluster.setListening(node, false)
        case .startSSHD: cluster.setListening(node, true)
        case .powerOff: cluster.powerOff(node)
        case .powerOn: cluster.powerOn(node)
        case .killQEMU(let uuid): cluster.killQEMU(uuid, on: node)
        case .freezeStore: cluster.setStoreFrozen(true)
        case .thawStore: cluster.setStoreFrozen(false)
        }
    }

    func waitUntilUp(_ guest: Guest) async throws { try await cluster.time.pause(1_000) }

    private func known(_ name: NodeName) throws -> SimulatedNode {
        guard let node = cluster.node(name) else { throw PlayError("there is no node \(name)") }
        return node
    }
}
