import ArgumentParser
import ChildProcess
import Glibc
import NodeDriver
import Reconciler
import StateSpec

struct DomainConsole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "A terminal on a domain's serial console.",
        discussion: """
            Scans all nodes, and connects to the one where the domain runs; a domain that runs nowhere, on several \
            nodes, or nobody knows where has no console here. ^] ends it. It changes nothing, hence it needs no --yes: \
            on a terminal it connects at once, otherwise it prints the command.

            EXAMPLES
              havirt domain console web1
              havirt domain console web1 --force     cut off whoever is connected
              havirt domain console web1 --dryrun    the command, fit to be pasted
            """)

    @Argument(help: "The domain.", completion: NameCompletion.domains)
    var domain: String

    @Flag(name: .long, help: "Cut off whoever is connected.")
    var force = false

    @Flag(name: .long, help: "Only print the command.")
    var dryrun = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let (uuid, node) = try await find(wiring)
        let console = ConsoleCommand(uuid, isForced: force)
        let ssh = try wiring.ssh()
        let line = console.pasteable(on: node.ssh, tools: wiring.pastedTools(ssh))
        guard !dryrun, isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            return Terminal.out(line + "\n")
        }
        if wiring.settings.ssh.keys.scan != nil {
            Terminal.note("havirt: the gate opens no console to havirt's keys: this takes a key of your own")
        }
        Terminal.note("$ \(line)")
        try replaceProcess(ssh.executable, console.sshArguments(on: node.ssh, ssh))
    }

    /// The domain, and the node where it was seen active; fails with what to do where that is not one node.
    private func find(_ wiring: Wiring) async throws -> (DomainUUID, NodeSpec) {
        let planned = try await NodeLook(wiring: wiring).plan()
        let spec = try DomainChoice.find(domain, planned.loaded.desired)
        let home = try DomainHome.find(spec, in: planned.observed)
        guard let node = planned.loaded.desired.nodes.first(where: { $0.name == home }) else {
            throw Failure("\(spec.name) runs on \(home), which git does not name; restore the node's file")
        }
        return (spec.uuid, node)
    }
}
