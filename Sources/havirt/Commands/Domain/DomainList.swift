import ArgumentParser
import Reconciler
import StateSpec
import Store

struct DomainList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Definitions and rules of domains.",
        discussion: """
            From git, with the place where each was last seen active. Asks no node; `node scan` does.

            COLUMNS of --format tsv, which stay as they are; a new one comes last. `-` is none or not known, \
            and a list is joined by commas.
               1 domain       the name
               2 uuid         its identity
               3 run          keepalive, manual or stopped
               4 nodes        where it may run; `-` for anywhere
               5 prefer       where a start goes if it can
               6 memoryKiB    the most memory it may use
               7 vcpus        the most vCPUs it may use
               8 disks        what its disks stand on
               9 networks     networks, and bridges as bridge:NAME
              10 lastSeenOn   where it was last seen active
              11 at           when

            EXAMPLES
              havirt domain list --format tsv | cut -f1,10
            """)

    @Argument(help: "The domains to show; all when none is named.", completion: NameCompletion.domains)
    var domains: [String] = []

    @OptionGroup var global: GlobalOptions

    @Option(name: .long, help: "How to print it; by default a table on a terminal, else tsv.")
    var format: ListFormat?

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let desired = try await Loading.load(wiring).desired
        let chosen = domains.isEmpty ? desired.domains : try domains.map { try DomainChoice.find($0, desired) }
        let recalled = try wiring.records.recall()
        let sightings = Dictionary(recalled.sightings.map { ($0.uuid, $0) }) { $0.at >= $1.at ? $0 : $1 }
        let columns = [
            "domain", "uuid", "run", "nodes", "prefer", "memoryKiB", "vcpus", "disks", "networks", "lastSeenOn", "at",
        ]
        let rows: [[Cell]] = chosen.map { domain in
            let sighting = sightings[domain.uuid]
            return [
                .text(domain.name.text), .text("\(domain.uuid)"), .text(domain.wish.run.rawValue),
                domain.wish.nodes.map { .list($0.map(\.text)) } ?? .none,
                domain.wish.prefer.map { .text($0.text) } ?? .none,
                .number(Int64(clamping: domain.definition.memory.kibibytes)), .number(Int64(domain.definition.vcpus)),
                .list(domain.definition.disks.map(\.source.words)),
                .list(domain.definition.interfaces.map(Self.words)),
                sighting.map { .text($0.node.text) } ?? .none, sighting.map { .text("\($0.at)") } ?? .none,
            ]
        }
        Terminal.out(try Table(columns: columns, rows: rows).render(format))
    }

    private static func words(_ interface: DomainInterface) -> String {
        switch interface {
        case .network(let name): name
        case .bridge(let name): "bridge:\(name)"
        case .other(let type): type
        }
    }
}
