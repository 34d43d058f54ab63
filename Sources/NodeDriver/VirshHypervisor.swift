public import Reconciler
public import StateSpec

/// A `Hypervisor` by virsh, over any transport.
public struct VirshHypervisor: Hypervisor {
    let transport: any Transport
    let memory = ScanMemory()
    let clock: any ReconcilerClock
    let timing: NodeTiming
    let tools: PastedTools
    let executor: (any TaskExecutor)?

    /// A hypervisor that keeps what it learnt from one scan to the next: make one and use it for all nodes.
    ///
    /// - Parameter executor: where the heartbeats of locks run; nil for the pool of all tasks.
    public init(
        transport: any Transport, clock: any ReconcilerClock, timing: NodeTiming = NodeTiming(),
        tools: PastedTools = PastedTools(), executor: (any TaskExecutor)? = nil
    ) {
        self.transport = transport
        self.clock = clock
        self.timing = timing
        self.tools = tools
        self.executor = executor
    }

    /// Says which domains a node is expected to have, running or not, so that the first scan needs no second virsh to list
    /// them. A wrong expectation costs another look and is never believed.
    public func expect(_ domains: [DomainUUID: Bool], on node: NodeName) {
        let known = domains.sorted { $0.key < $1.key }.map { KnownDomain(uuid: $0.key, isRunning: $0.value) }
        memory[node] = ScanMemory.Entry(definitions: [:], known: known)
    }

    /// The bare command, as one line that a person can paste into a shell.
    public func commandLine(_ command: NodeCommand, for domain: DomainName?, on node: NodeSpec) -> String {
        RenderedCommand(command).pasteable(on: node.ssh, domain: domain, tools: tools)
    }
}

/// How long things on a node may take, but for those whose time the caller gives.
public struct NodeTiming: Sendable {
    /// A start, until virsh returns.
    public var create = Seconds(90)
    /// A shutdown request or the end of a job.
    public var request = Seconds(30)
    /// A forced stop: of a frozen QEMU it takes more than ten seconds.
    public var destroy = Seconds(60)
    /// A call of iscsiadm: longer than a login through a portal that does not answer takes, which is tried once.
    public var iscsi = Seconds(60)
    /// Asking a portal for its targets.
    public var discovery = Seconds(30)
    /// Taking the lock.
    public var lock = Seconds(20)
    /// Writing what is to be remembered.
    public var remember = Seconds(30)
    /// Time between two heartbeats of a lock.
    public var heartbeat = Seconds(4)
    /// Time without a heartbeat after which a node gives up the lock.
    public var heartbeatMax = Seconds(15)
    /// What a connection may take on top of all these.
    public var connect = Seconds(15)

    /// The defaults.
    public init() {}
}

extension Seconds {
    /// The same as a `Duration`.
    var duration: Duration { .seconds(count) }
    /// The same in milliseconds.
    var milliseconds: Int64 { count * 1_000 }

    static func + (left: Seconds, right: Seconds) -> Seconds { Seconds(left.count + right.count) }
}
