import StateSpec

/// Bridges that domains or networks need: there on every node that may need them, and leading somewhere on all or none.
struct BridgeFindings {
    private let entries: [Roster.Entry]
    private let desired: DesiredState

    init(_ context: PlanContext) {
        entries = context.roster.entries.filter { $0.node != nil && ($0.spec.map { !$0.retired } ?? false) }
        desired = context.request.desired
    }

    var findings: [Alert] { missing + withoutUplink }

    private var missing: [Alert] {
        entries.flatMap { entry -> [Alert] in
            guard let node = entry.node else { return [] }
            var needs: [String: [String]] = [:]
            for domain in desired.domains where domain.wish.nodes?.contains(entry.name) ?? true {
                for case .bridge(let bridge) in domain.definition.interfaces {
                    needs[bridge, default: []].append("domain \(domain.name)")
                }
            }
            for network in node.networks where network.isActive {
                guard let bridge = network.shape?.bridge else { continue }
                needs[bridge, default: []].append("network \(Escaped(network.name).bare)")
            }
            return needs.filter { !node.bridges.contains($0.key) }.sorted { $0.key < $1.key }.map { bridge, users in
                let list = users.prefix(3).joined(separator: ", ")
                let more = users.count > 3 ? " and \(users.count - 3) more" : ""
                return Alert(
                    severity: .warning, code: AlertCode.bridgeMissing.rawValue,
                    subject: "bridge \(Escaped(bridge).bare)", node: entry.name,
                    message: "does not exist there, and is needed by \(list)\(more)",
                    hint: "make it in the node's network configuration, as on the others")
            }
        }
    }

    /// Only compared, as a bridge may be meant to lead nowhere.
    private var withoutUplink: [Alert] {
        var bridges: [String: (with: [NodeName], without: [NodeName])] = [:]
        for entry in entries {
            for (bridge, count) in entry.node?.uplinks ?? [:] {
                if count > 0 {
                    bridges[bridge, default: ([], [])].with.append(entry.name)
                } else {
                    bridges[bridge, default: ([], [])].without.append(entry.name)
                }
            }
        }
        return bridges.sorted { $0.key < $1.key }.flatMap { bridge, nodes -> [Alert] in
            guard nodes.with.count > nodes.without.count else { return [] }
            return nodes.without.map { name in
                Alert(
                    severity: .warning, code: AlertCode.bridgeUplink.rawValue,
                    subject: "bridge \(Escaped(bridge).bare)", node: name,
                    message: "has no port there but those of guests, and has one on \(nodes.with.count) other nodes",
                    hint: "look at `ip link show master \(Escaped(bridge).bare)` on both shapes of node")
            }
        }
    }
}
