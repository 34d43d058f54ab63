public import StateSpec

/// A domain as one node shows it.
public struct ObservedDomain: Equatable, Sendable {
    /// Its identity.
    public let uuid: DomainUUID
    /// Its name as the node has it: hostile text, never used in a command. Where its XML is not understood, its uuid.
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
    public let seen: SeenDefinition
    /// Its XML, whole; nil where the scan did not ask for it (`ScanDepth.round`). No decision hangs on it.
    public var documents: ObservedDocuments?

    /// A sighting.
    public init(
        uuid: DomainUUID, name: String, state: ObservedState, isPersistent: Bool = false, isAutostarted: Bool = false,
        hasManagedSave: Bool = false, job: String? = nil, seen: SeenDefinition
    ) {
        self.uuid = uuid
        self.name = name
        self.state = state
        self.isPersistent = isPersistent
        self.isAutostarted = isAutostarted
        self.hasManagedSave = hasManagedSave
        self.job = job
        self.seen = seen
    }

    /// A sighting whose XML is understood.
    public init(
        uuid: DomainUUID, name: String, state: ObservedState, isPersistent: Bool = false, isAutostarted: Bool = false,
        hasManagedSave: Bool = false, job: String? = nil, definition: DomainDefinition
    ) {
        self.init(
            uuid: uuid, name: name, state: state, isPersistent: isPersistent, isAutostarted: isAutostarted,
            hasManagedSave: hasManagedSave, job: job, seen: .understood(definition))
    }

    /// The definition; nil if it is not understood.
    public var definition: DomainDefinition? {
        if case .understood(let definition) = seen { definition } else { nil }
    }

    /// What its state means, a job under way included.
    public var activity: Activity {
        let activity = state.activity
        return job != nil && activity.holdsDisks && activity != .critical ? .transition : activity
    }

    /// Whether it uses disks, memory and vCPUs of which nobody knows which and how much.
    var isOpaque: Bool {
        // Asked of every domain of every plan: the definition is not copied for it.
        if case .understood = seen { false } else { activity.holdsDisks }
    }
}

/// What a node's XML of a domain says.
public enum SeenDefinition: Equatable, Sendable {
    /// It was read.
    case understood(DomainDefinition)
    /// It was not; why, to be escaped. Nothing is known of its name, its disks and its size, and nothing assumed.
    case notUnderstood(String)
}

extension ObservedDomain: Codable {
    private enum CodingKeys: String, CodingKey {
        case uuid, name, state, isPersistent, isAutostarted, hasManagedSave, job, definition, notUnderstood, documents
    }

    /// Reads a sighting with either `definition` or `notUnderstood`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let seen: SeenDefinition =
            if let why = try container.decodeIfPresent(String.self, forKey: .notUnderstood) {
                .notUnderstood(why)
            } else {
                .understood(try container.decode(DomainDefinition.self, forKey: .definition))
            }
        self.init(
            uuid: try container.decode(DomainUUID.self, forKey: .uuid),
            name: try container.decode(String.self, forKey: .name),
            state: try container.decode(ObservedState.self, forKey: .state),
            isPersistent: try container.decode(Bool.self, forKey: .isPersistent),
            isAutostarted: try container.decode(Bool.self, forKey: .isAutostarted),
            hasManagedSave: try container.decode(Bool.self, forKey: .hasManagedSave),
            job: try container.decodeIfPresent(String.self, forKey: .job), seen: seen)
        documents = try container.decodeIfPresent(ObservedDocuments.self, forKey: .documents)
    }

    /// Writes a sighting with either `definition` or `notUnderstood`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(uuid, forKey: .uuid)
        try container.encode(name, forKey: .name)
        try container.encode(state, forKey: .state)
        try container.encode(isPersistent, forKey: .isPersistent)
        try container.encode(isAutostarted, forKey: .isAutostarted)
        try container.encode(hasManagedSave, forKey: .hasManagedSave)
        try container.encodeIfPresent(job, forKey: .job)
        switch seen {
        case .understood(let definition): try container.encode(definition, forKey: .definition)
        case .notUnderstood(let why): try container.encode(why, forKey: .notUnderstood)
        }
        try container.encodeIfPresent(documents, forKey: .documents)
    }
}
