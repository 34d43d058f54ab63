import StateSpec

@testable import Reconciler

/// Three nodes that are as they should be, for tests to spoil.
struct ValidatedCluster {
    var world = World(["alpha", "beta", "gamma"])
    var spec = Make.cluster()
    var nodes = [Make.node("alpha"), Make.node("beta"), Make.node("gamma")]
    var domains = [Make.domain(1, "web"), Make.domain(2, "db")]
    var iscsi: [ISCSISpec] = []
    private var changes: [NodeName: @Sendable (inout ObservedNode) -> Void] = [:]

    static let names: [NodeName] = ["alpha", "beta", "gamma"]

    init() {
        world.put(domains[0], on: "alpha")
        world.put(domains[1], on: "beta")
    }

    /// Changes what a node shows.
    mutating func change(_ name: NodeName, _ body: @escaping @Sendable (inout ObservedNode) -> Void) {
        let before = changes[name]
        changes[name] = { node in
            before?(&node)
            body(&node)
        }
    }

    /// The key of a node's root, or of its host.
    static func key(_ owner: NodeName, isHost: Bool = false) -> PublicKey {
        let blob = "AAAAC3NzaC1lZDI1NTE5AAAAI" + (isHost ? "host" : "root") + owner.text + "0000"
        guard let key = PublicKey(type: "ssh-ed25519", blob: blob, comment: isHost ? "" : "root@\(owner)") else {
            preconditionFailure("\(blob) is no key")
        }
        return key
    }

    static let config = [
        SSHConfigLine(keyword: "host", value: .shown("alpha beta gamma")),
        SSHConfigLine(keyword: "user", value: .shown("root")),
        SSHConfigLine(keyword: "proxycommand", value: .hidden("c0ffee")),
    ]

    static func access(
        of name: NodeName, own: [PublicKey]? = nil, authorized: Seen<[AuthorizedKey]>? = nil,
        trustsOthers: Bool = false,
        peers: [KnownPeer]? = nil, config: Seen<[SSHConfigLine]>? = nil
    ) -> ObservedAccess {
        ObservedAccess(
            own: own ?? [key(name)], authorized: authorized ?? .known(names.map { AuthorizedKey(key($0)) }),
            trustsOthers: trustsOthers, host: [key(name, isHost: true)],
            peers: peers ?? names.map { KnownPeer(host: $0.text, lookup: $0.text, keys: [key($0, isHost: true)]) },
            config: config ?? .known(Self.config))
    }

    var request: PlanRequest {
        var observed = world.observed()
        for (name, reading) in observed.nodes {
            guard case .answered(var node, let moment) = reading else { continue }
            node.access = Self.access(of: name)
            node.uplinks = ["br0": 1]
            changes[name]?(&node)
            observed.nodes[name] = .answered(node, at: moment)
        }
        let desired = DesiredState(cluster: spec, nodes: nodes, domains: domains, iscsi: iscsi)
        return PlanRequest(desired: desired, observed: observed, now: observed.takenAt)
    }

    var validation: Validation {
        let request = request
        return Validation(request, Plan.make(request))
    }

    /// All findings but those on what three nodes of a test cannot have.
    var findings: [Alert] { validation.findings.filter { !["unprotected", "n-plus-one"].contains($0.code) } }
}

extension ObservedNode {
    /// The same node with other networks, bridges or domains.
    func with(
        networks: [ObservedNetwork]? = nil, bridges: [String]? = nil, domains: [ObservedDomain]? = nil
    ) -> ObservedNode {
        var node = ObservedNode(
            hostUUID: hostUUID, bootID: bootID, hostName: hostName, uptime: uptime, clock: clock, versions: versions,
            memory: memory, cpus: cpus, cpuModel: cpuModel, cpu: cpu, networks: networks ?? self.networks,
            bridges: bridges ?? self.bridges, domains: domains ?? self.domains, processes: processes, memo: memo,
            storage: storage,
            storageLock: storageLock)
        node.access = access
        node.uplinks = uplinks
        return node
    }

    /// The same node with another clock, other versions, or another CPU.
    func with(
        clock: Timestamp? = nil, versions: HypervisorVersions? = nil, cpuModel: String? = nil
    ) -> ObservedNode {
        var node = ObservedNode(
            hostUUID: hostUUID, bootID: bootID, hostName: hostName, uptime: uptime, clock: clock ?? self.clock,
            versions: versions ?? self.versions, memory: memory, cpus: cpus, cpuModel: cpuModel ?? self.cpuModel,
            cpu: cpuModel == nil ? cpu : ObservedCPU(vendor: "Intel", features: []), networks: networks,
            bridges: bridges, domains: domains, processes: processes, memo: memo, storage: storage,
            storageLock: storageLock)
        node.access = access
        node.uplinks = uplinks
        return node
    }
}
