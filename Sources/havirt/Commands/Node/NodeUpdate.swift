import ArgumentParser
import Reconciler
import StateSpec

struct NodeUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Ask the nodes for their resources and record them.",
        discussion: "Writes var/node.yaml. Exits with 1 if a node that was asked for is silent.")

    @Argument(help: "The nodes to show; all when none is named.", completion: NameCompletion.nodes)
    var nodes: [String] = []

    @OptionGroup var global: GlobalOptions

    @Option(name: .long, help: "How to print it; by default a table on a terminal, else tsv.")
    var format: ListFormat?

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let scan = try await NodeLook(wiring: wiring).look()
        let chosen = try NodeChoice.choose(nodes, scan.loaded.desired)
        Terminal.out(try NodeTable.make(scan.loaded.desired, wiring.records, chosen).render(format))
        let isSilent = { (name: NodeName) in scan.observed.nodes[name]?.node == nil }
        for name in chosen.sorted() where isSilent(name) {
            guard case .silent(let silence) = scan.observed.nodes[name] else { continue }
            Terminal.note("havirt: \(name) is silent, \(silence)")
        }
        if chosen.contains(where: isSilent) { throw ExitStatus.blocked }
    }
}

/// Names of nodes on the command line.
enum NodeChoice {
    /// The nodes with these names, or all; a name that git does not have is an error.
    static func choose(_ texts: [String], _ desired: DesiredState) throws -> Set<NodeName> {
        let known = Set(desired.nodes.map(\.name))
        guard !texts.isEmpty else { return known }
        return Set(try texts.map { try find($0, desired).name })
    }

    /// The node with this name; one that git does not have is an error.
    static func find(_ text: String, _ desired: DesiredState) throws -> NodeSpec {
        guard let node = desired.nodes.first(where: { $0.name.text == text }) else {
            let list = desired.nodes.map(\.name.text).joined(separator: ", ")
            throw Failure("there is no node \(Escaped(text)); git has \(list)")
        }
        return node
    }
}
