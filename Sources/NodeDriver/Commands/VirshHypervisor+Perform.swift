public import Reconciler
public import StateSpec

extension VirshHypervisor {
    /// Runs one command in the guard. Whatever breaks after it was sent, it may still take effect: only after `.exit` and
    /// `.refused` it will not.
    public func perform(
        _ command: NodeCommand, on node: NodeSpec, guard guardian: CommandGuard
    ) async throws(NodeError) {
        let rendered = RenderedCommand(command)
        let limit =
            switch command {
            case .create: timing.create
            case .shutdown, .abortJob: timing.request
            case .destroy: timing.destroy
            case .migrate(_, _, _, let timeout): timeout
            case .iscsi: timing.iscsi
            }
        // A migration that is told to stop takes a while to do so; the script gives it a minute.
        let grace = if case .migrate = command { Seconds(75) } else { Seconds(10) }
        try await run(
            GuardedRequest(
                token: ScanToken(), guardian: guardian, limit: limit, uuid: command.uuid,
                arguments: rendered.arguments, payload: rendered.input),
            on: node, deadline: timing.connect + limit + grace)
    }

    /// Writes what is to be remembered: the files are whole and on disk when this returns. What the memo does not hold
    /// stays as it is: nothing is ever forgotten by leaving it out.
    public func remember(
        _ memo: NodeMemo, on node: NodeSpec, guard guardian: CommandGuard
    ) async throws(NodeError) {
        let applied = memo.applied.map(MemoText.text) ?? []
        let members = memo.members.isEmpty ? [] : MemoText.text(memo.members)
        let targets = memo.targets.isEmpty ? [] : MemoText.text(memo.targets)
        try await run(
            GuardedRequest(
                token: ScanToken(), guardian: guardian, limit: timing.remember, uuid: nil,
                arguments: ["remember", "\(applied.count)", "\(members.count)", "\(targets.count)"],
                payload: applied + members + targets),
            on: node, deadline: timing.connect + timing.remember)
    }

    /// Notes how a domain was seen.
    public func witness(
        _ uuid: DomainUUID, digest: String, on node: NodeSpec, guard guardian: CommandGuard
    ) async throws(NodeError) {
        try await keepBooks(["witness", digest], uuid, node, guardian)
    }

    /// Empties the marker of a command that cannot take effect any more.
    public func settle(
        _ uuid: DomainUUID, on node: NodeSpec, guard guardian: CommandGuard
    ) async throws(NodeError) {
        try await keepBooks(["settle"], uuid, node, guardian)
    }

    private func keepBooks(
        _ arguments: [String], _ uuid: DomainUUID, _ node: NodeSpec, _ guardian: CommandGuard
    ) async throws(NodeError) {
        try await run(
            GuardedRequest(
                token: ScanToken(), guardian: guardian, limit: timing.remember, uuid: uuid, arguments: arguments,
                payload: []),
            on: node, deadline: timing.connect + timing.remember)
    }

    private func run(_ request: GuardedRequest, on node: NodeSpec, deadline: Seconds) async throws(NodeError) {
        let reply = try await transport.run(
            NodeRequest(script: GuardScript.script, input: try request.input, deadline: deadline.duration),
            on: node.ssh)
        let answer: GuardedReply
        do throws(Unreadable) {
            answer = try GuardedReply(reply.output, token: request.token)
        } catch {
            let said = ByteText.excerpt(reply.errorOutput)
            throw .unreadable("\(error.what); exit status \(reply.status)\(said.isEmpty ? "" : "; \(said)")")
        }
        try answer.check(request)
    }
}
