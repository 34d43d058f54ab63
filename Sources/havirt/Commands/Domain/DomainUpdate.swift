import ArgumentParser
import Reconciler
import StateSpec
import Store

struct DomainUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Ask the nodes what domains have and record it; fetch XML that git lacks.",
        discussion: """
            Writes var/domain.yaml: vCPUs, memory and VNC port of each domain, as its XML on the node says. ALL and \
            RUNNING stand for many domains, of git and others.

            A domain that is named and that git does not have is fetched from its node: its XML, without what libvirt \
            made by itself and without secrets, becomes a commit. It is manual then, and may run anywhere, until you \
            say more. With --force the XML of those that git has is fetched anew, where it says something else: what \
            was changed by hand on a node becomes git's, and comments in the XML are lost. Without --yes the commits \
            are only shown. `havirt cluster adopt` takes over a whole cluster.

            COLUMNS of --format tsv, which stay as they are; a new one comes last. `-` is none or not known.
               1 domain     the name
               2 uuid       its identity
               3 inGit      whether git names it: yes or no
               4 node       where its XML was read
               5 active     whether it was active there: yes or no
               6 vcpus      the most vCPUs it may use
               7 memoryKiB  the most memory it may use
               8 vncPort    the port of its VNC display
               9 at         when

            EXAMPLES
              havirt domain update ALL
              havirt domain update RUNNING --format tsv | awk -F'\\t' '$8 != "-" {print $4 ":" $8, $1}'
              havirt domain update web9              the commit that brings web9 into git
              havirt domain update web9 --yes
              havirt domain update web1 --force      what was changed by hand, as a diff
            """)

    @Argument(help: "The domains, or ALL, or RUNNING.", completion: NameCompletion.domainsOrMany)
    var domains: [String]

    @Flag(name: .long, help: "Fetch the XML of those, too, that git has.")
    var force = false

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions

    @Option(name: .long, help: "How to print it; by default a table on a terminal, else tsv.")
    var format: ListFormat?

    func validate() throws {
        if domains.count > 1, domains.contains(where: { ["ALL", "RUNNING"].contains($0) }) {
            throw ValidationError("ALL and RUNNING stand alone")
        }
    }

    func run() async throws {
        let start = try await VerbStart(global, commit, depth: .whole, demandsUsableTip: false)
        let fetching = DomainFetching(start: start)
        let desired = start.planned.loaded.desired
        let changes: [SpecChange]
        let chosen: Set<DomainUUID>
        if domains == ["ALL"] || domains == ["RUNNING"] {
            chosen = fetching.seen(onlyActive: domains == ["RUNNING"])
            let refreshed = desired.domains.filter { chosen.contains($0.uuid) && fetching.isSeen($0) }
            changes = force ? try refreshed.compactMap { try fetching.refresh($0) } : []
        } else {
            let known = domains.compactMap { text in desired.domains.first { $0.name.text == text } }
            let unknown = domains.filter { text in !known.contains { $0.name.text == text } }
            chosen = Set(known.map(\.uuid))
            changes =
                try unknown.map { try fetching.fetch($0) }
                + (force ? try known.compactMap { try fetching.refresh($0) } : [])
        }
        guard changes.isEmpty else { return try await fetching.commit(changes) }
        if !force || format != nil {
            Terminal.out(try DomainRecordTable.make(chosen, desired, start.wiring.records).render(format))
        }
        try NodeLook.Scan(loaded: start.planned.loaded, observed: start.planned.observed).failIfSilent()
    }
}

/// What `var/domain.yaml` has of domains.
enum DomainRecordTable {
    private static let columns = [
        "domain", "uuid", "inGit", "node", "active", "vcpus", "memoryKiB", "vncPort", "at",
    ]

    static func make(
        _ chosen: Set<DomainUUID>, _ desired: DesiredState, _ records: FileRecordStore
    ) throws -> Table {
        let known = try records.domains()
        let names = Dictionary(desired.domains.map { ($0.uuid, $0.name.text) }) { first, _ in first }
        let rows = chosen.map { uuid -> (name: String, cells: [Cell]) in
            let definition = known[uuid]?.definition
            let name = names[uuid] ?? definition?.name
            let cells: [Cell] = [
                name.map { .text($0) } ?? .none, .text("\(uuid)"), .flag(names[uuid] != nil),
                definition.map { .text($0.node.text) } ?? .none, definition.map { .flag($0.isActive) } ?? .none,
                definition.map { .number(Int64($0.vcpus)) } ?? .none,
                definition.map { .number(Int64(clamping: $0.memory.kibibytes)) } ?? .none,
                definition?.vncPort.map { .number(Int64($0)) } ?? .none,
                definition.map { .text("\($0.seen)") } ?? .none,
            ]
            return (name ?? "\(uuid)", cells)
        }
        return Table(columns: columns, rows: rows.sorted { $0.name < $1.name }.map(\.cells))
    }
}
