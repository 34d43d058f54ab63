import ArgumentParser
import Reconciler
import StateSpec
import Store

struct NodeScan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Which domains are on which node.",
        discussion: """
            Asks every node, records the answers, and exits with 1 if a node is silent. A saved scan is what \
            `havirt plan --observed` reads, and what a bug report needs.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(
        name: .long, help: ArgumentHelp("Save the scan for `plan --observed`.", valueName: "file"), completion: .file())
    var save: String?

    @Option(name: .long, help: "How to print it; by default a table on a terminal, else tsv.")
    var format: ListFormat?

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let scan = try await NodeLook(wiring: wiring, depth: save == nil ? .round : .crosswise).look()
        if let save { try FileBytes.replace(save, with: Array(try JSONText.encode(scan.observed).utf8)) }
        var table = Table(columns: ["node", "domain", "uuid", "state", "reason", "persistent", "managed"], rows: [])
        let managed = Set(scan.loaded.desired.domains.map(\.uuid))
        for (name, reading) in scan.observed.nodes.sorted(by: { $0.key < $1.key }) {
            for domain in reading.node?.domains ?? [] {
                table.rows.append([
                    .text(name.text), .text(domain.name), .text("\(domain.uuid)"), .text(domain.state.state),
                    .text(domain.state.reason), .flag(domain.isPersistent), .flag(managed.contains(domain.uuid)),
                ])
            }
        }
        Terminal.out(try table.render(format))
        try scan.failIfSilent()
    }
}

/// A look at all nodes, recorded.
struct NodeLook {
    let wiring: Wiring
    var depth = ScanDepth.round

    struct Scan {
        let loaded: LoadedCommit
        let observed: ObservedCluster

        /// Names every silent node; a listing without them would look complete.
        func failIfSilent() throws {
            var isComplete = true
            for (name, reading) in observed.nodes.sorted(by: { $0.key < $1.key }) {
                guard case .silent(let silence) = reading else { continue }
                isComplete = false
                Terminal.note("havirt: \(name) is silent, \(silence)")
            }
            if !isComplete { throw ExitStatus.blocked }
        }
    }

    func look() async throws -> Scan {
        let planned = try await plan()
        return Scan(loaded: planned.loaded, observed: planned.observed)
    }

    func plan() async throws -> Round.Planned {
        Terminal.progress("scanning the nodes …")
        defer { Terminal.progressDone() }
        do {
            return try await wiring.round(try wiring.source(), depth: depth).plan()
        } catch let error as RoundError {
            throw Report.refusal(error.description, error.findings)
        }
    }
}
