import ChildProcess
import NodeDriver
import Reconciler
import StateSpec
import Store

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
        let ssh = try await plainSSH()
        return [
            row(
                "cold", try await cold(), limit: 15, aim: 12,
                comparison: "Ansible 97 to 160; ssh itself here \(BenchTable.number(ssh.cold * 1e3))"),
            row(
                "warm", try await warm(), limit: 8, aim: 6,
                comparison: "clush 11; ssh itself here \(BenchTable.number(ssh.warm * 1e3))"),
            row(
                "a loop's next round", try await steady(), limit: 8, aim: 1,
                comparison: "one line to an open shell 0.06"),
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
        for _ in 0..<(isLarge ? 1 : 5) {
            let hypervisor = VirshHypervisor(transport: try SSHTransport(settings), clock: SystemClock())
            figures.append(try await measure { try await scan(hypervisor) })
        }
        return Meter.median(figures)
    }

    /// Each round with a hypervisor that knows nothing, over connections that are there.
    private func warm() async throws -> Double {
        defer { LiveProcesses(controlFolder: controlFolder).endMasters() }
        try await scan(VirshHypervisor(transport: try SSHTransport(settings()), clock: SystemClock()))
        var figures: [Double] = []
        for _ in 0..<(isLarge ? 1 : 5) {
            let hypervisor = VirshHypervisor(transport: try SSHTransport(settings()), clock: SystemClock())
            figures.append(try await measure { try await scan(hypervisor) })
        }
        return Meter.median(figures)
    }

    /// As a loop does it that has looked before and finds nothing changed.
    private func steady() async throws -> Double {
        defer { LiveProcesses(controlFolder: controlFolder).endMasters() }
        let hypervisor = VirshHypervisor(transport: try SSHTransport(settings()), clock: SystemClock())
        try await scan(hypervisor)
        let rounds = isLarge ? 4 : 10
        let seconds = try await measure { for _ in 0..<rounds { try await scan(hypervisor) } }
        return seconds / Double(rounds)
    }

    /// The nodes share the machine with this process: many rounds of many nodes take minutes.
    private var isLarge: Bool { nodes.count > 10 }

    /// The client alone, with the same options, running `true`.
    private func plainSSH() async throws -> (cold: Double, warm: Double) {
        guard let node = nodes.first else { throw BenchError("no node") }
        defer { LiveProcesses(controlFolder: controlFolder).endMasters() }
        let socket = "\(controlFolder)/plain"
        let fixed = ["-F", configFile, "-o", "BatchMode=yes", "-o", "KexAlgorithms=curve25519-sha256"]
        let master = ["-o", "ControlMaster=auto", "-o", "ControlPersist=60", "-o", "ControlPath=\(socket)"]
        let command = [node.name.text, "true"]
        let runs = 10
        func run(_ options: [String]) async throws {
            let result = try await runChild(ChildRequest(executable: "ssh", arguments: fixed + options + command))
            guard result.exit == .code(0) else { throw BenchError("ssh \(node.name) true: \(result.exit)") }
        }
        let cold = try await measure { for _ in 0..<runs { try await run([]) } }
        // It makes the folder.
        _ = try SSHTransport(settings())
        try await run(master)
        let warm = try await measure { for _ in 0..<runs { try await run(master) } }
        let scale = Double(nodes.count) / Double(runs)
        return (cold * scale, warm * scale)
    }

    private func settings() -> SSHSettings {
        var settings = SSHSettings()
        settings.configFile = configFile
        settings.controlFolder = controlFolder
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
