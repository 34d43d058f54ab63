internal import Reconciler
internal import StateSpec

/// The script that asks a portal for its targets, on a simulated node.
struct DiscoverProcess {
    let cluster: SimulatedCluster
    let node: SimulatedNode

    func run(_ input: [UInt8]) async throws -> NodeReply {
        var input = ScriptInput(input)
        guard let head = input.lines(3), let limit = Int64(head[1]), let portal = ISCSIPortal(head[2]) else {
            return NodeReply(status: 90, output: [], errorOutput: [])
        }
        var output = ScriptOutput(token: head[0])
        output.frame("begin")
        output.frame("root", "0\n")
        let hasClient = node.initiator?.name != nil
        output.frame("client", hasClient ? "/usr/sbin/iscsiadm\n/usr/bin/timeout\n" : "/usr/bin/timeout\n")
        let (status, offers) = try await ask(portal, limit * 1_000)
        output.frame("offers", offers.map { "\(portal),1 \($0)\n" }.joined())
        output.frame("status", "\(hasClient ? status : 127)\n")
        output.frame("said")
        output.frame("end")
        return NodeReply(status: 0, output: output.bytes, errorOutput: [])
    }

    private func ask(_ portal: ISCSIPortal, _ limit: Int64) async throws -> (Int32, [ISCSITargetName]) {
        let all = cluster.targets?.targets.filter { $0.value.portals.contains(portal) }.keys.sorted() ?? []
        let state = cluster.targets?.deadPortals[portal] ?? (all.isEmpty ? .refuses : nil)
        switch state {
        case .refuses:
            try await cluster.pause(min(limit, 5_000)...min(limit, 5_000), onNode: node)
            return (limit < 5_000 ? 124 : 11, [])
        case .hangs:
            try await cluster.pause(min(limit, 95_000)...min(limit, 95_000), onNode: node)
            return (limit < 95_000 ? 124 : 11, [])
        case nil:
            try await cluster.pause(cluster.pace.virsh, onNode: node)
            return (0, all)
        }
    }
}
