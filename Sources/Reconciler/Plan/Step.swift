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

/// What a step is about.
public enum Subject: Hashable, Codable, Sendable, CustomStringConvertible {
    /// A domain.
    case domain(DomainRef)
    /// An iSCSI target, on the node of the step's action.
    case target(ISCSITargetName)

    /// Its name.
    public var description: String {
        switch self {
        case .domain(let domain): domain.description
        case .target(let target): target.text
        }
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
    /// Changes what the node has to do with an iSCSI target.
    case iscsi(SessionAction, on: NodeName)

    /// "migrate from alpha to beta"
    public var description: String {
        switch self {
        case .start(let node): "start on \(node)"
        case .shutdown(let node): "shut down on \(node)"
        case .migrate(let source, let target): "migrate from \(source) to \(target)"
        case .removeLeftover(let source, let target): "destroy the paused half on \(source), it runs on \(target)"
        case .iscsi(let action, let node): "\(action) on \(node)"
        }
    }

    /// The node on which the command runs.
    public var node: NodeName {
        switch self {
        case .start(let node), .shutdown(let node), .migrate(let node, _), .removeLeftover(let node, _),
            .iscsi(_, let node):
            node
        }
    }

    /// All nodes that take part.
    public var nodes: [NodeName] {
        switch self {
        case .start(let node), .shutdown(let node), .iscsi(_, let node): [node]
        case .migrate(let source, let target), .removeLeftover(let source, let target): [source, target]
        }
    }
}

/// What a step does about an iSCSI target on a node.
public enum SessionAction: Hashable, Codable, Sendable, CustomStringConvertible {
    /// Logs in through each portal that has no session yet, and waits for the disks.
    case login
    /// Looks for LUNs and sizes anew, so that what is compared is what the target has now.
    case rescan
    /// Flushes the disk of a LUN and takes it off the node, through whichever portal.
    case removeDevice(lun: Int)
    /// Ends all sessions.
    case logout
    /// Removes the records by which iscsiadm would log in.
    case forget

    /// "log in"
    public var description: String {
        switch self {
        case .login: "log in"
        case .rescan: "rescan"
        case .removeDevice(let lun): "remove the disk of LUN \(lun)"
        case .logout: "log out"
        case .forget: "remove the records"
        }
    }
}

/// One decided action.
public struct Step: Equatable, Sendable, Identifiable {
    /// Its number in the plan, from 1.
    public let id: Int
    /// What it is about.
    public let subject: Subject
    /// What to do.
    public let action: Action
    /// Why.
    public let reason: Reason
    /// Steps that must have been seen to succeed before.
    public let after: [Int]
    /// What must be seen right before the step.
    public let precondition: Precondition

    init(id: Int, subject: Subject, action: Action, reason: Reason, after: [Int], precondition: Precondition) {
        self.id = id
        self.subject = subject
        self.action = action
        self.reason = reason
        self.after = after
        self.precondition = precondition
    }

    init(id: Int, domain: DomainRef, action: Action, reason: Reason, after: [Int], precondition: Precondition) {
        self.init(
            id: id, subject: .domain(domain), action: action, reason: reason, after: after, precondition: precondition)
    }

    /// The domain that it is about; nil if it is about a target.
    public var domain: DomainRef? { if case .domain(let domain) = subject { domain } else { nil } }
}

extension Step: Codable {
    private enum CodingKeys: String, CodingKey { case id, domain, target, action, reason, after, precondition }

    /// Reads what `encode` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Int.self, forKey: .id)
        if let target = try container.decodeIfPresent(ISCSITargetName.self, forKey: .target) {
            subject = .target(target)
        } else {
            subject = .domain(try container.decode(DomainRef.self, forKey: .domain))
        }
        action = try container.decode(Action.self, forKey: .action)
        reason = try container.decode(Reason.self, forKey: .reason)
        after = try container.decode([Int].self, forKey: .after)
        precondition = try container.decode(Precondition.self, forKey: .precondition)
    }

    /// Writes `domain` or `target`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        switch subject {
        case .domain(let domain): try container.encode(domain, forKey: .domain)
        case .target(let target): try container.encode(target, forKey: .target)
        }
        try container.encode(action, forKey: .action)
        try container.encode(reason, forKey: .reason)
        try container.encode(after, forKey: .after)
        try container.encode(precondition, forKey: .precondition)
    }
}

/// Where and how the subject of a step was seen, on which the step is bound (rule S6).
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

    /// What a node has to do with a target. Who uses its disks is judged anew before each step, and no part of it.
    public struct SessionSight: Equatable, Codable, Sendable {
        /// In which boot of the node.
        public let bootID: DomainUUID
        /// Its sessions with the target.
        public let sessions: [ISCSISession]
        /// Its records of the target.
        public let records: [ISCSINodeRecord]
    }

    /// All sightings at plan time, by node.
    public let sights: [Sight]
    /// Nodes that were silent at plan time.
    public let silent: [NodeName]
    /// Of a step about a target: what its node had to do with it.
    public let sessions: SessionSight?

    init(sights: [Sight] = [], silent: [NodeName], sessions: SessionSight? = nil) {
        self.sights = sights
        self.silent = silent
        self.sessions = sessions
    }
}
