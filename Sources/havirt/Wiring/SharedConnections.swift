import NodeDriver
import Reconciler
import StateSpec

/// ssh with connections that are shared within this run: the folder of their sockets lives as long as this does.
struct SharedConnections: Transport {
    private let ssh: SSHTransport
    private let folder: ConnectionFolder

    init(_ settings: SSHSettings, in folder: ConnectionFolder) throws {
        var settings = settings
        settings.controlFolder = folder.path
        ssh = try SSHTransport(settings)
        self.folder = folder
    }

    func run(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply {
        defer { withExtendedLifetime(folder) {} }
        return try await ssh.run(request, on: node)
    }

    func isHeard(_ node: SSHDestination, deadline: Duration) async throws(NodeError) -> Bool {
        try await ssh.isHeard(node, deadline: deadline)
    }

    func open(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> any NodeSession {
        defer { withExtendedLifetime(folder) {} }
        return try await ssh.open(request, on: node)
    }
}
