/// Which of a domain's XMLs a node gave.
public enum DocumentForm: Hashable, Codable, Sendable {
    /// Of the running domain.
    case live
    /// Of the stored definition: `dumpxml --inactive`.
    case persistent
}

/// What it takes to make a difference good.
public enum DriftClass: String, Hashable, Codable, Sendable, CaseIterable {
    /// libvirt can change it while the guest runs.
    case liveApplicable = "live-applicable"
    /// It comes with the next start of the domain.
    case nextStart = "next start"
    /// While the domain is like this, it cannot be migrated live.
    case blocksMigration = "blocks migration"
}

/// One thing that a node's XML says otherwise than git's.
public struct DocumentDifference: Hashable, Sendable {
    /// What differs.
    public enum Change: Hashable, Sendable {
        /// Text or an attribute's value.
        case value(git: String?, node: String?)
        /// An element that the node does not have.
        case missing(DomainElement)
        /// An element that git does not have, and libvirt did not make.
        case added(DomainElement)
    }

    /// Where, like an XPath: `devices/disk[vda]/source/@file`.
    public let path: String
    /// The same without keys, to decide by: `devices/disk/source@file`.
    public let kind: String
    /// The line of git's file: of the element, or of the one that would hold it.
    public let line: Int?
    /// What differs.
    public let change: Change
    /// What it takes.
    public let driftClass: DriftClass
    /// The device that it is about, as git has it and as the node has it; both nil outside of `<devices>`.
    public let device: DevicePair

    /// Whether values must not be shown.
    public var isSecret: Bool { DocumentSecrets.isSecret(kind) }

    /// Git's value or element, on one line, escaped; nil where git has none.
    public var gitText: String? {
        switch change {
        case .value(let git, _): git.map(shown)
        case .missing(let element): shown(element)
        case .added: nil
        }
    }

    /// The node's value or element, on one line, escaped; nil where it has none.
    public var nodeText: String? {
        switch change {
        case .value(_, let node): node.map(shown)
        case .added(let element): shown(element)
        case .missing: nil
        }
    }

    private func shown(_ value: String) -> String { isSecret ? "(secret)" : Escaped(value).bare }

    private func shown(_ element: DomainElement) -> String {
        Escaped(DocumentSecrets.without(element, at: kind).oneLine).bare
    }
}

/// A device on both sides.
public struct DevicePair: Hashable, Sendable {
    /// As git has it.
    public var git: DomainElement?
    /// As the node has it.
    public var node: DomainElement?

    static let none = DevicePair()
}
