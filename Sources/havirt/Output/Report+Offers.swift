import NodeDriver
import Reconciler
import StateSpec

extension Report {
    /// Shows what can be changed while guests run, with the commands; nothing where there is nothing.
    static func offers(_ offers: [LiveOffer], _ desired: DesiredState, _ wiring: Wiring) throws {
        guard !offers.isEmpty else { return }
        let tools = try wiring.tools()
        let destinations = Dictionary(desired.nodes.map { ($0.name, $0.ssh) }) { first, _ in first }
        Terminal.out(
            "\n# Offered: what libvirt can change while the guest runs. apply does not; paste what you want:\n")
        for offer in offers {
            Terminal.out("# \(offer.domain) on \(offer.node): \(offer.what)\n")
            for command in offer.commands {
                let line = command.pasteable(tools: tools) { destinations[$0] ?? SSHDestination($0) }
                Terminal.out(line + "\n")
            }
        }
    }
}
