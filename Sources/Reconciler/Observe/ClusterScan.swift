public import StateSpec

/// Looks at many nodes at once, behind a bound; a slow node delays nobody but itself.
struct ClusterScan: Sendable {
    let hypervisor: any Hypervisor
    let clock: any ReconcilerClock
    private(set) var cluster: ClusterSpec
    var depth = ScanDepth.round

    /// Asks every node; each answer bears the time at which it arrived.
    func read(_ nodes: [NodeSpec]) async -> [NodeName: Reading] {
        let peers = depth == .crosswise ? Set(nodes.filter { !$0.retired }.map(\.migrationHost)).sorted() : []
        return await withTaskGroup(of: (NodeName, Reading).self) { group in
            var readings: [NodeName: Reading] = [:]
            var waiting = nodes[...]
            for node in waiting.prefix(cluster.concurrency.nodes) {
                group.addTask { (node.name, await read(node, peers)) }
            }
            waiting = waiting.dropFirst(cluster.concurrency.nodes)
            while let (name, reading) = await group.next() {
                readings[name] = reading
                if let node = waiting.popFirst() { group.addTask { (node.name, await read(node, peers)) } }
            }
            return readings
        }
    }

    /// Asks nodes that could not be locked and are not expected to answer; gives back those that did, however badly.
    ///
    /// While such a node is off, each look waits for it, so it is waited for no longer than it takes to connect.
    func meet(_ nodes: [NodeSpec]) async -> [NodeName: Silence] {
        guard !nodes.isEmpty else { return [:] }
        var brief = self
        brief.cluster.timeouts.scan = min(cluster.timeouts.scan, Self.meetingMax)
        return await brief.read(nodes).compactMapValues { reading in
            switch reading {
            case .answered: Silence(.notLocked, "it did not answer when its lock was asked for; now it does")
            case .silent(let silence) where silence.isSignOfLife:
                Silence(.notLocked, "it did not answer when its lock was asked for; now \(silence)")
            case .silent: nil
            }
        }
    }

    private static let meetingMax = Seconds(5)

    private func read(_ node: NodeSpec, _ peers: [String]) async -> Reading {
        let scan = await hypervisor.scan(
            node, of: cluster.name, deadline: cluster.timeouts.scan, depth: depth, peers: peers)
        return switch scan {
        case .answered(let observed): .answered(observed, at: clock.now())
        case .silent(let silence): .silent(silence)
        }
    }
}

extension DesiredState {
    /// All nodes to ask: those of this commit, of the last applied one, and all that ever joined.
    public func nodesToAsk(previous: DesiredState?, recalled: Recollection) -> [NodeSpec] {
        var nodes = Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first }
        for node in previous?.nodes ?? [] where nodes[node.name] == nil && !node.retired { nodes[node.name] = node }
        for member in recalled.members where nodes[member.name] == nil && !member.isRetired {
            guard let destination = SSHDestination.parse(member.ssh) else { continue }
            var node = NodeSpec(name: member.name)
            node.ssh = destination
            nodes[member.name] = node
        }
        return nodes.values.sorted { $0.name < $1.name }
    }
}
