import NodeDriver
import Reconciler
import StateSpec

/// What a look at all nodes costs on the controller's side: this process, its ssh children, and the masters of kept
/// connections. What happens on the nodes is not in it.
struct ScanBench {
    let label: String
    let configFile: String
    let nodes: [NodeSpec]
    /// A short path for sockets, to be made.
    let controlFolder: String
    private let cluster: ClusterName

    init(label: String, configFile: String, nodes: [String], controlFolder: String) throws {
        self.label = label
        self.configFile = configFile
        self.controlFolder = controlFolder
        self.nodes = try nodes.map { NodeSpec(name: try NodeName($0)) }
        cluster = try ClusterName("bench")
    }

    func run() async throws -> [Row] {
        [
            row(
                "cold", try await cold(), limit: 15, aim: 12,
                comparison: "Ansible 97 to 160; ssh itself 10 (66 with its default key exchange)"),
            row("warm", try await warm(), limit: 8, aim: 6, comparison: "clush 11; ssh itself 5"),
        ]
    }

    private func row(_ kind: String, _ seconds: Double, limit: Double, aim: Double, comparison: String) -> Row {
        Row("scan \(label), \(kind)", seconds * 1e3, "ms CPU a node", limit: limit, aim: aim, comparison: comparison)
    }

    /// Each round with a hypervisor that knows nothing, over new connections.
    private func cold() async throws -> Double {
        var settings = settings()
        settings.controlFolder = nil
        var figures: [Double] = []
        for _ in 0..<3 {
            let hypervisor = VirshHypervisor(transport: try SSHTransport(settings))
            figures.append(try await measure { try await scan(hypervisor) })
        }
        return Meter.median(figures)
    }

    /// As a loop does it: over kept connections, after a first look.
    private func warm() async throws -> Double {
        var settings = settings()
        settings.controlFolder = controlFolder
        let hypervisor = VirshHypervisor(transport: try SSHTransport(settings))
        defer { LiveProcesses(controlFolder: controlFolder).endMasters() }
        try await scan(hypervisor)
        let rounds = 10
        let seconds = try await measure { for _ in 0..<rounds { try await scan(hypervisor) } }
        return seconds / Double(rounds)
    }

    private func settings() -> SSHSettings {
        var settings = SSHSettings()
        settings.configFile = configFile
        settings.kexAlgorithms = "curve25519-sha256"
        return settings
    }

    /// CPU seconds a node.
    private func measure(_ body: () async throws -> Void) async throws -> Double {
        let live = LiveProcesses(controlFolder: controlFolder)
        let before = live.cpuSeconds
        let start = Meter.cpuSecondsSinceStart
        try await body()
        let own = Meter.cpuSecondsSinceStart - start
        return (own + live.cpuSeconds - before) / Double(nodes.count)
    }

    private func scan(_ hypervisor: VirshHypervisor) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes {
                group.addTask {
                    let answer = await hypervisor.scan(node, of: cluster, deadline: Seconds(60))
                    if case .silent(let silence) = answer { throw BenchError("\(node.name) is silent: \(silence)") }
                }
            }
            try await group.waitForAll()
        }
    }
}
