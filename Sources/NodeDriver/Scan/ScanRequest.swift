internal import Reconciler
internal import StateSpec

/// A domain as the scan before saw it.
struct KnownDomain: Equatable {
    let uuid: DomainUUID
    let isRunning: Bool
}

/// What the scan script gets on its standard input.
struct ScanRequest {
    let token: ScanToken
    let cluster: ClusterName
    /// How long one virsh may take on the node.
    let limit: Seconds
    /// The domains that are expected; nil to have the node list them first, at the price of a second virsh there.
    let known: [KnownDomain]?
    let depth: ScanDepth
    /// Hosts to which the node should be able to log in, for `ScanDepth.crosswise`.
    var peers: [String] = []

    var input: [UInt8] {
        var text = "\(token.text)\n\(cluster)\n\(min(9_999, max(1, limit.count)))\n\(depth)\n"
        if depth == .crosswise { text += peers.map { "\($0)\n" }.joined() + "\n" }
        if let known {
            text += "told\n"
            for domain in known { text += (domain.isRunning ? "a " : "i ") + "\(domain.uuid)\n" }
        } else {
            text += "ask\n"
        }
        return Array("\(text)\n".utf8)
    }
}
