public import Reconciler
public import StateSpec

/// The cluster's lock on one node, as somebody else sees it.
public struct LockView: Equatable, Sendable {
    /// What came of breaking it.
    public enum Breaking: String, Sendable {
        /// A holder file that nobody's lock went with was removed.
        case file
        /// The shell that held it and was not heard any more was killed.
        case killed
        /// Its holder is heard: it is not broken.
        case alive
        /// It is held by another run, or by none.
        case other
        /// Which process holds it could not be told.
        case unknown
    }

    /// Whether it is held.
    public let isHeld: Bool
    /// By whom; nil if the node does not say.
    public let holder: LockHolder?
    /// Seconds since the node last heard the holder; nil if the node does not say.
    public let silence: Seconds?
    /// What came of breaking it; nil if nobody tried.
    public let breaking: Breaking?

    init(isHeld: Bool, holder: LockHolder?, silence: Seconds?, breaking: Breaking?) {
        self.isHeld = isHeld
        self.holder = holder
        self.silence = silence
        self.breaking = breaking
    }
}

extension VirshHypervisor {
    /// Tells who holds the lock; with `run`, breaks the lock of that run if the node has not heard it for longer than a
    /// lock lives.
    public func lockView(
        of node: NodeSpec, cluster: ClusterName, breaking run: RunID? = nil
    ) async throws(NodeError) -> LockView {
        let token = ScanToken()
        let lines = [token.text, "\(cluster)", "\(timing.heartbeatMax.count)", run?.text ?? "-"]
        let reply = try await transport.run(
            NodeRequest(
                script: HolderScript.script, input: Array((lines.joined(separator: "\n") + "\n").utf8),
                deadline: (timing.connect + timing.lock).duration),
            on: node.ssh)
        do throws(Unreadable) {
            return try LockView(try Frames(reply.output, token: token), cluster)
        } catch {
            throw .unreadable(error.what)
        }
    }
}

extension LockView {
    init(_ frames: Frames, _ cluster: ClusterName) throws(Unreadable) {
        guard ByteText.excerpt(try frames.frame("root")) == "0" else {
            throw Unreadable("the login is not root; log in as root")
        }
        isHeld = ByteText.excerpt(try frames.frame("lock")) != "free"
        let lines = try ByteText.lines(try frames.frame("holder"))
        holder = HolderText.parse(lines.map { Array($0) }, cluster: cluster)
        silence = ByteText.number(try frames.frame("age").dropLast()).map { Seconds($0) }
        breaking = Breaking(rawValue: ByteText.excerpt(try frames.frame("broken")))
    }
}
