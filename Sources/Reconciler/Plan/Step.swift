public import StateSpec

/// A domain by both its names: the uuid for machines, the name for people.
public struct DomainRef: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// For people.
    public let name: DomainName
    /// For machines.
    public let uuid: DomainUUID

    /// A reference.
    public init(name: DomainName, uuid: DomainUUID) {
        self.name = name
        self.uuid = uuid
    }

    /// The name.
    public var description: String { name.text }

    /// By name, then uuid.
    public static func < (left: Self, right: Self) -> Bool {
        left.name != right.name ? left.name < right.name : left.uuid < right.uuid
    }
}

/// What a step does.
public enum Action: Hashable, Codable, Sendable, CustomStringConvertible {
    /// Starts the domain from git's XML.
    case start(on: NodeName)
    /// Asks the guest to shut down; what then is the domain's `shutdown` wish.
    case shutdown(on: NodeName)
    /// Moves the running domain.
    case migrate(from: NodeName, to: NodeName)
    /// Destroys the paused half that a finished migration left on its source, while the domain runs on its target.
    case removeLeftover(on: NodeName, runsOn: NodeName)

    /// "migrate from alpha to beta"
    public var description: String {
        switch self {
        case .start(let node): "start on \(node)"
        case .shutdown(let node): "shut down on \(node)"
        case .migrate(let source, let target): "migrate from \(source) to \(target)"
        case .removeLeftover(let source, let target): "destroy the paused half on \(source), it runs on \(target)"
        }
    }

    /// The node on which the command runs.
    public var node: NodeName {
        switch self {
        case .start(let node), .shutdown(let node), .migrate(let node, _), .removeLeftover(let node, _): node
        }
    }

    /// All nodes that take part.
    public var nodes: [NodeName] {
        switch self {
        case .start(let node), .shutdown(let node): [node]
        case .migrate(let source, let target), .removeLeftover(let source, let target): [source, target]
        }
    }
}

/// One decided action.
public struct Step: Equatable, Codable, Sendable, Identifiable {
    /// Its number in the plan, from 1.
    public let id: Int
    /// The domain.
    public let domain: DomainRef
    /// What to do.
    public let action: Action
    /// Why.
    public let reason: Reason
    /// Steps that must have been seen to succeed before.
    public let after: [Int]
    /// What must be seen of the domain right before the step.
    public let precondition: Precondition
}

/// Where and how a domain was seen, on which a step is bound (rule S6).
public struct Precondition: Equatable, Codable, Sendable {
    /// One sighting of the domain.
    public struct Sight: Equatable, Codable, Sendable {
        /// Where.
        public let node: NodeName
        /// In which boot of the node.
        public let bootID: DomainUUID
        /// State and reason.
        public let state: ObservedState
        /// Whether the node keeps a definition.
        public let isPersistent: Bool
        /// Whether a saved memory image exists.
        public let hasManagedSave: Bool
        /// What runs, or would run; nil if it is not understood.
        public let definition: DomainDefinition?
    }

    /// All sightings at plan time, by node.
    public let sights: [Sight]
    /// Nodes that were silent at plan time.
    public let silent: [NodeName]
}
