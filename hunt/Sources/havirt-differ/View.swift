import Reconciler
import StateSpec

/// What a scan shows of a node, without what differs from machine to machine and from moment to moment.
enum View {
    static func lines(_ scan: NodeScan, of node: NodeName) -> [String] {
        switch scan {
        case .silent(let silence): return ["\(node) is silent: \(silence.cause.rawValue)"]
        case .answered(let seen):
            return seen.domains.map { "\(node) \(line($0))" }
                + seen.processes.map { "\(node) QEMU \($0)" }
                + seen.inFlight.map {
                    "\(node) in flight \($0.uuid) \($0.verb.rawValue) of \($0.run), \($0.isAlive ? "alive" : "ended")"
                }
                + seen.witnesses.map { "\(node) witness \($0.uuid) \($0.digest)" }
                + (seen.memo.applied.map { ["\(node) applied \($0.commit) at \($0.at)"] } ?? [])
                + seen.memo.members.map { "\(node) member \($0.name) \($0.hostUUID) \($0.bootID) \($0.lastAnswer)" }
        }
    }

    private static func line(_ domain: ObservedDomain) -> String {
        let flags = [
            domain.isPersistent ? "persistent" : "transient", domain.isAutostarted ? "autostart" : nil,
            domain.hasManagedSave ? "saved image" : nil, domain.job == nil ? nil : "job",
            domain.definition == nil ? "not understood" : nil,
        ]
        return "\(domain.uuid) \(domain.name): \(domain.state), \(flags.compactMap(\.self).joined(separator: ", "))"
    }

    /// Whether nothing is on its way.
    static func isAtRest(_ scan: NodeScan) -> Bool {
        guard case .answered(let node) = scan else { return true }
        return !node.inFlight.contains(where: \.isAlive)
            && node.domains.allSatisfy { $0.activity != .transition && $0.state.state != "in shutdown" }
    }
}
