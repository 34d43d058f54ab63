import ArgumentParser
import NodeDriver
import Reconciler
import StateSpec

struct NodeGate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Print what has nodes let havirt's keys do only what havirt does.",
        discussion: """
            Whoever has a key of root's is root. With the gate, havirt has two keys: one that scans and one that acts, \
            and a small script on each node runs nothing for them but this havirt's own scripts, which it knows by \
            their digests. All else is refused and logged. Nothing is changed: printed are the commands that install \
            it, fit to be pasted.

            Each version of havirt has its own gate. Before an upgrade, install the new one's with --keep and the old \
            gate, as the older havirt prints it and not as some node has it, so that both get in; afterwards, without.

            EXAMPLES
              havirt node gate --scan-key s.pub --act-key a.pub   how to install it
              havirt node gate alpha                    with the keys of havirt.conf
              havirt node gate --script                 the script alone
              havirt node gate --keys                   the lines of authorized_keys
              havirt node gate --script --keep old      let the old havirt in, too
            """)

    @Argument(help: "The nodes; all when none is named.", completion: NameCompletion.nodes)
    var nodes: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("The public key that looks; by default scanKey.pub of the settings.", valueName: "file"),
        completion: .file(extensions: ["pub"]))
    var scanKey: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The public key that acts; by default actKey.pub of the settings.", valueName: "file"),
        completion: .file(extensions: ["pub"]))
    var actKey: String?

    @Option(
        name: .long, help: ArgumentHelp("An older gate, whose havirt gets in, too.", valueName: "file"),
        completion: .file())
    var keep: String?

    @Flag(name: .long, help: "Only print the script.")
    var script = false

    @Flag(name: .long, help: "Only print the lines of authorized_keys.")
    var keys = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if script && keys { throw ValidationError("--script and --keys exclude each other") }
        if script && (scanKey != nil || actKey != nil) { throw ValidationError("there is no key in the script") }
        if keys && keep != nil { throw ValidationError("--keep is about the script") }
        if (script || keys) && !nodes.isEmpty { throw ValidationError("what is printed is the same for all nodes") }
    }

    func run() async throws {
        let settings = try global.settings()
        if script { return Terminal.out(try await gate().script) }
        let files = try GateKeyFiles(scan: scanKey, act: actKey, settings.ssh.keys)
        if keys { return Terminal.out(try files.lines.map { "\($0)\n" }.joined()) }
        // What would fail in the middle of a pasted line fails here.
        _ = try files.lines
        _ = try await gate()
        try await tell(Wiring(settings: settings), files)
    }

    private func gate() async throws -> Gate {
        let gate: Gate
        do throws(GateError) {
            gate = try await Gate(version: Havirt.configuration.version)
        } catch {
            throw Failure("\(error)")
        }
        guard let keep else { return gate }
        let older = String(decoding: try FileBytes.read(keep, bytesMax: 1 << 20), as: UTF8.self)
        do throws(GateError) {
            return try gate.keeping(older)
        } catch {
            throw Failure("\(Escaped(keep)): \(error)")
        }
    }

    private func tell(_ wiring: Wiring, _ files: GateKeyFiles) async throws {
        let desired: DesiredState
        do {
            desired = try await wiring.source().load(applied: []).desired
        } catch let error as DesiredSourceError {
            throw Report.refusal(error.description, error.findings)
        }
        let chosen = try NodeChoice.choose(nodes, desired)
        let tools = try wiring.tools()
        let kept = keep.map { ["--keep", $0] } ?? []
        var text = "The gate is installed by these commands, with your own access as root; nothing is changed yet.\n"
        for node in desired.nodes where chosen.contains(node.name) && (!node.retired || !nodes.isEmpty) {
            text += "\n# \(node.name)\n"
            for (part, words) in [(Gate.Part.script, ["--script"] + kept), (.keys, ["--keys"] + files.options)] {
                text += Gate.installLine(part, ["havirt", "node", "gate"] + words, on: node.ssh, tools) + "\n"
            }
        }
        text += """

            Then, in havirt.conf: ssh: {\(files.settings)}
            And once `havirt node scan` answers, take the key that havirt had before out of each node's authorized_keys: \
            as long as it is there, the gate keeps nobody out.

            """
        Terminal.out(text)
    }
}
