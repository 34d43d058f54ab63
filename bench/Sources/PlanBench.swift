import Reconciler
import StateSpec

/// A plan of a large cluster with nothing to move: 1,000 nodes, 30,000 domains.
enum PlanBench {
    static func run(nodes nodeCount: Int, domainsPerNode: Int) throws -> [Row] {
        let request = try request(nodes: nodeCount, domainsPerNode: domainsPerNode)
        var plan: Plan?
        let seconds = Meter.median(of: 5) { plan = Plan.make(request) }
        guard let plan, plan.isInSync else { throw BenchError("the cluster of the benchmark is not in sync") }
        let title = "plan \(nodeCount) nodes / \(nodeCount * domainsPerNode) domains, nothing to move"
        return [
            Row(
                title, seconds, "s CPU", limit: 0.3,
                comparison: "constraint solvers: minutes; kube-scheduler 700 to 1,100 decisions/s")
        ]
    }

    static func request(nodes nodeCount: Int, domainsPerNode: Int) throws -> PlanRequest {
        let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
        var nodes: [NodeSpec] = []
        var domains: [DomainSpec] = []
        var readings: [NodeName: Reading] = [:]
        for index in 0..<nodeCount {
            let name = try NodeName("n\(index)")
            nodes.append(NodeSpec(name: name))
            var observed: [ObservedDomain] = []
            for slot in 0..<domainsPerNode {
                let domain = try domain(index * domainsPerNode + slot)
                domains.append(domain)
                observed.append(
                    ObservedDomain(
                        uuid: domain.uuid, name: domain.name.text, state: ObservedState("running", "booted"),
                        definition: domain.definition))
            }
            let node = ObservedNode(
                hostUUID: try uuid(1, index), bootID: try uuid(2, index), hostName: name.text, uptime: Seconds(1_000),
                clock: now, versions: HypervisorVersions(libvirt: "9.0.0", hypervisor: "QEMU 7.2.22"),
                memory: MemorySize(mebibytes: 512 << 10), cpus: 128,
                networks: [ObservedNetwork(name: "lan", isActive: true, isAutostarted: true)], domains: observed,
                processes: observed.map(\.uuid))
            readings[name] = .answered(node, at: now)
        }
        let cluster = ClusterSpec(name: try ClusterName("bench"))
        return PlanRequest(
            desired: DesiredState(cluster: cluster, nodes: nodes, domains: domains),
            observed: ObservedCluster(takenAt: now, nodes: readings), now: now)
    }

    private static func domain(_ index: Int) throws -> DomainSpec {
        let definition = DomainDefinition(
            type: "kvm", memory: MemorySize(mebibytes: 4096), vcpus: 2, machine: "pc-q35-7.2",
            disks: [
                DomainDisk(
                    target: "vda",
                    source: .network(protocol: "iscsi", name: "iqn.2026-01.bench:d\(index)/1", hosts: ["store:3260"]))
            ], interfaces: [.network("lan")], graphics: [DomainGraphics(type: "vnc", port: 5900)])
        var spec = DomainSpec(
            name: try DomainName("d\(index)"), uuid: try uuid(3, index), definition: definition, xml: [], xmlBlob: nil)
        spec.wish.run = index % 3 == 0 ? .manual : .keepalive
        if index % 5 == 0 { spec.wish.apart = [GroupRule(group: try GroupName("g\(index / 10)"))] }
        return spec
    }

    private static func uuid(_ kind: Int, _ index: Int) throws -> DomainUUID {
        let digits = String(index, radix: 16)
        let tail = String(repeating: "0", count: 12 - digits.utf8.count) + digits
        guard let uuid = DomainUUID("0000000\(kind)-0000-4000-8000-\(tail)") else {
            throw BenchError("no uuid for \(index)")
        }
        return uuid
    }
}
