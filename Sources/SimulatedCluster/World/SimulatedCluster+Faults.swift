public import Reconciler
public import StateSpec

/// What can be done to nodes from outside.
extension SimulatedCluster {
    /// Cuts the power: memory is gone, disks stay.
    public func powerOff(_ node: SimulatedNode) {
        guard node.boot != nil else { return }
        node.boot = nil
        node.silence = nil
        node.daemon = .dead
        node.daemonLife += 1
        let gone = node.qemus.keys.sorted()
        node.qemus = [:]
        node.strangers = []
        for number in (node.initiator?.sessions.keys).map({ $0.sorted() }) ?? [] { disconnect(number, on: node) }
        for lock in node.locks.values { lock.end() }
        node.locks = [:]
        for cluster in node.memories.keys {
            for uuid in node.memories[cluster]?.inFlight.keys.sorted() ?? [] {
                node.memories[cluster]?.inFlight[uuid]?.isLocked = false
            }
        }
        wakeDaemonWaiters(node, false)
        // Nobody says good-bye after a power cut: the other ends find out by themselves.
        node.connections = [:]
        node.onPlugged = []
        for uuid in gone { happened(.changed(uuid, on: node.name)) }
        happened(.power(node.name))
    }

    /// Boots a node: another boot id, and libvirtd starts what it is told to.
    public func powerOn(_ node: SimulatedNode) {
        guard node.boot == nil else { return }
        node.boot = SimulatedNode.Boot(id: uuid(), at: time.milliseconds)
        node.daemon = .running
        node.isListening = true
        forgetReasons(node)
        node.facts.networks = node.facts.networks.map {
            ObservedNetwork(name: $0.name, isActive: $0.isAutostarted, isAutostarted: $0.isAutostarted)
        }
        happened(.power(node.name))
        logInAtBoot(node)
        for (uuid, definition) in node.definitions.sorted(by: { $0.key < $1.key }) where definition.isAutostarted {
            boot(uuid, definition, on: node)
        }
    }

    private func boot(_ uuid: DomainUUID, _ definition: SimulatedDefinition, on node: SimulatedNode) {
        guard let parsed = try? SimulatedDomain(xml: definition.xml) else { return }
        let isRestored = node.savedImages.remove(uuid) != nil
        put(parsed, on: node, ObservedState("running", isRestored ? "restored" : "booted"))
    }

    /// Cuts a node off the network, or plugs it in again: what was on its way arrives then.
    public func setPlugged(_ node: SimulatedNode, _ isPlugged: Bool) {
        guard node.isPlugged != isPlugged else { return }
        node.isPlugged = isPlugged
        if isPlugged {
            let waiting = node.onPlugged
            node.onPlugged = []
            for body in waiting { body() }
        } else {
            for connection in node.connections.values.sorted(by: { $0.number < $1.number }) {
                connection.watchSilence()
            }
        }
    }

    /// Stops a node's sshd with all its sessions, or starts it. What the sessions have started goes on.
    public func setListening(_ node: SimulatedNode, _ isListening: Bool) {
        node.isListening = isListening
        if isListening { return }
        for connection in node.connections.values.sorted(by: { $0.number < $1.number }) { connection.hangUp() }
    }

    /// Freezes, kills or starts a node's libvirtd.
    public func setDaemon(_ node: SimulatedNode, _ daemon: SimulatedNode.Daemon) {
        guard node.boot != nil, node.daemon != daemon else { return }
        if node.daemon == .dead { reconnect(node) }
        node.daemon = daemon
        switch daemon {
        case .running: wakeDaemonWaiters(node, true)
        case .dead:
            node.daemonLife += 1
            forgetReasons(node)
            wakeDaemonWaiters(node, false)
        case .frozen: break
        }
    }

    /// A libvirtd that starts ends the QEMUs whose start the one before did not finish, and lets go on those that it was
    /// saving.
    private func reconnect(_ node: SimulatedNode) {
        for (uuid, qemu) in node.qemus.sorted(by: { $0.key < $1.key }) where qemu.isListed && qemu.migration == nil {
            if qemu.state == ObservedState("paused", "starting up") { remove(uuid, on: node, offReason: "daemon") }
            if qemu.state == ObservedState("paused", "saving") {
                set(uuid, on: node, ObservedState("running", "save canceled"))
            }
        }
    }

    /// Why a domain is off, libvirtd keeps in memory only; of what ended while it was dead it says that it crashed.
    private func forgetReasons(_ node: SimulatedNode) {
        for uuid in node.definitions.keys where node.qemus[uuid] == nil {
            node.definitions[uuid]?.offReason = "unknown"
        }
    }

    private func wakeDaemonWaiters(_ node: SimulatedNode, _ lives: Bool) {
        let waiters = node.daemonWaiters
        node.daemonWaiters = []
        for waiter in waiters { waiter.put(lives) }
    }

    /// Kills a domain's QEMU from outside: libvirt notes that it crashed.
    public func killQEMU(_ uuid: DomainUUID, on node: SimulatedNode) { remove(uuid, on: node, offReason: "crashed") }

    /// Makes libvirtd lose sight of a domain whose QEMU goes on.
    public func loseSight(of uuid: DomainUUID, on node: SimulatedNode) {
        node.qemus[uuid]?.isListed = false
        happened(.changed(uuid, on: node.name))
    }

    // MARK: - QEMUs

    /// Puts a QEMU on a node, whatever else is true.
    @discardableResult
    public func put(
        _ domain: SimulatedDomain, on node: SimulatedNode, _ state: ObservedState, migration: Int? = nil
    ) -> Int {
        let qemu = SimulatedQEMU(
            name: domain.name, definition: domain.definition, xml: domain.xml, state: state, migration: migration,
            serial: serial())
        node.qemus[domain.uuid] = qemu
        happened(.changed(domain.uuid, on: node.name))
        return qemu.serial
    }

    func set(_ uuid: DomainUUID, on node: SimulatedNode, _ state: ObservedState) {
        guard node.qemus[uuid] != nil else { return }
        node.qemus[uuid]?.state = state
        happened(.changed(uuid, on: node.name))
    }

    /// Ends a QEMU. A definition stays, and says why the domain is off.
    func remove(_ uuid: DomainUUID, on node: SimulatedNode, offReason: String) {
        guard node.qemus.removeValue(forKey: uuid) != nil else { return }
        node.definitions[uuid]?.offReason = offReason
        happened(.changed(uuid, on: node.name))
    }
}
