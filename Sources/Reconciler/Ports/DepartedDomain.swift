public import StateSpec

/// What a node shows of an active domain that havirt once started and git does not name any more.
public struct DomainTrace: Hashable, Comparable, Sendable {
    /// Its name there, which is a name that git may give.
    public let name: DomainName
    /// Its identity.
    public let uuid: DomainUUID
    /// The commit of which its mark says that it was started from.
    public let startedFrom: ObjectID

    /// A trace.
    public init(name: DomainName, uuid: DomainUUID, startedFrom: ObjectID) {
        self.name = name
        self.uuid = uuid
        self.startedFrom = startedFrom
    }

    /// By uuid, then by what two nodes may say differently of one.
    public static func < (left: Self, right: Self) -> Bool {
        (left.uuid, left.name, left.startedFrom) < (right.uuid, right.name, right.startedFrom)
    }
}

/// A domain that git does not name any more, as the last commit that had it wished it.
public struct DepartedDomain: Equatable, Sendable {
    /// The last word on it.
    public let spec: DomainSpec
    /// The commit that said so.
    public let commit: ObjectID

    /// A departed domain.
    public init(spec: DomainSpec, commit: ObjectID) {
        self.spec = spec
        self.commit = commit
    }
}
