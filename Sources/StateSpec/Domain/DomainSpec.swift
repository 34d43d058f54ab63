/// `domains/<domain>.xml` and `domains/<domain>.yaml`: one virtual machine as git wishes it.
///
/// A value whose fields stand in a box: ten thousand of them are copied from load to load and sorted for every plan, and
/// a copy of the fields themselves would count up fifteen references, most of them far apart in memory.
public struct DomainSpec: Sendable {
    @usableFromInline var fields: Fields

    /// The files' name.
    @inlinable public var name: DomainName { fields.name }
    /// Its identity, from the XML.
    @inlinable public var uuid: DomainUUID { fields.uuid }
    /// What the XML says.
    @inlinable public var definition: DomainDefinition { fields.definition }
    /// The XML's bytes, as git has them.
    @inlinable public var xml: [UInt8] { fields.xml }
    /// The blob id of the XML; nil when it was read from a work tree.
    @inlinable public var xmlBlob: ObjectID? { fields.xmlBlob }
    /// What the YAML says.
    @inlinable public var wish: DomainWish {
        get { fields.wish }
        set { fields = Fields(fields, wish: newValue, origins: fields.origins) }
    }
    /// The file and line that brought each rule of the YAML, by key: `nodes`, `hold`, `apart`…
    @inlinable public var origins: [String: Place] {
        get { fields.origins }
        set { fields = Fields(fields, wish: fields.wish, origins: newValue) }
    }

    /// A domain.
    public init(
        name: DomainName, uuid: DomainUUID, definition: DomainDefinition, xml: [UInt8], xmlBlob: ObjectID?,
        wish: DomainWish = DomainWish(), origins: [String: Place] = [:]
    ) {
        fields = Fields(
            name: name, uuid: uuid, definition: definition, xml: xml, xmlBlob: xmlBlob, wish: wish, origins: origins)
    }

    /// Never changes, so that any number of copies share it.
    @usableFromInline final class Fields: Sendable {
        @usableFromInline let name: DomainName
        @usableFromInline let uuid: DomainUUID
        @usableFromInline let definition: DomainDefinition
        @usableFromInline let xml: [UInt8]
        @usableFromInline let xmlBlob: ObjectID?
        @usableFromInline let wish: DomainWish
        @usableFromInline let origins: [String: Place]

        init(
            name: DomainName, uuid: DomainUUID, definition: DomainDefinition, xml: [UInt8], xmlBlob: ObjectID?,
            wish: DomainWish, origins: [String: Place]
        ) {
            self.name = name
            self.uuid = uuid
            self.definition = definition
            self.xml = xml
            self.xmlBlob = xmlBlob
            self.wish = wish
            self.origins = origins
        }

        @usableFromInline convenience init(_ old: Fields, wish: DomainWish, origins: [String: Place]) {
            self.init(
                name: old.name, uuid: old.uuid, definition: old.definition, xml: old.xml, xmlBlob: old.xmlBlob,
                wish: wish, origins: origins)
        }
    }
}

extension DomainSpec: Equatable {
    /// All fields; of the same box at once.
    public static func == (left: Self, right: Self) -> Bool {
        if left.fields === right.fields { return true }
        return left.name == right.name && left.uuid == right.uuid && left.definition == right.definition
            && left.xml == right.xml && left.xmlBlob == right.xmlBlob && left.wish == right.wish
            && left.origins == right.origins
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
