import Reconciler
import SimulatedCluster
import StateSpec

/// Nodes on which a sequence is played: real ones, or simulated ones.
protocol World: Sendable {
    var clock: any ReconcilerClock { get }
    /// The door to the nodes.
    var transport: any Transport { get }
    /// Where the heartbeats of locks run.
    var executor: (any TaskExecutor)? { get }

    /// Gives the guests of a sequence their manners, on nodes that have no domain.
    func prepare(_ domains: [Guest], on nodes: [NodeName]) async throws
    /// Types virsh on a node; gives back its exit status.
    func type(_ command: TypedCommand, on node: NodeName) async throws -> Int32
    func inflict(_ fault: Fault, on node: NodeName) async throws
    /// Waits until a guest listens to its power button.
    func waitUntilUp(_ guest: Guest) async throws
}

/// What is done to a node from outside.
enum Fault: Sendable, Equatable {
    case freezeLibvirtd, thawLibvirtd, killLibvirtd, startLibvirtd
    case killSSHD, startSSHD
    /// The power, and not the cable.
    case powerOff, powerOn
    /// The domain's QEMU ends by SIGKILL.
    case killQEMU(DomainUUID)
    /// Nothing can open its disk, on any node, until it is thawed.
    case freezeStore, thawStore
}

/// What cannot be played, as opposed to what comes out otherwise.
struct PlayError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
