import Reconciler
import SimulatedCluster
import StateSpec

/// Operations one after the other, on nodes that are looked at after each one.
struct CommandSequence: Sendable {
    let name: String
    let guests: [Guest]
    /// Those that are looked at.
    let nodes: [NodeName]
    let operations: [Operation]
    /// Whether connections to real nodes are kept, which is quicker. To a node that has lost its power a kept one waits
    /// for its deadline.
    let keepsConnections: Bool

    init(
        _ name: String, _ guests: [Guest], on nodes: [NodeName], keepsConnections: Bool = true,
        _ operations: [Operation]
    ) {
        self.keepsConnections = keepsConnections
        self.name = name
        self.guests = guests
        self.nodes = nodes
        self.operations = operations
    }
}

/// All sequences that are compared.
struct Sequences {
    let alpha: NodeName
    let beta: NodeName
    let gamma: NodeName

    let run = Operation.Run("first", epoch: 1)
    let d1 = Guest("d1")
    let d2 = Guest("d2")
    let d3 = Guest("d3")
    let d4 = Guest("d4")
    let d5 = Guest("d5")

    /// - Parameter nodes: three.
    init(_ nodes: [NodeName]) { (alpha, beta, gamma) = (nodes[0], nodes[1], nodes[2]) }

    /// Those that can be played beside each other: they have their own nodes and guests.
    var lanes: [[CommandSequence]] {
        [migrations + people + faultsBetween, steps + definitions + faults + guards + locks]
    }

    /// Those that need all nodes.
    var alone: [CommandSequence] { storeFaults }

    // MARK: - Words of sequences

    /// The run holds the nodes, and they have accepted its epoch.
    func begin(_ nodes: NodeName..., as run: Operation.Run? = nil) -> [Operation] {
        let run = run ?? self.run
        return nodes.flatMap { [.lock(run, $0), .claim(run, run.epoch.number, $0)] }
    }

    func perform(_ command: NodeCommand, on node: NodeName, _ manner: Operation.Manner = .plain) -> Operation {
        .perform(run, command, node, manner)
    }

    func create(_ guest: Guest) -> NodeCommand { .create(guest.uuid, xml: guest.xml) }

    func migrate(_ guest: Guest, to node: NodeName, isPersistent: Bool = false) -> NodeCommand {
        .migrate(guest.uuid, to: NodeSpec(name: node), isPersistent: isPersistent, timeout: Seconds(60))
    }

    /// A person defines and starts a guest.
    func defineAndStart(_ guest: Guest, on node: NodeName) -> [Operation] {
        [.type(.define(guest.xml), node), .type(.start(guest.uuid), node)]
    }
}
