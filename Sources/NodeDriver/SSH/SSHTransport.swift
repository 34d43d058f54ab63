internal import ChildProcess
public import Reconciler
public import StateSpec

/// The real door to a node: OpenSSH's client with the operator's configuration and our options on top.
public struct SSHTransport: Transport {
    let settings: SSHSettings
    /// For scans, where connections are kept.
    let shells = KeptShells()

    /// Fails with the reason if the control folder cannot be used.
    public init(_ settings: SSHSettings = SSHSettings()) throws(ControlFolderError) {
        if let folder = settings.controlFolder, let objection = ControlFolder.objection(to: folder) {
            throw ControlFolderError(path: folder, objection: objection)
        }
        self.settings = settings
    }

    /// Runs a script on a node.
    public func run(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply {
        if settings.controlFolder != nil, request.script.purpose == .scan {
            return try await runInKeptShell(request, on: node)
        }
        let key = try key(for: request.script)
        let socket = controlPath(to: node, key)
        var child = childRequest(for: request, on: node, key, socket: socket)
        child.input = request.script.bytes + request.input
        let result: ChildResult
        do throws(ChildError) {
            result = try await runChild(child)
        } catch {
            if case .deadlinePassed = error, let socket { ControlFolder.remove(socket) }
            throw .transport(SSHFailure.silence(error, deadline: request.deadline))
        }
        guard case .code(let status) = result.exit, status != SSHFailure.status else {
            throw .transport(SSHFailure.silence(result.exit, result.errorOutput))
        }
        if let refusal = GateRefusal(result.exit, output: result.output) { throw .transport(refusal.silence) }
        return NodeReply(status: status, output: result.output, errorOutput: result.errorOutput)
    }

    /// Starts a script on a node and stays connected.
    public func open(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> any NodeSession {
        let key = try key(for: request.script)
        let session: SSHSession
        do throws(ChildError) {
            let child = childRequest(for: request, on: node, key, socket: controlPath(to: node, key))
            session = SSHSession(try await ChildSession.start(child))
        } catch {
            throw .transport(SSHFailure.silence(error, deadline: request.deadline))
        }
        try await session.send(request.script.bytes + request.input)
        return session
    }

    /// The key that a script takes; nil where ssh finds its own.
    func key(for script: NodeScript) throws(NodeError) -> PrivateKeyFile? {
        guard let keys = settings.keys, let role = script.purpose.role else { return nil }
        switch role {
        case .scan: return keys.scan
        case .act:
            guard let key = keys.act else { throw .transport(Silence(.unreachable, Self.noActKey)) }
            return key
        }
    }

    /// Why a havirt does not act that has the other key only.
    public static let noActKey =
        "havirt.conf names no actKey under ssh: with a scanKey alone havirt looks and plans, and does nothing"

    func controlPath(to node: SSHDestination, _ key: PrivateKeyFile?) -> String? {
        settings.controlFolder.map { ControlFolder.socket(in: $0, for: node, settings, key: key) }
    }

    func childRequest(
        for request: NodeRequest, on node: SSHDestination, _ key: PrivateKeyFile? = nil, socket: String?
    ) -> ChildRequest {
        var settings = settings
        // ssh gives up first, where nobody is there to connect to: a deadline then means that somebody was.
        let left = Seconds(max(1, request.deadline.components.seconds - 1))
        settings.connectTimeout = min(settings.connectTimeout, left)
        return ChildRequest(
            executable: settings.executable,
            arguments: SSHArguments.arguments(
                settings, to: node, key: key, controlPath: socket, scriptBytes: request.script.bytesCount),
            deadline: request.deadline, outputBytesMax: request.outputBytesMax)
    }
}

/// A folder that cannot keep connections.
public struct ControlFolderError: Error, Equatable, CustomStringConvertible {
    /// The folder.
    public let path: String
    /// Why not.
    public let objection: String

    /// One line, safe to print.
    public var description: String { "\(Escaped(path)) cannot keep ssh's connections: \(objection)" }
}
