internal import Reconciler
internal import StateSpec

/// What the guard script gets on its standard input.
struct GuardedRequest {
    let token: ScanToken
    let guardian: CommandGuard
    let limit: Seconds
    /// The domain, or the marker of the target; nil for what concerns the node.
    let uuid: DomainUUID?
    let arguments: [String]
    let payload: [UInt8]

    /// What runs on the node, for people.
    var program: String {
        switch arguments.first {
        case "iscsiadm": "iscsiadm"
        case "iscsi-password", "iscsi-remove": "it"
        default: "virsh"
        }
    }

    /// Throws if an argument cannot be a line.
    var input: [UInt8] {
        get throws(NodeError) {
            var lines = [
                token.text, guardian.cluster.text, guardian.run.text, "\(guardian.epoch)", "\(guardian.bootID)",
                "\(max(0, guardian.notAfter.count))", "\(max(1, limit.count))", uuid?.description ?? "-",
                "\(arguments.count)",
            ]
            for argument in arguments {
                // Arguments are made of uuids, constants and checked hosts; this is for a mistake of ours.
                guard !argument.isEmpty, argument.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                    throw .refused("an argument holds a control character or nothing")
                }
                lines.append(argument)
            }
            return Array(lines.joined(separator: "\n").utf8) + [ByteText.newline] + payload
        }
    }
}
