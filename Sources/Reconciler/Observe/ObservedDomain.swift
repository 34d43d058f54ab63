public import StateSpec

/// A domain as one node shows it.
public struct ObservedDomain: Equatable, Codable, Sendable {
    /// Its identity.
    public let uuid: DomainUUID
    /// Its name as the node has it: hostile text, never used in a command.
    public let name: String
    /// State and reason.
    public let state: ObservedState
    /// Whether the node keeps a definition of it.
    public let isPersistent: Bool
    /// Whether the node starts it by itself at boot.
    public let isAutostarted: Bool
    /// Whether the node has a saved memory image of it.
    public let hasManagedSave: Bool
    /// The kind of job under way, such as `Outgoing migration`; nil for none.
    public let job: String?
    /// What runs, or would run: the live XML of an active domain, the persistent one otherwise.
    public let definition: DomainDefinition

    /// A sighting.
    public init(
        uuid: DomainUUID, name: String, state: ObservedState, isPersistent: Bool = false, isAutostarted: Bool = false,
        hasManagedSave: Bool = false, job: String? = nil, definition: DomainDefinition
    ) {
        self.uuid = uuid
        self.name = name
        self.state = state
        self.isPersistent = isPersistent
        self.isAutostarted = isAutostarted
        self.hasManagedSave = hasManagedSave
        self.job = job
        self.definition = definition
    }

    /// What its state means, a job under way included.
    public var activity: Activity {
        let activity = state.activity
        return job != nil && activity.holdsDisks && activity != .critical ? .transition : activity
    }
}
