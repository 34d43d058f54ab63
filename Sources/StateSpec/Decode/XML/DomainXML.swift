/// What a domain's XML says, of git or of a node.
public struct DomainXML: Equatable, Sendable {
    /// The name as it stands there. On a node it may be any text; only git's is checked.
    public let name: String
    /// The uuid as it stands there; nil where the XML has none.
    public let uuidText: String?
    /// The uuid, in whatever spelling libvirt takes.
    public let uuid: DomainUUID?
    /// What havirt decides by.
    public let definition: DomainDefinition
    /// Where `<name>` stands.
    public let nameMark: YAMLMark
    /// Where `<uuid>` stands, or the root where it is missing.
    public let uuidMark: YAMLMark
    /// The lines of the interfaces, in their order.
    public let interfaceLines: [Int]
    /// What is wrong with it, of git's XML only.
    public let remarks: [XMLRemark]
}

/// Where an XML came from, which decides how it is judged.
public enum DomainXMLOrigin: Sendable {
    /// The repository: what does not fit is remarked, and ports that libvirt is to choose are none yet.
    case git
    /// A node's `dumpxml`: taken as it is.
    case node
}
