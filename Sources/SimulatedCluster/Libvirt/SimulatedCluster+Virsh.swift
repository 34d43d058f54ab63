internal import Reconciler
internal import StateSpec

/// virsh on a simulated node: a client, and a request that libvirtd has from then on, whatever becomes of the client.
extension SimulatedCluster {
    /// Sends a request to a node's libvirtd and waits for its answer, at most so many milliseconds.
    ///
    /// virsh greets libvirtd before it asks: a client that ends before a frozen daemon has greeted it has asked for
    /// nothing. What has been asked for is carried out even if nobody waits for it any more: at once, or when a frozen
    /// daemon is thawed. `changes` says whether that is worth to be told.
    func virsh(
        _ node: SimulatedNode, limit: Int64, changes: Bool = true,
        _ operation: @escaping @Sendable () async throws -> VirshResult
    ) async throws -> VirshResult {
        let boot = node.boot?.id
        try await pause(pace.virsh)
        guard node.boot?.id == boot else { throw PowerLost() }
        guard node.daemon != .dead else { return .noDaemon }
        let box = Mailbox<VirshResult>()
        Task(executorPreference: time) { [self] in
            do {
                try await pause(pace.greeting, on: node)
                guard !box.isFull else { return }
                try await pause(pace.greeting, on: node)
                let result = try await operation()
                if changes, box.isFull, result.status == 0 { happened(.landedLate(on: node.name)) }
                box.put(result)
            } catch {
                box.put(.disconnected)
            }
        }
        time.after(limit) { box.put(.timedOut) }
        let result = await box.take()
        guard node.boot?.id == boot else { throw PowerLost() }
        return result
    }

    /// Waits while libvirtd is frozen; false if it is or becomes dead.
    private func daemonGoesOn(_ node: SimulatedNode) async -> Bool {
        while node.daemon == .frozen {
            let box = Mailbox<Bool>()
            node.daemonWaiters.append(box)
            // Woken at the end of all time, too.
            time.after(86_400_000) { box.put(false) }
            guard await box.take() else { return false }
        }
        return node.daemon == .running
    }

    /// Waits on a node; fails when it has lost its power meanwhile.
    func pause(_ range: ClosedRange<Int64>, onNode node: SimulatedNode) async throws {
        let boot = node.boot?.id
        try await pause(range)
        guard node.boot?.id == boot, boot != nil else { throw PowerLost() }
    }

    /// Waits as a node's libvirtd does: longer while it is frozen, and to no end when it dies.
    func pause(_ range: ClosedRange<Int64>, on node: SimulatedNode) async throws {
        try await asDaemon(of: node) { [self] in try await pause(range) }
    }

    /// Waits as a node's libvirtd does until the store of all disks answers.
    func storeAnswers(_ node: SimulatedNode) async throws {
        try await asDaemon(of: node) { [self] in await storeAnswers() }
    }

    private func asDaemon(of node: SimulatedNode, _ wait: () async throws -> Void) async throws {
        let (boot, life) = (node.boot?.id, node.daemonLife)
        try await wait()
        guard await daemonGoesOn(node), node.boot?.id == boot, boot != nil, node.daemonLife == life else {
            throw DaemonLost()
        }
    }
}
