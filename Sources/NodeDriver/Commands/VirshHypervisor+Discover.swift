public import Reconciler
public import StateSpec

extension VirshHypervisor {
    /// Has a node ask a portal which targets it offers. It leaves no trace on the node.
    public func discover(_ portal: ISCSIPortal, on node: NodeSpec) async -> ISCSIDiscovery {
        let token = ScanToken()
        let limit = timing.discovery
        let input = "\(token.text)\n\(max(1, limit.count))\n\(portal)\n"
        let reply: NodeReply
        do throws(NodeError) {
            reply = try await transport.run(
                NodeRequest(
                    script: DiscoverScript.script, input: Array(input.utf8),
                    deadline: (timing.connect + limit).duration),
                on: node.ssh)
        } catch {
            return .failed(error.description)
        }
        do throws(Unreadable) {
            return try DiscoveryText.parse(try Frames(reply.output, token: token))
        } catch {
            let said = ByteText.excerpt(reply.errorOutput)
            return .failed("\(error.what); exit status \(reply.status)\(said.isEmpty ? "" : "; \(said)")")
        }
    }
}
