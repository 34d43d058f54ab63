internal import Reconciler
internal import StateSpec

/// How a migration is asked for.
public struct MigrationOptions: Sendable, Equatable {
    /// `--persistent`: the target keeps a definition.
    public var isPersistent = false
    /// `--undefinesource`: the source does not.
    public var undefinesSource = false
    /// Whether its finish is lost, as when a client dies at the switch-over or the two nodes lose each other: the source
    /// stays paused and is never told.
    public var losesFinish = false

    /// As a person types it at first.
    public init() {}
}

/// Live migration in its phases: both sides show it, and each of them can die in each phase.
extension SimulatedCluster {
    /// `virsh migrate --live`, as the source's libvirtd carries it out.
    func migrate(
        _ uuid: DomainUUID, from source: SimulatedNode, to target: SimulatedNode, _ options: MigrationOptions
    ) async throws -> VirshResult {
        guard let qemu = source.qemus[uuid], qemu.isListed else { return .failed("failed to get domain '\(uuid)'") }
        let isPaused = qemu.state == ObservedState("paused", "user")
        guard qemu.job == nil, qemu.migration == nil, qemu.state.activity == .active || isPaused else {
            return .failed("Timed out during operation: cannot acquire state change lock")
        }
        guard areLinked(source, target), target.isListening, target.daemon == .running else {
            return .failed("unable to connect to server at '\(target.name):22': Connection refused")
        }
        if target.qemus[uuid] != nil { return .failed("operation failed: domain is already active on the target") }
        let clash =
            target.definitions.contains { $0.value.name == qemu.name && $0.key != uuid }
            || target.qemus.contains { $0.value.name == qemu.name && $0.key != uuid }
        if clash { return .failed("operation failed: domain '\(qemu.name)' already exists with another uuid") }
        if let missing = missingDisk(of: qemu.definition, on: target) { return .failed(missing) }
        let number = serial()
        source.qemus[uuid]?.migration = number
        source.qemus[uuid]?.job = "Outgoing migration"
        var incoming = qemu
        incoming.state = ObservedState("paused", "starting up")
        incoming.job = nil
        incoming.opened = nil
        incoming.isOlderThanLock = false
        incoming.migration = number
        target.qemus[uuid] = incoming
        happened(.changed(uuid, on: target.name))
        let way = Migration(
            cluster: self, uuid: uuid, source: source, target: target, number: number, isPaused: isPaused)
        let isDone = await way.run(options)
        happened(.migrated(uuid, from: source.name, to: target.name, isDone: isDone))
        return isDone ? .done("Migration: [100 %]") : .failed("operation aborted: migration out: canceled by client")
    }

    /// `virsh domjobabort` on the source.
    func abortJob(_ uuid: DomainUUID, on node: SimulatedNode) -> VirshResult {
        guard node.qemus[uuid]?.job != nil else {
            return .failed("Requested operation is not valid: no job is active on the domain")
        }
        guard node.qemus[uuid]?.state != ObservedState("paused", "migrating") else {
            return .failed("Requested operation is not valid: cannot abort migration in its last phase")
        }
        node.qemus[uuid]?.job = "Cancelled migration"
        return .done()
    }

    func areLinked(_ one: SimulatedNode, _ other: SimulatedNode) -> Bool { one.isReachable && other.isReachable }
}

/// One migration under way.
private struct Migration {
    let cluster: SimulatedCluster
    let uuid: DomainUUID
    let source: SimulatedNode
    let target: SimulatedNode
    let number: Int
    /// Whether a person has paused the domain: it arrives as it was.
    let isPaused: Bool

    private var isSourceAlive: Bool { source.qemus[uuid]?.migration == number }
    private var isTargetAlive: Bool { target.qemus[uuid]?.migration == number }
    private var asPaused: ObservedState { ObservedState("paused", "user") }
    private var isCancelled: Bool { source.qemus[uuid]?.job == "Cancelled migration" }

    /// True when the domain runs on the target and is gone from the source.
    func run(_ options: MigrationOptions) async -> Bool {
        do {
            try await cluster.pause(cluster.pace.start)
            guard isSourceAlive, isTargetAlive else { return await giveUp() }
            cluster.set(uuid, on: target, ObservedState("paused", "migrating"))
            guard try await transfer() else { return await giveUp() }
            return try await switchOver(options)
        } catch {
            return false
        }
    }

    private var timeToTransfer: Int64 {
        guard let rate = cluster.pace.transferRate, let qemu = source.qemus[uuid] else {
            return cluster.draw(cluster.pace.transfer)
        }
        return Int64(qemu.definition.memory.kibibytes) * 1_024_000 / max(1, rate)
    }

    /// Copies memory while the source runs; false if it has to be given up.
    private func transfer() async throws -> Bool {
        var left = timeToTransfer
        var deaf: Int64 = 0
        while left > 0 {
            let slice = min(left, 250)
            try await cluster.time.pause(slice)
            guard isSourceAlive, isTargetAlive, !isCancelled, source.daemon != .dead else { return false }
            if cluster.areLinked(source, target) {
                left -= slice
                deaf = 0
            } else {
                deaf += slice
                if deaf >= cluster.pace.peerTimeout { return false }
            }
        }
        // The last phase needs both daemons; a frozen one is waited for.
        while source.daemon == .frozen || target.daemon == .frozen {
            try await cluster.time.pause(500)
            guard isSourceAlive, isTargetAlive, !isCancelled else { return false }
        }
        return source.daemon == .running && target.daemon == .running && cluster.areLinked(source, target)
    }

    private func switchOver(_ options: MigrationOptions) async throws -> Bool {
        cluster.set(uuid, on: source, ObservedState("paused", "migrating"))
        try await cluster.pause(cluster.pace.switchOver)
        guard isTargetAlive, target.daemon == .running else {
            // The target is known not to have begun: libvirt lets the source go on.
            if isSourceAlive { settleSource(isPaused ? asPaused : ObservedState("running", "migration canceled")) }
            if isTargetAlive { cluster.remove(uuid, on: target, offReason: "failed") }
            return false
        }
        guard isSourceAlive else {
            cluster.remove(uuid, on: target, offReason: "failed")
            return false
        }
        cluster.set(uuid, on: target, isPaused ? asPaused : ObservedState("running", "migrated"))
        if options.isPersistent, let qemu = target.qemus[uuid] {
            target.definitions[uuid] = SimulatedDefinition(name: qemu.name, xml: qemu.xml)
        }
        try await cluster.pause(cluster.pace.switchOver)
        target.qemus[uuid]?.migration = nil
        guard isSourceAlive else { return true }
        if options.losesFinish || source.daemon != .running || !cluster.areLinked(source, target) {
            // Nobody tells the source any more: it stays as it is.
            source.qemus[uuid]?.migration = nil
            source.qemus[uuid]?.job = nil
            cluster.happened(.changed(uuid, on: source.name))
            return false
        }
        cluster.remove(uuid, on: source, offReason: "migrated")
        if options.undefinesSource { source.definitions[uuid] = nil }
        return true
    }

    private func settleSource(_ state: ObservedState?) {
        source.qemus[uuid]?.migration = nil
        source.qemus[uuid]?.job = nil
        if let state { cluster.set(uuid, on: source, state) } else { cluster.happened(.changed(uuid, on: source.name)) }
    }

    /// Before the switch-over the source is the domain: the target's half ends, at the latest when it misses its peer.
    private func giveUp() async -> Bool {
        if isSourceAlive { settleSource(nil) }
        if isTargetAlive {
            let wait = cluster.areLinked(source, target) ? 0...1_500 : 0...cluster.pace.peerTimeout
            do { try await cluster.pause(wait) } catch { return false }
            if isTargetAlive { cluster.remove(uuid, on: target, offReason: "failed") }
        }
        return false
    }
}
