public import Reconciler
public import StateSpec

/// What `node_population.yaml` keeps of one node: the domains of its last complete answer, however old.
public struct PopulationRecord: Equatable, Sendable {
    /// A domain on the node.
    public struct Resident: Equatable, Sendable {
        /// Its name as the node has it: hostile text.
        public var name: String
        /// State and reason.
        public var state: ObservedState
        /// Whether the node keeps a definition of it.
        public var isPersistent: Bool
    }

    /// When it was seen.
    public var seen: Timestamp
    /// By which run.
    public var run: RunID
    /// The boot of the node.
    public var bootID: DomainUUID
    /// All domains that libvirt listed.
    public var domains: [DomainUUID: Resident]
    /// QEMU processes that libvirt did not list, by the uuid on their command line.
    public var strays: [DomainUUID]
}
