public import StateSpec

/// What libvirtd keeps on a node's disk.
extension SimulatedCluster {
    /// `virsh define`.
    func define(_ xml: [UInt8], on node: SimulatedNode) -> VirshResult {
        guard let parsed = try? SimulatedDomain(xml: xml) else { return .failed("XML error") }
        if let clash = clash(of: parsed, on: node) { return .failed(clash) }
        keep(parsed, on: node)
        return .done("Domain '\(parsed.name)' defined from /dev/stdin")
    }

    /// Puts a definition on a node's disk, whatever else is true. What is there of the domain already keeps its flags.
    public func keep(_ domain: SimulatedDomain, on node: SimulatedNode) {
        let old = node.definitions[domain.uuid]
        node.definitions[domain.uuid] = SimulatedDefinition(
            name: domain.name, xml: domain.xml, isAutostarted: old?.isAutostarted ?? false,
            offReason: old?.offReason ?? "unknown")
    }

    /// Why libvirt would not take a name: another domain of the node has it.
    func clash(of domain: SimulatedDomain, on node: SimulatedNode) -> String? {
        let names = node.qemus.filter { $0.value.isListed }.mapValues(\.name)
            .merging(node.definitions.mapValues(\.name)) { first, _ in first }
        guard let other = names.first(where: { $0.value == domain.name && $0.key != domain.uuid }) else { return nil }
        return "operation failed: domain '\(domain.name)' already exists with uuid \(other.key)"
    }

    /// `virsh undefine`: what runs goes on as transient.
    func undefine(_ uuid: DomainUUID, on node: SimulatedNode) -> VirshResult {
        guard let definition = node.definitions[uuid] else { return notPersistent(uuid, on: node) }
        guard !node.savedImages.contains(uuid) else {
            return .failed("Refusing to undefine while domain managed save image exists")
        }
        forget(uuid, on: node)
        return .done("Domain '\(definition.name)' has been undefined")
    }

    /// `virsh undefine --managed-save`.
    public func forget(_ uuid: DomainUUID, on node: SimulatedNode) {
        node.definitions[uuid] = nil
        node.savedImages.remove(uuid)
    }

    /// `virsh autostart`.
    func setAutostart(_ uuid: DomainUUID, _ isOn: Bool, on node: SimulatedNode) -> VirshResult {
        guard let definition = node.definitions[uuid] else { return notPersistent(uuid, on: node) }
        node.definitions[uuid]?.isAutostarted = isOn
        return .done("Domain '\(definition.name)' \(isOn ? "" : "un")marked as autostarted")
    }

    private func notPersistent(_ uuid: DomainUUID, on node: SimulatedNode) -> VirshResult {
        node.qemus[uuid] == nil
            ? .failed("failed to get domain '\(uuid)'")
            : .failed("Requested operation is not valid: domain is not persistent")
    }
}
