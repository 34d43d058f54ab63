/// `domains/<domain>.xml` and `domains/<domain>.yaml`: one virtual machine as git wishes it.
public struct DomainSpec: Equatable, Sendable {
    /// The files' name.
    public let name: DomainName
    /// Its identity, from the XML.
    public let uuid: DomainUUID
    /// What the XML says.
    public let definition: DomainDefinition
    /// The XML's bytes, as git has them.
    public let xml: [UInt8]
    /// The blob id of the XML; nil when it was read from a work tree.
    public let xmlBlob: ObjectID?
    /// What the YAML says.
    public var wish: DomainWish
    /// The file and line that brought each rule of the YAML, by key: `nodes`, `hold`, `apart`…
    public var origins: [String: Place]

    /// A domain.
    public init(
        name: DomainName, uuid: DomainUUID, definition: DomainDefinition, xml: [UInt8], xmlBlob: ObjectID?,
        wish: DomainWish = DomainWish(), origins: [String: Place] = [:]
    ) {
        self.name = name
        self.uuid = uuid
        self.definition = definition
        self.xml = xml
        self.xmlBlob = xmlBlob
        self.wish = wish
        self.origins = origins
    }
}

/// `domains/<domain>.yaml`: run state and rules. Absent, the domain is manual and may run anywhere.
public struct DomainWish: Equatable, Sendable {
    /// What to do about its run state.
    public var run = RunWish.manual
    /// Where it may run; anywhere when nil.
    public var nodes: [NodeName]?
    /// Where a start goes if it can.
    public var prefer: NodeName?
    /// Groups of which no two members share a node.
    public var apart: [GroupRule] = []
    /// Groups whose members share one node.
    public var together: [GroupRule] = []
    /// Labels that its node must have.
    public var requires: [String] = []
    /// Higher starts earlier.
    public var priority = 0
    /// Domains that start before it.
    public var after: [DomainName] = []
    /// How it may change nodes.
    public var migrate = MigrationWish.live
    /// How it is shut down.
    public var shutdown = ShutdownWish()
    /// Set while it must be left exactly as it is.
    public var hold: Pause?
    /// Whether it is shut down when its files are removed.
    public var prune = false

    /// Manual, anywhere.
    public init() {}
}

/// What git wishes of a domain's run state.
public enum RunWish: String, CaseIterable, Codable, Sendable {
    /// Start it whenever it is found absent or shut off.
    case keepalive
    /// Shut it down wherever it runs.
    case stopped
    /// Whatever it is found doing is right.
    case manual
}

/// How a domain may change nodes.
public enum MigrationWish: String, CaseIterable, Codable, Sendable {
    /// By live migration.
    case live
    /// By shutdown and start.
    case offline
    /// Not at all.
    case never
}

/// Membership in an `apart` or `together` group.
public struct GroupRule: Hashable, Sendable {
    /// The group.
    public var group: GroupName
    /// Whether it is a preference instead of a demand.
    public var isSoft: Bool

    /// A rule.
    public init(group: GroupName, isSoft: Bool = false) {
        self.group = group
        self.isSoft = isSoft
    }
}

/// How a domain is shut down.
public struct ShutdownWish: Equatable, Sendable {
    /// What happens when the guest does not obey in time.
    public enum Escalation: String, CaseIterable, Sendable {
        /// It is reported; the guest is never killed.
        case wait
        /// It is destroyed.
        case destroy
    }

    /// How long the guest gets.
    public var timeout = Seconds(120)
    /// What comes after.
    public var then = Escalation.wait

    /// Two minutes, then wait.
    public init() {}
}
