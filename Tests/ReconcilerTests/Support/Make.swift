import StateSpec

@testable import Reconciler

/// Wishes for tests, with defaults that do not matter.
enum Make {
    static func definition(memory: Int = 2, vcpus: Int = 1, disk: String, network: String = "lan") -> DomainDefinition {
        DomainDefinition(
            type: "kvm", memory: .gibibytes(memory), vcpus: vcpus,
            disks: [DomainDisk(target: "vda", source: .block(path: disk))], interfaces: [.network(network)])
    }

    /// A keepalive domain with a disk of its own.
    static func domain(
        _ number: Int, _ name: DomainName, memory: Int = 2, vcpus: Int = 1,
        _ change: (inout DomainWish) -> Void = { _ in }
    ) -> DomainSpec {
        var wish = DomainWish()
        wish.run = .keepalive
        change(&wish)
        return DomainSpec(
            name: name, uuid: .numbered(number),
            definition: definition(memory: memory, vcpus: vcpus, disk: "/dev/disk/\(name)"),
            xml: xml(number, name), xmlBlob: ObjectID(String(repeating: "d", count: 40)), wish: wish)
    }

    /// As little as a domain can be started from.
    private static func xml(_ number: Int, _ name: DomainName) -> [UInt8] {
        let uuid = DomainUUID.numbered(number)
        let identity = "<name>\(name)</name><uuid>\(uuid)</uuid>"
        return Array("<domain type='kvm'>\(identity)<memory>65536</memory><vcpu>1</vcpu></domain>".utf8)
    }

    static func node(_ name: NodeName, _ change: (inout NodeSpec) -> Void = { _ in }) -> NodeSpec {
        var node = NodeSpec(name: name)
        change(&node)
        return node
    }

    static func cluster(_ change: (inout ClusterSpec) -> Void = { _ in }) -> ClusterSpec {
        var cluster = ClusterSpec(name: "rack1")
        change(&cluster)
        return cluster
    }

    static func desired(
        _ nodes: [NodeSpec], _ domains: [DomainSpec], cluster: ClusterSpec = Make.cluster()
    ) -> DesiredState {
        DesiredState(cluster: cluster, nodes: nodes, domains: domains)
    }
}
