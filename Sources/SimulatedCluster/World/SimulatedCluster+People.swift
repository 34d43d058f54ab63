public import StateSpec

/// What a person types into a node's own shell.
public enum TypedCommand: Sendable, Equatable {
    /// `virsh create`
    case create([UInt8])
    /// `virsh define`
    case define([UInt8])
    /// `virsh undefine`
    case undefine(DomainUUID)
    /// `virsh autostart`, with `--disable` or without
    case setAutostart(DomainUUID, Bool)
    /// `virsh start`
    case start(DomainUUID)
    /// `virsh shutdown`
    case shutdown(DomainUUID)
    /// `virsh destroy`
    case destroy(DomainUUID)
    /// `virsh suspend`
    case suspend(DomainUUID)
    /// `virsh resume`
    case resume(DomainUUID)
    /// `virsh managedsave`
    case managedSave(DomainUUID)
    /// `virsh migrate --live`
    case migrate(DomainUUID, to: NodeName, MigrationOptions)
    /// `virsh domjobabort`
    case abortJob(DomainUUID)
}

extension SimulatedCluster {
    /// Types a command on a node, with no network in between; gives back its exit status and what it printed.
    @discardableResult
    public func type(_ command: TypedCommand, on node: SimulatedNode) async -> (status: Int32, output: String) {
        do {
            let result = try await virsh(node, limit: 600_000) { [self] in try await carryOut(command, on: node) }
            return (result.status, result.output)
        } catch {
            return (255, "the node has lost its power")
        }
    }

    private func carryOut(_ command: TypedCommand, on node: SimulatedNode) async throws -> VirshResult {
        switch command {
        case .create(let xml): return try await create(xml, on: node)
        case .define(let xml): return define(xml, on: node)
        case .undefine(let uuid): return undefine(uuid, on: node)
        case .setAutostart(let uuid, let isOn): return setAutostart(uuid, isOn, on: node)
        case .start(let uuid): return try await startDefined(uuid, on: node)
        case .shutdown(let uuid): return try await shutdown(uuid, on: node)
        case .destroy(let uuid): return try await destroy(uuid, on: node)
        case .suspend(let uuid): return setPaused(uuid, on: node, true)
        case .resume(let uuid): return setPaused(uuid, on: node, false)
        case .managedSave(let uuid): return try await managedSave(uuid, on: node)
        case .migrate(let uuid, let target, let options):
            guard let target = self.node(target) else { return .failed("cannot resolve \(target)") }
            return try await migrate(uuid, from: node, to: target, options)
        case .abortJob(let uuid): return abortJob(uuid, on: node)
        }
    }

    /// Whether a lock is held anywhere, or a command of havirt may still take effect.
    public var isAnybodyActing: Bool {
        nodes.contains { node in
            !node.locks.isEmpty || node.memories.values.contains { !$0.inFlight.isEmpty } || !node.daemonWaiters.isEmpty
        }
    }

    /// Whether havirts have any command in flight on a node.
    public func hasMarkers(_ node: SimulatedNode) -> Bool { node.memories.values.contains { !$0.inFlight.isEmpty } }
}
