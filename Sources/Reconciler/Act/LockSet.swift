import StateSpec

/// The cluster's lock: one lock on each node that answers, all or none.
struct LockSet: Sendable {
    private let locks: [NodeName: any NodeLock]
    /// What every locked node has accepted, and all commands of the run bear.
    let epoch: Epoch
    /// The largest epoch that any of them knew before.
    let known: Epoch
    /// Nodes that were heard when they were asked for their lock, whether they gave it or not.
    let alive: Set<NodeName>

    /// Why the cluster could not be locked.
    enum Failure: Error {
        /// Another run holds a node.
        case held(NodeName, LockHolder?)
        /// No node answered.
        case nobodyAnswers
        /// No node that is locked accepts an epoch.
        case nobodyAccepts(String)
    }

    /// Nodes that are locked, and still are.
    func held() async -> Set<NodeName> {
        var names: Set<NodeName> = []
        for (name, lock) in Self.ordered(locks) where await lock.isHeld { names.insert(name) }
        return names
    }

    func release() async { await Self.release(locks) }

    private static func release(_ locks: [NodeName: any NodeLock]) async {
        await withTaskGroup(of: Void.self) { group in
            for (_, lock) in ordered(locks) { group.addTask { await lock.release() } }
        }
    }

    /// What has effects is done in one order, so that a run in a simulated cluster can be done again.
    private static func ordered(_ locks: [NodeName: any NodeLock]) -> [(key: NodeName, value: any NodeLock)] {
        locks.sorted { $0.key < $1.key }
    }

    /// Locks the nodes in name order. Two runs meet at the first node that answers both; from there on the rest are
    /// locked at once, because only one run can have got so far.
    static func acquire(
        _ nodes: [NodeSpec], holder: LockHolder, by hypervisor: any Hypervisor
    ) async throws(Failure) -> LockSet {
        var locks: [NodeName: any NodeLock] = [:]
        var heard: Set<NodeName> = []
        var rest = nodes.sorted { $0.name < $1.name }[...]
        while locks.isEmpty, let node = rest.popFirst() {
            switch await attempt(node, holder, hypervisor) {
            case .locked(let lock): locks[node.name] = lock
            case .held(let other): throw .held(node.name, other)
            case .refused: heard.insert(node.name)
            case .silent: continue
            }
        }
        guard !locks.isEmpty else { throw .nobodyAnswers }
        let attempts = await withTaskGroup(of: (NodeName, Attempt).self) { group in
            for node in rest { group.addTask { (node.name, await attempt(node, holder, hypervisor)) } }
            return await group.reduce(into: [NodeName: Attempt]()) { $0[$1.0] = $1.1 }
        }
        var refusal: (NodeName, LockHolder?)?
        for (name, attempt) in attempts.sorted(by: { $0.key < $1.key }) {
            switch attempt {
            case .locked(let lock): locks[name] = lock
            case .held(let other): refusal = refusal ?? (name, other)
            case .refused: heard.insert(name)
            case .silent: continue
            }
        }
        if let refusal {
            await release(locks)
            throw .held(refusal.0, refusal.1)
        }
        return try await claim(locks, heard: heard)
    }

    /// One more than any locked node knows, accepted by all of them before anything is looked at. A node that does not
    /// accept it is given up and counts as silent.
    private static func claim(
        _ locks: [NodeName: any NodeLock], heard: Set<NodeName>
    ) async throws(Failure) -> LockSet {
        let known = locks.values.map(\.known).max() ?? .none
        guard let epoch = known.next else {
            await release(locks)
            throw .nobodyAccepts("the epochs are used up")
        }
        let refusals = await withTaskGroup(of: (NodeName, NodeError?).self) { group in
            for (name, lock) in ordered(locks) {
                group.addTask {
                    do throws(NodeError) {
                        try await lock.claim(epoch)
                        return (name, nil)
                    } catch {
                        return (name, error)
                    }
                }
            }
            return await group.reduce(into: [NodeName: NodeError]()) { $0[$1.0] = $1.1 }
        }
        await release(locks.filter { refusals[$0.key] != nil })
        let accepted = locks.filter { refusals[$0.key] == nil }
        if accepted.isEmpty, let (name, error) = refusals.min(by: { $0.key < $1.key }) {
            throw .nobodyAccepts("\(name): \(error)")
        }
        return LockSet(locks: accepted, epoch: epoch, known: known, alive: heard.union(locks.keys))
    }

    private enum Attempt: Sendable {
        case locked(any NodeLock)
        case held(LockHolder?)
        /// It could not give its lock, but it said something.
        case refused
        case silent
    }

    private static func attempt(
        _ node: NodeSpec, _ holder: LockHolder, _ hypervisor: any Hypervisor
    ) async -> Attempt {
        do throws(LockError) {
            return .locked(try await hypervisor.lock(node, holder: holder))
        } catch {
            switch error {
            case .held(let other): return .held(other)
            // The scan that follows says why; a node that is not locked counts as silent for the round.
            case .node(.transport(let silence)): return silence.isSignOfLife ? .refused : .silent
            case .node: return .refused
            }
        }
    }
}
