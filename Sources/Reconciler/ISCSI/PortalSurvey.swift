public import StateSpec

/// What one portal said to one node.
public struct PortalAnswer: Equatable, Sendable {
    /// Who asked.
    public let node: NodeName
    /// Who was asked.
    public let portal: ISCSIPortal
    /// What it said.
    public let discovery: ISCSIDiscovery

    /// An answer.
    public init(node: NodeName, portal: ISCSIPortal, discovery: ISCSIDiscovery) {
        self.node = node
        self.portal = portal
        self.discovery = discovery
    }
}

/// Has nodes ask portals for their targets: all nodes at once, and of each node a few portals, behind a bound. A portal
/// that hangs delays nobody but itself.
public struct PortalSurvey: Sendable {
    private let hypervisor: any Hypervisor
    private let nodesMax: Int
    /// One ssh connection carries ten sessions by default, and a scan may be under way.
    private static let portalsMax = 4

    /// A survey through a door to the nodes.
    ///
    /// - Parameter nodesMax: how many nodes are asked at once.
    public init(hypervisor: any Hypervisor, nodesMax: Int) {
        self.hypervisor = hypervisor
        self.nodesMax = nodesMax
    }

    /// All answers, by node, then portal.
    public func ask(_ portals: [ISCSIPortal], from nodes: [NodeSpec]) async -> [PortalAnswer] {
        let hypervisor = hypervisor
        return await Self.map(nodes, atOnce: nodesMax) { node in
            await Self.map(portals, atOnce: Self.portalsMax) { portal in
                PortalAnswer(
                    node: node.name, portal: portal, discovery: await hypervisor.discover(portal, on: node))
            }
        }.flatMap { $0 }.sorted { ($0.node, $0.portal) < ($1.node, $1.portal) }
    }

    private static func map<Item: Sendable, Value: Sendable>(
        _ items: [Item], atOnce max: Int, _ body: @escaping @Sendable (Item) async -> Value
    ) async -> [Value] {
        await withTaskGroup(of: Value.self) { group in
            var values: [Value] = []
            for item in items.prefix(max) { group.addTask { await body(item) } }
            var waiting = items.dropFirst(max)
            while let value = await group.next() {
                values.append(value)
                if let item = waiting.popFirst() { group.addTask { await body(item) } }
            }
            return values
        }
    }
}
