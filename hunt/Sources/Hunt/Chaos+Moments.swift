import SimulatedCluster
import StateSpec

/// Trouble at the very moments at which it hurts most.
extension Chaos {
    /// A command has passed a node's guard and is about to reach libvirtd.
    func commandBegan(_ sight: NodeCommandSight) {
        guard !isOver, random.chance(perMille: 120), let node = cluster.node(sight.node),
            let one = operators.first(where: { sight.run.hasPrefix($0.controller.name + "-") })
        else { return }
        cluster.time.after(random.number(in: 0...400)) { [self] in
            switch random.number(in: 0...11) {
            case 0, 1, 2: libvirt(node)
            case 3: network(node)
            case 4: power(node)
            case 5: sshd(node)
            case 6, 7: kill(one)
            case 8, 9: store()
            default: freeze(one, for: random.number(in: 5_000...50_000))
            }
        }
    }

    /// A run has made its plan, and will look again before it acts.
    func planMade(by controller: String) {
        guard !isOver, random.chance(perMille: 150),
            let one = operators.first(where: { $0.controller.name == controller })
        else { return }
        cluster.time.after(random.number(in: 0...250)) { [self] in
            switch random.number(in: 0...6) {
            case 0, 1: freeze(one, for: random.number(in: 1_000...60_000))
            case 2: push()
            case 3:
                note(nil, "connections are slow")
                for node in cluster.nodes { node.slowConnections = [random.number(in: 5_000...60_000), 1, 1] }
            default: person()
            }
        }
    }
}
