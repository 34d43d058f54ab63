public import Reconciler
public import StateSpec

/// The narrow door to simulated nodes.
public struct SimulatedTransport: Transport {
    private let cluster: SimulatedCluster
    private let controller: SimulatedController
    private let process: Int

    /// The door for one process on a controller.
    public init(_ cluster: SimulatedCluster, _ controller: SimulatedController, process: Int) {
        self.cluster = cluster
        self.controller = controller
        self.process = process
    }

    /// Runs a script on a node.
    public func run(_ request: NodeRequest, on destination: SSHDestination) async throws(NodeError) -> NodeReply {
        let limit = request.deadline.wholeMilliseconds
        let begin = cluster.time.milliseconds
        let (node, connection) = try await connect(destination, within: limit)
        let box = Mailbox<Result<NodeReply, NodeError>>()
        let number = connection.number
        controller.keep(number) {
            connection.hangUpClient()
            box.put(.failure(Self.gone))
        }
        defer { controller.forget(number) }
        connection.onBroken = { box.put(.failure(.transport(Silence(.unreachable, "the connection was lost")))) }
        cluster.time.after(limit - (cluster.time.milliseconds - begin)) {
            box.put(.failure(.transport(Silence(.deadline, ""))))
        }
        connection.toNode { [self] in
            Task(executorPreference: cluster.time) {
                // A process ends with its node's power, and then nobody answers.
                guard let reply = try? await answer(request, on: node) else { return }
                connection.toClient {
                    if request.script.purpose == .scan { cluster.happened(.scanned(node.name, by: controller.name)) }
                    box.put(.success(reply))
                }
            }
        }
        let result = await box.take()
        connection.hangUpClient()
        do { try await controller.pass(process) } catch { throw Self.gone }
        return try result.get()
    }

    /// Starts a script on a node and stays connected.
    public func open(_ request: NodeRequest, on destination: SSHDestination) async throws(NodeError) -> any NodeSession
    {
        guard request.script.purpose == .lock else {
            throw .refused("a simulated node keeps no session for '\(request.script.purpose.rawValue)'")
        }
        let (node, connection) = try await connect(destination, within: request.deadline.wholeMilliseconds)
        let lock = LockProcess(cluster, node, connection)
        controller.keep(connection.number) { connection.hangUpClient() }
        connection.onClientGone = { lock.end() }
        connection.toNode { [cluster] in
            Task(executorPreference: cluster.time) { await lock.begin(request.input) }
        }
        return SimulatedSession(
            cluster: cluster, controller: controller, process: process, connection: connection, lock: lock)
    }

    static let gone = NodeError.transport(Silence(.unreachable, "this process was killed"))

    private func connect(
        _ destination: SSHDestination, within limit: Int64
    ) async throws(NodeError) -> (SimulatedNode, Connection) {
        do {
            try await controller.pass(process)
            let alias = cluster.aliases["\(destination)"] ?? cluster.aliases[destination.host]
            let name = alias?.text ?? destination.host
            guard let node = cluster.nodes.first(where: { $0.name.text == name }) else {
                throw NodeError.transport(Silence(.unreachable, "Could not resolve hostname \(name)"))
            }
            try await cluster.pause(cluster.pace.network)
            if let silence = node.silence { throw NodeError.transport(silence) }
            guard node.isReachable else {
                try await cluster.time.pause(min(limit, cluster.pace.connectTimeout))
                try await controller.pass(process)
                throw NodeError.transport(
                    Silence(.unreachable, "connect to host \(name) port 22: Connection timed out"))
            }
            guard node.isListening else {
                throw NodeError.transport(Silence(.unreachable, "connect to host \(name) port 22: Connection refused"))
            }
            if let slowness = node.slowConnections.popLast() {
                try await cluster.time.pause(min(limit, slowness))
                try await controller.pass(process)
            }
            return (node, Connection(cluster, node))
        } catch let error as NodeError {
            throw error
        } catch {
            throw Self.gone
        }
    }

    private func answer(_ request: NodeRequest, on node: SimulatedNode) async throws -> NodeReply {
        var reply: NodeReply
        switch request.script.purpose {
        case .scan: reply = try await ScanProcess(cluster: cluster, node: node).run(request.input)
        case .command: reply = try await CommandProcess(cluster: cluster, node: node).run(request.input)
        case .discover: reply = try await DiscoverProcess(cluster: cluster, node: node).run(request.input)
        case .lock, .holder, .other:
            return NodeReply(status: 127, output: [], errorOutput: Array("not found".utf8))
        }
        if node.cutAnswers > 0, request.script.purpose == .scan, !reply.output.isEmpty {
            node.cutAnswers -= 1
            let kept = Int(cluster.draw(0...Int64(reply.output.count - 1)))
            reply = NodeReply(status: 0, output: Array(reply.output[..<kept]), errorOutput: [])
        }
        return reply
    }
}

/// A session with the lock script of a simulated node.
struct SimulatedSession: NodeSession {
    let cluster: SimulatedCluster
    let controller: SimulatedController
    let process: Int
    let connection: Connection
    let lock: LockProcess

    func send(_ bytes: [UInt8]) async throws(NodeError) {
        do { try await controller.pass(process) } catch { throw SimulatedTransport.gone }
        guard connection.isOpen else { throw .transport(Silence(.unreachable, "the connection was lost")) }
        connection.toNode { lock.receive(bytes) }
    }

    func readLine(deadline: Duration) async throws(NodeError) -> [UInt8]? {
        let line = try await connection.readLine(deadline: deadline.wholeMilliseconds)
        do { try await controller.pass(process) } catch { throw SimulatedTransport.gone }
        return line
    }

    func close() async {
        controller.forget(connection.number)
        connection.hangUpClient()
    }
}

extension Duration {
    /// Rounded down.
    var wholeMilliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
