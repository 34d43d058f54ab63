import ArgumentParser
import Reconciler
import StateSpec
import Store

struct NodeList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "What is known of all nodes.",
        discussion: "Specs from git with resources as last recorded. Asks no node; `node update` does.")

    @OptionGroup var global: GlobalOptions

    @Option(name: .long, help: "How to print it; by default a table on a terminal, else tsv.")
    var format: ListFormat?

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let loaded = try await Loading.load(wiring)
        let names = Set(loaded.desired.nodes.map(\.name))
        Terminal.out(try NodeTable.make(loaded.desired, wiring.records, names).render(format))
    }
}

/// Loads the specs for commands that ask no node.
enum Loading {
    static func load(_ wiring: Wiring) async throws -> LoadedCommit {
        do {
            return try await wiring.source().load(applied: [])
        } catch let error as DesiredSourceError {
            throw Report.refusal(error.description, error.findings)
        }
    }
}
