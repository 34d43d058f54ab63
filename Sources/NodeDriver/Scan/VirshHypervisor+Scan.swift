public import Reconciler
public import StateSpec

extension VirshHypervisor {
    private static let outputBytesMax = 64 << 20

    /// Looks at everything on a node: one ssh and, where the domains are still those of the scan before, one virsh.
    ///
    /// A QEMU whose monitor is stuck ("occupied") makes `domjobinfo` wait, and with it the node silent by its deadline.
    ///
    /// A node that is declared dead is met at its door, too: what lets nobody in is not off.
    public func scan(
        _ node: NodeSpec, of cluster: ClusterName, deadline: Seconds, depth: ScanDepth, peers: [String]
    ) async -> NodeScan {
        let question = Question(node: node, cluster: cluster, depth: depth, peers: peers)
        guard node.fenced != nil else { return await scanWithin(deadline, question) }
        async let sign = signOfLife(of: node, deadline: deadline)
        let scan = await scanWithin(deadline, question)
        guard case .silent(let silence) = scan, !silence.isSignOfLife, let better = await sign else { return scan }
        return .silent(better)
    }

    /// Why a node that cannot be reached is not dead all the same; nil if nothing is heard of it.
    public func signOfLife(of node: NodeSpec, deadline: Seconds) async -> Silence? {
        do throws(NodeError) {
            guard try await transport.isHeard(node.ssh, deadline: deadline.duration) else { return nil }
            return Silence(.hostKey, "a host answers there, but ssh does not get in")
        } catch {
            return Silence(.unreadable, "whether it is off cannot be told: \(error)")
        }
    }

    /// What is to be seen of which node.
    private struct Question {
        let node: NodeSpec
        let cluster: ClusterName
        let depth: ScanDepth
        let peers: [String]
    }

    private func scanWithin(_ deadline: Seconds, _ question: Question) async -> NodeScan {
        let end = clock.monotonicMilliseconds() + deadline.milliseconds
        let old = memory[question.node.name]
        // Asked about domains that it no longer has, or not about those that it has now, a node is unsteady, too: the
        // second look lists them first. Only a third look would be a guess.
        var known = old?.known
        var looksLeft = known == nil ? 2 : 3
        while true {
            looksLeft -= 1
            switch await look(question, known: known, old: old, end: end) {
            case .answered(let observed, let entry):
                memory[question.node.name] = entry
                return .answered(observed)
            case .silent(let silence):
                return .silent(silence)
            case .unsteady(let silence):
                if looksLeft == 0 || clock.monotonicMilliseconds() >= end { return .silent(silence) }
                known = nil
            }
        }
    }

    private func look(
        _ question: Question, known: [KnownDomain]?, old: ScanMemory.Entry?, end: Int64
    ) async -> ScanAnswer {
        let left = max(0, end - clock.monotonicMilliseconds())
        // The node gives up a little earlier, so that it can still say which part of it did not answer.
        let limit = Seconds(max(1, left / 1_000 - 2))
        let request = ScanRequest(
            token: ScanToken(), cluster: question.cluster, limit: limit, known: known, depth: question.depth,
            peers: question.peers)
        do throws(NodeError) {
            let reply = try await transport.run(
                NodeRequest(
                    script: ScanScript.script(question.depth), input: request.input, deadline: .milliseconds(left),
                    outputBytesMax: Self.outputBytesMax),
                on: question.node.ssh)
            return ScanAnswer.read(reply, of: request, old: old)
        } catch {
            if case .transport(let silence) = error { return .silent(silence) }
            return .silent(Silence(.unreadable, error.description))
        }
    }
}
