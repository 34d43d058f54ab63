import EndToEnd
import StateSpec

/// A domain of a sequence.
struct Guest: Sendable {
    let definition: TestDomain
    let uuid: DomainUUID

    /// By the name that is its iSCSI target, too.
    ///
    /// - Parameter nameInside: what its XML calls it, where that is not the same.
    init(_ name: String, target: String? = nil, nameInside: String? = nil, isDeaf: Bool = false) {
        var definition = TestDomain(name, target: target ?? name)
        definition.nameInside = nameInside
        definition.hasPowerButton = !isDeaf
        self.definition = definition
        guard let uuid = DomainUUID(definition.uuid) else { preconditionFailure("\(definition.uuid) is no uuid") }
        self.uuid = uuid
    }

    var name: String { definition.name }
    var xml: [UInt8] { Array(definition.xml.utf8) }
    /// Whether it does not care for its power button.
    var isDeaf: Bool { !definition.hasPowerButton }
}
