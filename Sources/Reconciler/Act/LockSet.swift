import StateSpec

/// The cluster's lock: one lock on each node that answers, all or none.
struct LockSet: Sendable {
    private let locks: [NodeName: any NodeLock]
    /// Why the other nodes could not be locked.
    private let silences: [NodeName: Silence]
    /// What every locked node has accepted, and all commands of the run bear.
    let epoch: Epoch
    /// The largest epoch that any of them knew before.
    let known: Epoch
    /// What was heard since from nodes without a lock.
    private let lifeSigns = LifeSigns()

    /// Why the cluster could not be locked.
    enum Failure: Error {
        /// Another run holds a node.
        case held(NodeName, LockHolder?)
        /// No node could be locked; why, by node.
        case nobodyAnswers([NodeName: Silence])
        /// No node that is locked accepts an epoch.
        case nobodyAccepts(String)
    }

    /// Nodes that are locked, and still are.
    func held() async -> Set<NodeName> {
        var names: Set<NodeName> = []
        for (name, lock) in Self.ordered(locks) where await lock.isHeld { names.insert(name) }
        return names
    }

    /// Why a node counts as silent for this run (rule S10); nil while it is locked.
    func silence(of name: NodeName) async -> Silence? {
        if let lock = locks[name] {
            return await lock.isHeld ? nil : Silence(.notLocked, "its lock was lost in the middle of the run")
        }
        if let sign = await lifeSigns[name] { return sign }
        return silences[name] ?? Silence(.notAsked, "it was not known when the nodes were locked")
    }

    /// Notes a sign of life from a node without a lock. It stands for the rest of the run: what was alive once is not
    /// dead because it is silent again.
    func hear(_ name: NodeName, _ sign: Silence) async { await lifeSigns.note(name, sign) }

    /// What the answer of a node that was locked when it was asked is worth.
    func judge(_ reading: Reading?, of name: NodeName) async -> Reading? {
        switch reading {
        case .answered:
            // What a node said while its lock was being lost may not hold any more.
            return await silence(of: name).map { .silent($0) } ?? reading
        case .silent(let silence) where !silence.isSignOfLife && locks[name] != nil:
            // It gave its lock: whatever its scan came to, nobody may call it dead.
            return .silent(Silence(.notLocked, "it was heard when its lock was asked for; then \(silence)"))
        case .silent, nil: return reading
        }
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
        var silences: [NodeName: Silence] = [:]
        var rest = nodes.sorted { $0.name < $1.name }[...]
        while locks.isEmpty, let node = rest.popFirst() {
            switch await attempt(node, holder, hypervisor) {
            case .locked(let lock): locks[node.name] = lock
            case .held(let other): throw .held(node.name, other)
            case .silent(let silence): silences[node.name] = silence
            }
        }
        guard !locks.isEmpty else { throw .nobodyAnswers(silences) }
        let attempts = await withTaskGroup(of: (NodeName, Attempt).self) { group in
            for node in rest { group.addTask { (node.name, await attempt(node, holder, hypervisor)) } }
            return await group.reduce(into: [NodeName: Attempt]()) { $0[$1.0] = $1.1 }
        }
        var refusal: (NodeName, LockHolder?)?
        var twins: Set<NodeName> = []
        for (name, attempt) in attempts.sorted(by: { $0.key < $1.key }) {
            switch attempt {
            case .locked(let lock): locks[name] = lock
            case .silent(let silence): silences[name] = silence
            case .held(let ours?) where ours.run == holder.run:
                // Another name of a host that we lock already; which of the two is wrong cannot be told here.
                let twin = ours.node
                silences[name] = .oneHost(name, twin)
                if let twin {
                    silences[twin] = .oneHost(name, twin)
                    twins.insert(twin)
                }
            case .held(let other): refusal = refusal ?? (name, other)
            }
        }
        if let refusal {
            await release(locks)
            throw .held(refusal.0, refusal.1)
        }
        await release(locks.filter { twins.contains($0.key) })
        locks = locks.filter { !twins.contains($0.key) }
        guard !locks.isEmpty else { throw .nobodyAnswers(silences) }
        return try await claim(locks, silences)
    }

    /// One more than any locked node knows, accepted by all of them before anything is looked at. A node that does not
    /// accept it is given up and counts as silent.
    private static func claim(
        _ locks: [NodeName: any NodeLock], _ silences: [NodeName: Silence]
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
        let others = silences.merging(refusals.mapValues(Silence.init(lock:))) { $1 }
        return LockSet(locks: accepted, silences: others, epoch: epoch, known: known)
    }

    private enum Attempt: Sendable {
        case locked(any NodeLock)
        case held(LockHolder?)
        case silent(Silence)
    }

    private static func attempt(
        _ node: NodeSpec, _ holder: LockHolder, _ hypervisor: any Hypervisor
    ) async -> Attempt {
        do throws(LockError) {
            return .locked(try await hypervisor.lock(node, holder: holder.on(node.name)))
        } catch {
            switch error {
            case .held(let other): return .held(other)
            case .node(let error): return .silent(Silence(lock: error))
            }
        }
    }
}

/// The first sign of life of each node that could not be locked.
private actor LifeSigns {
    private var signs: [NodeName: Silence] = [:]

    subscript(name: NodeName) -> Silence? { signs[name] }

    func note(_ name: NodeName, _ sign: Silence) { signs[name] = signs[name] ?? sign }
}

extension Silence {
    /// Why a node that could not be locked counts as silent. One that could be reached is alive, whatever it said.
    fileprivate init(lock error: NodeError) {
        if case .transport(let silence) = error {
            self = silence
        } else {
            self.init(.notLocked, "\(error)")
        }
    }

    fileprivate static func oneHost(_ name: NodeName, _ twin: NodeName?) -> Silence {
        let other = twin.map { "as \($0) and as \(name)" } ?? "as \(name) and under another name"
        return Silence(.wrongHost, "one host answers \(other); see where ssh leads for each")
    }
}
