import StateSpec

@testable import Reconciler

extension FakeCluster: Hypervisor {
    func scan(
        _ node: NodeSpec, of cluster: ClusterName, deadline: Seconds, depth: ScanDepth, peers: [String]
    ) async -> NodeScan {
        _ = happen(.scan(node.name))
        await Task.yield()
        return with { $0.world.answer(of: node.name, depth: depth) }
    }

    func commandLine(_ command: NodeCommand, for domain: DomainName?, on node: NodeSpec) -> String {
        "ssh \(node.name) \(domain?.text ?? "\(command.uuid)")"
    }

    func perform(_ command: NodeCommand, on node: NodeSpec, guard: CommandGuard) async throws(NodeError) {
        let fault = happen(.command(command, node.name))
        let lost = NodeError.transport(Silence(.unreachable, "connection lost"))
        switch fault {
        case .exit(let text): throw .exit(status: 1, errorOutput: text)
        case .lost: throw lost
        case .lostThenDone(let milliseconds):
            with { state in
                state.later(milliseconds) { late in
                    guard late.objection(to: `guard`, on: node.name) == nil else { return }
                    _ = late.execute(command, on: node.name)
                }
            }
            throw lost
        case .queuedThenDone(let milliseconds):
            if let objection = with({ $0.objection(to: `guard`, on: node.name) }) { throw .refused(objection) }
            with { state in
                state.mark(command, on: node.name, by: `guard`.run)
                state.later(milliseconds) { late in
                    late.world.hosts[node.name]?.inFlight.removeAll { $0.uuid == command.uuid }
                    _ = late.execute(command, on: node.name)
                }
            }
            throw lost
        case .unfinished: throw .unfinished("virsh had not finished")
        case .ignored, .full: return
        case nil: break
        }
        if let silence = with({ $0.world.hosts[node.name]?.silence }) { throw .transport(silence) }
        if let objection = with({ $0.objection(to: `guard`, on: node.name) }) { throw .refused(objection) }
        if case .iscsi(let iscsi) = command {
            let status = with { state -> Int32 in
                state.world.hosts[node.name]?.initiator?.execute(iscsi, state.world.store) ?? 127
            }
            if status != 0 { throw .exit(status: status, errorOutput: "iscsiadm: no") }
            return
        }
        if let error = with({ $0.execute(command, on: node.name) }) { throw .exit(status: 1, errorOutput: error) }
        guard case .migrate(let uuid, _, _, _) = command else { return }
        // virsh migrate returns when it has ended.
        while with({ $0.world.hosts[node.name]?.guests[uuid]?.job != nil }) {
            do { try await sleep(.milliseconds(500)) } catch { throw lost }
        }
    }

    func discover(_ portal: ISCSIPortal, on node: NodeSpec) async -> ISCSIDiscovery {
        .failed("these hosts have no initiator")
    }

    func lock(_ node: NodeSpec, holder: LockHolder) async throws(LockError) -> any NodeLock {
        _ = happen(.lock(node.name))
        let result: Result<Void, LockError> = with { state in
            guard let host = state.world.hosts[node.name] else {
                return .failure(.node(.transport(Silence(.unreachable, "no such host"))))
            }
            if let silence = host.silence {
                // ssh has one status for all that keeps it out; only a look at the door tells more.
                let said = silence.cause == .hostKey ? Silence(.unreachable, "ssh: exit 255") : silence
                return .failure(.node(.transport(said)))
            }
            if let other = host.lockHolder { return .failure(.held(by: other)) }
            state.world.hosts[node.name]?.lockHolder = holder
            return .success(())
        }
        try result.get()
        let known = with { $0.world.hosts[node.name]?.epoch ?? .none }
        return FakeLock(cluster: self, node: node.name, run: holder.run, known: known)
    }

    func remember(_ memo: NodeMemo, on node: NodeSpec, guard: CommandGuard) async throws(NodeError) {
        if case .full = happen(.remember(node.name)) { throw .exit(status: 1, errorOutput: "No space left on device") }
        if let objection = with({ $0.objection(to: `guard`, on: node.name) }) { throw .refused(objection) }
        with { $0.world.hosts[node.name]?.memo = memo }
    }

    func witness(
        _ uuid: DomainUUID, digest: String, on node: NodeSpec, guard: CommandGuard
    ) async throws(NodeError) {
        if happen(.witness(uuid, node.name)) != nil { throw .refused("it is lost") }
        if let objection = with({ $0.objection(to: `guard`, on: node.name) }) { throw .refused(objection) }
        with { state in
            let at = Seconds(86_401 + state.world.milliseconds / 1_000)
            state.world.hosts[node.name]?.witnesses.removeAll { $0.uuid == uuid }
            state.world.hosts[node.name]?.witnesses.append(Witness(uuid: uuid, at: at, digest: digest))
        }
    }

    func settle(_ uuid: DomainUUID, on node: NodeSpec, guard: CommandGuard) async throws(NodeError) {
        if happen(.settle(uuid, node.name)) != nil { throw .refused("it is lost") }
        if let objection = with({ $0.objection(to: `guard`, on: node.name) }) { throw .refused(objection) }
        with { $0.world.hosts[node.name]?.inFlight.removeAll { $0.uuid == uuid } }
    }
}

/// The lock on one host of the model.
struct FakeLock: NodeLock {
    let cluster: FakeCluster
    let node: NodeName
    let run: RunID
    let known: Epoch

    func claim(_ epoch: Epoch) async throws(NodeError) {
        if cluster.happen(.claim(node)) != nil { throw .refused("it does not accept the epoch") }
        let isAccepted = cluster.with { state in
            guard let host = state.world.hosts[node], host.lockHolder?.run == run, epoch > host.epoch else {
                return false
            }
            state.world.hosts[node]?.epoch = epoch
            state.world.hosts[node]?.epochRun = run
            return true
        }
        guard isAccepted else { throw .refused("its epoch is not older") }
    }

    var isHeld: Bool {
        get async {
            cluster.with { state in
                let host = state.world.hosts[node]
                return host?.silence == nil && host?.lockHolder?.run == run
            }
        }
    }

    func release() async {
        _ = cluster.happen(.release(node))
        cluster.with { state in
            if state.world.hosts[node]?.lockHolder?.run == run { state.world.hosts[node]?.lockHolder = nil }
        }
    }
}

extension FakeCluster.State {
    /// What the guard on the node says against a command.
    func objection(to guard: CommandGuard, on node: NodeName) -> String? {
        guard let host = world.hosts[node] else { return "no such host" }
        if host.bootID != `guard`.bootID { return "another boot" }
        if host.lockHolder?.run != `guard`.run { return "the lock is not ours" }
        if host.epoch != `guard`.epoch || host.epochRun != `guard`.run { return "another epoch" }
        if Seconds(86_400 + world.milliseconds / 1_000) > `guard`.notAfter { return "too late" }
        return nil
    }

    /// Fills the marker of a command under way.
    mutating func mark(_ command: NodeCommand, on node: NodeName, by run: RunID) {
        let verb: InFlight.Verb =
            switch command {
            case .create: .create
            case .shutdown: .shutdown
            case .destroy: .destroy
            case .migrate: .migrate
            case .abortJob, .iscsi: .unknown
            }
        let since = Seconds(86_400 + world.milliseconds / 1_000)
        world.hosts[node]?.inFlight.append(
            InFlight(uuid: command.uuid, run: run, verb: verb, since: since, isAlive: true))
    }

    /// What libvirt does; gives back what it says against it.
    mutating func execute(_ command: NodeCommand, on node: NodeName) -> String? {
        defer { check() }
        let uuid = command.uuid
        let guest = world.hosts[node]?.guests[uuid]
        switch command {
        case .create(_, let xml):
            guard guest?.holdsDisks != true else { return "domain is already active" }
            guard let spec = loaded.desired.domains.first(where: { $0.uuid == uuid }) else { return "unknown XML" }
            var definition = spec.definition
            // What is started bears the mark that was rendered into its XML.
            definition.mark = (try? DomainXMLParser.parse(xml))?.definition.mark
            world.put(spec, on: node, isPersistent: guest?.isPersistent ?? false, definition: definition)
            world.hosts[node]?.guests[uuid]?.xml = xml
        case .shutdown:
            guard guest?.holdsDisks == true else { return "domain is not running" }
            later(shutdownMilliseconds) { $0.end(uuid, on: node, "shutdown") }
        case .destroy:
            guard guest?.holdsDisks == true else { return "domain is not running" }
            end(uuid, on: node, "destroyed")
        case .migrate(_, let target, let isPersistent, _):
            guard var incoming = guest, incoming.isExecuting else { return "domain is not running" }
            guard world.hosts[target.name]?.silence == nil else { return "unable to connect" }
            incoming.state = ObservedState("paused", "migrating")
            incoming.isPersistent = isPersistent
            world.hosts[target.name]?.guests[uuid] = incoming
            world.hosts[node]?.guests[uuid]?.job = "Outgoing migration"
            later(migrationMilliseconds) { state in
                state.world.hosts[node]?.guests[uuid] = nil
                state.world.hosts[target.name]?.guests[uuid]?.state = ObservedState("running", "migrated")
            }
        case .abortJob: world.hosts[node]?.guests[uuid]?.job = nil
        case .iscsi: return "iscsiadm is no business of libvirt's"
        }
        return nil
    }

    mutating func end(_ uuid: DomainUUID, on node: NodeName, _ reason: String) {
        if world.hosts[node]?.guests[uuid]?.isPersistent == true {
            world.hosts[node]?.guests[uuid]?.state = ObservedState("shut off", reason)
        } else {
            world.hosts[node]?.guests[uuid] = nil
        }
    }
}
