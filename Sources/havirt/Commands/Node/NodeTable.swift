import Reconciler
import StateSpec
import Store

/// What is known of nodes: specs from git beside resources as last recorded.
enum NodeTable {
    static let columns = [
        "node", "ssh", "state", "memoryKiB", "cpus", "cpuModel", "libvirt", "hypervisor", "hostUUID", "bootID",
        "lastAnswer", "labels", "failureDomain",
    ]

    static func make(_ desired: DesiredState, _ records: FileRecordStore, _ names: Set<NodeName>) throws -> Table {
        let known = try records.nodes()
        let rows: [[Cell]] = desired.nodes.filter { names.contains($0.name) }.map { node in
            let record = known[node.name]
            let resources = record?.resources
            let identity = record?.identity
            return [
                .text(node.name.text), .text("\(node.ssh)"), .text(state(node, record)),
                resources.map { .number(Int64(clamping: $0.memory.kibibytes)) } ?? .none,
                resources.map { .number(Int64($0.cpus)) } ?? .none,
                resources.flatMap(\.cpuModel).map { .text($0) } ?? .none,
                resources.map { .text($0.versions.libvirt) } ?? .none,
                resources.map { .text($0.versions.hypervisor) } ?? .none,
                identity.map { .text("\($0.hostUUID)") } ?? .none, identity.map { .text("\($0.bootID)") } ?? .none,
                identity.map { .text("\($0.lastAnswer)") } ?? .none, .list(node.labels),
                node.failureDomain.map { .text($0) } ?? .none,
            ]
        }
        return Table(columns: columns, rows: rows)
    }

    private static func state(_ node: NodeSpec, _ record: NodeRecord?) -> String {
        if node.retired { return "retired" }
        if node.fenced != nil { return "fenced" }
        if record?.quiet != nil { return "silent" }
        if node.maintenance != nil { return "maintenance" }
        return record?.resources == nil ? "unknown" : "ready"
    }
}
