import ArgumentParser
import EndToEnd
import Reconciler
import SimulatedCluster
import StateSpec
import Store

@main
struct DifferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "havirt-differ",
        abstract: "Does the same things to real nodes and to simulated ones, and compares what they say.",
        discussion: """
            All domains of the nodes are ended. Exits with 1 if anything differs.

            EXAMPLES
              lab run havirt-differ --lab lab/lab --ssh-config /tmp/lab/ssh_config alpha beta gamma
              havirt-differ --simulated alpha beta gamma
            """)

    @Option(help: "How ssh reaches the real nodes.") var sshConfig: String?
    @Option(help: "The lab's own command, for faults.") var lab = "lab"
    @Flag(help: "Only print what simulated nodes say.") var simulated = false
    @Option(help: "Only sequences whose name holds this.") var only: String?
    @Flag(help: "Print everything.") var verbose = false
    @Argument(help: "Three nodes.") var nodes: [String]

    func validate() throws {
        guard nodes.count == 3 else { throw ValidationError("three nodes are needed") }
        guard simulated || sshConfig != nil else { throw ValidationError("--ssh-config is needed") }
    }

    func run() async throws {
        let names = try nodes.map { try NodeName($0) }
        let sequences = Sequences(names)
        let folder = TemporaryFolder()
        var isGood = try await withThrowingTaskGroup(of: Bool.self) { group in
            for lane in sequences.lanes {
                group.addTask { try await compare(lane, on: names, folder.path) }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
        isGood = try await compare(sequences.alone, on: names, folder.path) && isGood
        if !isGood { throw ExitCode(1) }
    }

    /// Plays sequences one after the other; true if nothing differs.
    private func compare(_ sequences: [CommandSequence], on nodes: [NodeName], _ folder: String) async throws -> Bool {
        let clock = SystemClock()
        var isGood = true
        for sequence in sequences where only.map(sequence.name.contains) ?? true {
            let scenes = try simulate(sequence, on: nodes)
            if simulated || verbose { show(sequence, scenes, "simulated") }
            guard !simulated, let sshConfig else { continue }
            let begin = clock.monotonicMilliseconds()
            let world = try RealWorld(
                sshConfig: sshConfig, lab: lab, controlFolder: sequence.keepsConnections ? folder + "/ssh" : nil)
            let real = try await Play(sequence, in: world, suffix: RunID.random().text).run()
            if verbose { show(sequence, real, "real") }
            let differences = Comparison(real: real, simulated: scenes).differences
            let milliseconds = clock.monotonicMilliseconds() - begin
            let title = "\(differences.isEmpty ? "same" : "DIFFERS"): \(sequence.name) (\(milliseconds) ms)"
            print(([title] + differences.map { "  \($0)" }).joined(separator: "\n"))
            if !differences.isEmpty { isGood = false }
        }
        return isGood
    }

    private func simulate(_ sequence: CommandSequence, on nodes: [NodeName]) throws -> [Play.Scene] {
        let time = VirtualTime(seed: 1)
        return try time.run { () async -> Result<[Play.Scene], any Error> in
            do {
                let world = SimulatedWorld(nodes, in: time)
                return .success(try await Play(sequence, in: world, suffix: "simulated").run())
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private func show(_ sequence: CommandSequence, _ scenes: [Play.Scene], _ world: String) {
        print("\(sequence.name), \(world):")
        for (number, scene) in scenes.enumerated() {
            print("  \(number). \(scene.operation): \(scene.outcome)")
            for line in scene.view { print("       \(line)") }
        }
    }
}
