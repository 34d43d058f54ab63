import ChildProcess
import EndToEnd
import NodeDriver
import Reconciler
import SimulatedCluster
import StateSpec
import Store

/// The lab's nodes.
struct RealWorld: World {
    let clock: any ReconcilerClock = SystemClock()
    let transport: any Transport
    var executor: (any TaskExecutor)? { nil }
    private let lab: String

    /// - Parameters:
    ///   - lab: the lab's own command.
    ///   - controlFolder: where connections are kept; nil to make each one anew.
    init(sshConfig: String, lab: String, controlFolder: String?) throws {
        var settings = SSHSettings()
        settings.configFile = sshConfig
        settings.connectTimeout = Seconds(3)
        settings.controlFolder = controlFolder
        transport = try SSHTransport(settings)
        self.lab = lab
    }

    func prepare(_ domains: [Guest], on nodes: [NodeName]) async throws {
        for node in nodes {
            let status = try await run(PersonScript.sweep, on: node)
            guard status == 0 else { throw PlayError("\(node) cannot be swept: exit status \(status)") }
        }
    }

    func type(_ command: TypedCommand, on node: NodeName) async throws -> Int32 {
        try await run(PersonScript.input(for: command), on: node)
    }

    private func run(_ input: [UInt8], on node: NodeName) async throws -> Int32 {
        let request = NodeRequest(script: PersonScript.script, input: input, deadline: .seconds(90))
        return try await transport.run(request, on: SSHDestination(node)).status
    }

    func inflict(_ fault: Fault, on node: NodeName) async throws {
        switch fault {
        case .freezeLibvirtd: try await lab("fault", "libvirtd-freeze", node.text)
        case .thawLibvirtd: try await lab("fault", "libvirtd-thaw", node.text)
        case .killLibvirtd: try await lab("fault", "libvirtd-kill", node.text)
        case .startLibvirtd: try await lab("fault", "libvirtd-start", node.text)
        case .killSSHD: try await lab("fault", "sshd-kill", node.text)
        case .startSSHD: try await lab("fault", "sshd-start", node.text)
        case .powerOff: try await lab("off", node.text)
        case .powerOn: try await lab("on", node.text)
        case .killQEMU(let uuid): try await lab("enter", node.text, "pkill", "-KILL", "-f", "--", "-uuid \(uuid)")
        case .freezeStore: try await lab("store", "freeze")
        case .thawStore: try await lab("store", "thaw")
        }
    }

    func waitUntilUp(_ guest: Guest) async throws {
        // The count on its disk grows when it has booted.
        let before = try await lab("count", guest.definition.target)
        for _ in 0..<100 {
            try await Task.sleep(for: .milliseconds(200))
            if try await lab("count", guest.definition.target) != before { return }
        }
        throw PlayError("\(guest.name) does not boot")
    }

    @discardableResult
    private func lab(_ arguments: String...) async throws -> String {
        let variables = ["HAVIRT_LAB": Program.inherited("HAVIRT_LAB") ?? ""].filter { !$0.value.isEmpty }
        let result = try await runChild(
            ChildRequest(executable: lab, arguments: arguments, environment: variables, deadline: .seconds(60)))
        guard result.exit == .code(0) else {
            throw PlayError("lab \(arguments): \(result.exit), \(String(decoding: result.errorOutput, as: UTF8.self))")
        }
        return String(decoding: result.output, as: UTF8.self)
    }
}
