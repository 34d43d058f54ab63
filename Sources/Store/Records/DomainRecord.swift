public import Reconciler
public import StateSpec

/// What `domain.yaml` keeps of one domain.
public struct DomainRecord: Equatable, Sendable {
    /// What its definition said.
    public struct Definition: Equatable, Sendable {
        /// Its name as the node has it: hostile text.
        public var name: String
        /// The most vCPUs it may use.
        public var vcpus: Int
        /// The most memory it may use.
        public var memory: MemorySize
        /// The port of its VNC display, while it has one.
        public var vncPort: Int?
        /// Where it was read.
        public var node: NodeName
        /// When.
        public var seen: Timestamp
        /// Whether the domain was active there.
        public var isActive: Bool
    }

    /// The newest definition seen; nil when only a process of it was ever seen.
    public var definition: Definition?
    /// Where it was last seen active for certain: not in a migration, not as a mere process.
    public var lastActive: Sighting?
}
