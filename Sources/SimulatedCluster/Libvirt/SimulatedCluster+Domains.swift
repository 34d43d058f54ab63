internal import Reconciler
internal import StateSpec

/// What libvirtd does to the domains of a node.
extension SimulatedCluster {
    /// `virsh create`: a transient domain, unless the node has a definition of it.
    func create(_ xml: [UInt8], on node: SimulatedNode) async throws -> VirshResult {
        let parsed: SimulatedDomain
        do {
            parsed = try SimulatedDomain(xml: xml)
        } catch {
            return .failed("Failed to create domain from /dev/stdin\nerror: XML error: \(error)")
        }
        if let objection = objection(toStart: parsed, on: node) {
            return .failed("Failed to create domain from /dev/stdin\nerror: \(objection)")
        }
        if !Guard.transientStart.isOn {
            node.definitions[parsed.uuid] = SimulatedDefinition(name: parsed.name, xml: xml, isAutostarted: true)
        }
        try await start(parsed, on: node)
        return .done("Domain '\(parsed.name)' created from /dev/stdin")
    }

    /// Why libvirt would not start it.
    private func objection(toStart domain: SimulatedDomain, on node: SimulatedNode) -> String? {
        if node.qemus[domain.uuid]?.isListed == true {
            return "Requested operation is not valid: domain is already active as '\(domain.name)'"
        }
        if let clash = clash(of: domain, on: node) { return clash }
        if let missing = missingDisk(of: domain.definition, on: node) { return missing }
        if node.failingStarts > 0 {
            node.failingStarts -= 1
            return "internal error: process exited while connecting to monitor"
        }
        if hasStorageLock, isLocked(domain.definition, besides: domain.uuid, on: node) {
            return "resource busy: Failed to acquire lock: Lockspace resource is locked"
        }
        return nil
    }

    /// Whether any QEMU holds a disk that this domain would write.
    private func isLocked(_ definition: DomainDefinition, besides uuid: DomainUUID, on node: SimulatedNode) -> Bool {
        let wanted = Set(definition.disks.filter { !$0.isReadOnly && !$0.isShareable }.map(\.storage))
        return nodes.contains { other in
            other.qemus.contains { key, qemu in
                // Of a migration's two sides only one holds the lock; a start is no side of any.
                (key != uuid || other !== node) && qemu.definition.disks.contains { wanted.contains($0.storage) }
            }
        }
    }

    private func start(
        _ domain: SimulatedDomain, on node: SimulatedNode, as reason: String = "booted"
    ) async throws {
        // The one that libvirtd has lost sight of goes on beside it.
        if node.qemus[domain.uuid] != nil { happened(.startedBeside(domain.uuid, on: node.name)) }
        let serial = put(domain, on: node, ObservedState("paused", "starting up"))
        try await pause(pace.start, on: node)
        try await storeAnswers(node)
        guard let qemu = node.qemus[domain.uuid], qemu.serial == serial, qemu.state.reason == "starting up" else {
            return
        }
        set(domain.uuid, on: node, ObservedState("running", reason))
    }

    /// `virsh start` of a definition, as a person types it. A saved image is restored.
    func startDefined(_ uuid: DomainUUID, on node: SimulatedNode) async throws -> VirshResult {
        guard let definition = node.definitions[uuid] else { return .failed("failed to get domain '\(uuid)'") }
        guard let parsed = try? SimulatedDomain(xml: definition.xml) else { return .failed("XML error") }
        if let objection = objection(toStart: parsed, on: node) { return .failed(objection) }
        let isRestored = node.savedImages.remove(uuid) != nil
        try await start(parsed, on: node, as: isRestored ? "restored" : "booted")
        return .done("Domain '\(parsed.name)' started")
    }

    /// `virsh shutdown`: libvirtd asks the guest and is done; the guest takes its time, or does not care.
    func shutdown(_ uuid: DomainUUID, on node: SimulatedNode) async throws -> VirshResult {
        guard let qemu = node.qemus[uuid], qemu.isListed else { return notRunning(uuid, on: node, "shutdown") }
        guard qemu.state.state == "running" else {
            return .failed("Requested operation is not valid: domain is not running")
        }
        guard !deafGuests.contains(uuid) else { return .done("Domain '\(qemu.name)' is being shutdown") }
        Task(executorPreference: time) { [self] in
            do { try await pause(pace.shutdown) } catch { return }
            // It may have been moved meanwhile; its guest goes on shutting down.
            guard let home = nodes.first(where: { $0.qemus[uuid]?.isExecuting == true }) else { return }
            set(uuid, on: home, ObservedState("in shutdown", "user"))
            do { try await pause(pace.switchOver) } catch { return }
            if home.qemus[uuid]?.state.state == "in shutdown" { remove(uuid, on: home, offReason: "shutdown") }
        }
        return .done("Domain '\(qemu.name)' is being shutdown")
    }

    /// `virsh destroy`.
    func destroy(_ uuid: DomainUUID, on node: SimulatedNode) async throws -> VirshResult {
        guard let qemu = node.qemus[uuid], qemu.isListed else { return notRunning(uuid, on: node, "destroy") }
        try await pause(pace.switchOver, on: node)
        remove(uuid, on: node, offReason: "destroyed")
        return .done("Domain '\(qemu.name)' destroyed")
    }

    private func notRunning(_ uuid: DomainUUID, on node: SimulatedNode, _ verb: String) -> VirshResult {
        guard let definition = node.definitions[uuid] else { return .failed("failed to get domain '\(uuid)'") }
        return .failed(
            "Failed to \(verb) domain '\(definition.name)'\nerror: Requested operation is not valid: domain is not running"
        )
    }

    /// `virsh suspend` and `virsh resume`.
    func setPaused(_ uuid: DomainUUID, on node: SimulatedNode, _ isPaused: Bool) -> VirshResult {
        guard let qemu = node.qemus[uuid], qemu.isListed else { return .failed("failed to get domain '\(uuid)'") }
        guard qemu.job == nil else { return .failed("Timed out during operation: cannot acquire state change lock") }
        let isPausedNow = qemu.state.state == "paused"
        guard isPaused || isPausedNow else {
            return .failed("Requested operation is not valid: domain is already running")
        }
        guard !(isPaused && isPausedNow) else { return .done("Domain '\(qemu.name)' suspended") }
        set(uuid, on: node, isPaused ? ObservedState("paused", "user") : ObservedState("running", "unpaused"))
        return .done("Domain '\(qemu.name)' \(isPaused ? "suspended" : "resumed")")
    }

    /// `virsh managedsave`: for a domain with a definition only.
    func managedSave(_ uuid: DomainUUID, on node: SimulatedNode) async throws -> VirshResult {
        guard let qemu = node.qemus[uuid], qemu.isListed else { return .failed("failed to get domain '\(uuid)'") }
        guard node.definitions[uuid] != nil else { return .failed("cannot do managed save for transient domain") }
        guard qemu.job == nil, qemu.isExecuting else { return .failed("domain is not running") }
        set(uuid, on: node, ObservedState("paused", "saving"))
        try await pause(pace.start, on: node)
        guard node.qemus[uuid]?.serial == qemu.serial else { return .failed("domain is not running") }
        node.savedImages.insert(uuid)
        remove(uuid, on: node, offReason: "saved")
        return .done("Domain '\(qemu.name)' state saved by libvirt")
    }
}
