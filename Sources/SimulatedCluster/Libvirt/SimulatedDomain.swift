public import StateSpec

/// A domain's XML as libvirtd has read it.
public struct SimulatedDomain: Sendable {
    /// Its identity.
    public let uuid: DomainUUID
    /// Its name.
    public let name: String
    /// What it says.
    public let definition: DomainDefinition
    /// The XML.
    public let xml: [UInt8]

    /// Reads XML; libvirtd would invent a uuid where there is none, and a simulated one refuses.
    public init(xml: [UInt8]) throws {
        let parsed = try DomainXMLParser.parse(xml)
        guard let uuid = parsed.uuid else { throw MissingUUID() }
        self.uuid = uuid
        name = parsed.name
        definition = parsed.definition
        self.xml = xml
    }
}

/// A definition without an identity.
private struct MissingUUID: Error {}
