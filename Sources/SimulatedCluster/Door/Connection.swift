internal import Reconciler
internal import StateSpec

/// One ssh connection between a controller and a node, with what is on its way in both directions.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
final class Connection: @unchecked Sendable {
    let number: Int
    private let cluster: SimulatedCluster
    private let node: SimulatedNode
    private let boot: DomainUUID?
    /// What arrived and was not read yet.
    private var lines: [[UInt8]] = []
    private var partial: [UInt8] = []
    private var reader: Mailbox<[UInt8]?>?
    private(set) var isOpen = true
    private var hasEnded = false
    /// Told when the client has hung up or was cut off for good.
    var onClientGone: @Sendable () -> Void = {}
    /// Told when the connection has broken, for whoever waits for a whole answer.
    var onBroken: @Sendable () -> Void = {}

    init(_ cluster: SimulatedCluster, _ node: SimulatedNode) {
        self.cluster = cluster
        self.node = node
        boot = node.boot?.id
        number = cluster.serial()
        node.connections[number] = self
    }

    /// Carries something to the node: now, or when the network is back.
    func toNode(_ body: @escaping @Sendable () -> Void) {
        guard isOpen else { return }
        travel { [self] in if node.boot?.id == boot { body() } }
    }

    /// Carries something to the client.
    func toClient(_ body: @escaping @Sendable () -> Void) {
        travel { [self] in if isOpen { body() } }
    }

    // In order: what is sent later never arrives earlier.
    private var busyUntil: Int64 = 0

    private func travel(_ body: @escaping @Sendable () -> Void) {
        let arrival = max(busyUntil, cluster.time.milliseconds + cluster.draw(cluster.pace.network))
        busyUntil = arrival
        cluster.time.after(arrival - cluster.time.milliseconds) { [self] in arrive(body) }
    }

    private func arrive(_ body: @escaping @Sendable () -> Void) {
        guard node.boot?.id == boot else { return }
        if node.isPlugged { body() } else { node.onPlugged.append(body) }
    }

    // MARK: - The client's end

    func reply(_ text: String) {
        toClient { [self] in
            for byte in text.utf8 {
                if byte == 0x0A {
                    lines.append(partial)
                    partial = []
                } else {
                    partial.append(byte)
                }
            }
            serve()
        }
    }

    /// The node's end has ended.
    func endOfOutput() {
        toClient { [self] in
            hasEnded = true
            serve()
        }
        node.connections[number] = nil
    }

    private func serve() {
        guard let waiting = reader else { return }
        if !lines.isEmpty {
            reader = nil
            waiting.put(lines.removeFirst())
        } else if hasEnded || !isOpen {
            reader = nil
            waiting.put(nil)
        }
    }

    /// The next line; nil at the end. `whenLate` decides what happens at the deadline.
    func readLine(deadline: Int64) async throws(NodeError) -> [UInt8]? {
        let box = Mailbox<[UInt8]?>()
        let isLate = Mailbox<Bool>()
        reader = box
        serve()
        if !box.isFull {
            cluster.time.after(deadline) {
                guard !box.isFull else { return }
                isLate.put(true)
                box.put(nil)
            }
        }
        let line = await withTaskCancellationHandler {
            await box.take()
        } onCancel: {
            box.put(nil)
        }
        reader = nil
        if isLate.isFull { throw .transport(Silence(.deadline, "")) }
        return line
    }

    /// The client hangs up, or is gone.
    func hangUpClient() {
        guard isOpen else { return }
        travel { [self] in onClientGone() }
        isOpen = false
        node.connections[number] = nil
        serve()
    }

    // MARK: - What breaks it

    /// The node's sshd was killed: both ends learn of it.
    func hangUp() {
        guard isOpen else { return }
        node.connections[number] = nil
        onClientGone()
        isOpen = false
        hasEnded = true
        serve()
        onBroken()
    }

    /// Nothing arrives any more: ssh gives up after a while, unless the network comes back.
    func watchSilence() {
        cluster.time.after(cluster.pace.aliveTimeout) { [self] in
            guard isOpen, !node.isPlugged || node.boot?.id != boot else { return }
            isOpen = false
            hasEnded = true
            serve()
            onBroken()
        }
    }
}
