import ArgumentParser
import Reconciler
import StateSpec
import Store

struct NodeList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "What is known of all nodes.",
        discussion: """
            Specs from git with resources as last recorded. Asks no node; `node update` does.

            COLUMNS of --format tsv, which stay as they are; a new one comes last. `-` is none or not known, \
            and a list is joined by commas.
               1 node           the name
               2 ssh            where ssh finds it
               3 state          ready, maintenance, silent, fenced, retired or unknown
               4 memoryKiB      physical memory
               5 cpus           logical CPUs
               6 cpuModel       as libvirt names it
               7 libvirt        its version
               8 hypervisor     its version
               9 hostUUID       which machine answered last
              10 bootID         in which boot
              11 lastAnswer     when, to any havirt
              12 labels         what it offers
              13 failureDomain  what it shares its fate with

            EXAMPLES
              havirt node list --format tsv | awk -F'\\t' '$3 == "silent" {print $1}'
            """)

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
