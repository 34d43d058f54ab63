import ArgumentParser
import Reconciler
import StateSpec
import Store

struct NodeShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One node on one screen.",
        discussion: """
            What git wishes, with file and line; what the node said of itself, how full it is, which domains are there, \
            and its iSCSI sessions; what a plan does to it, and why; and what this controller did last. Scans all nodes and changes \
            nothing. Exits with 0 whatever it shows.

            EXAMPLES
              havirt node show beta
              havirt node show beta --recorded       no node is asked
              havirt node show beta --observed scan.json --format json
            """)

    @Argument(help: "The node.", completion: NameCompletion.nodes)
    var node: String

    @OptionGroup var global: GlobalOptions
    @OptionGroup var look: LookOptions

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let view: NodeView
        if look.recorded {
            let loaded = try await Loading.load(wiring)
            view = try Self.recorded(try NodeChoice.find(node, loaded.desired), loaded, wiring.records)
        } else {
            let planned = try await look.plan(wiring)
            view = NodeView(
                try NodeChoice.find(node, planned.loaded.desired), planned.request, planned.plan)
        }
        let history = try RecentHistory(wiring.journal) { $0.nodes?.contains(view.name) == true }
        switch look.format {
        case .json: Terminal.out(try JSONText.encode(Shown(node: view, history: history.entries)))
        case .text:
            let reasons = (view.plan?.steps.map(\.reason) ?? []) + view.residents.compactMap(\.decision?.reason)
            let commits = wiring.commits(thatBrought: reasons.flatMap(\.rules), in: view.commit)
            Terminal.out(NodeViewText.render(view, commits: commits) + history.text)
        }
    }

    private static func recorded(
        _ spec: NodeSpec, _ loaded: LoadedCommit, _ records: FileRecordStore
    ) throws -> NodeView {
        let record = try records.nodes()[spec.name]
        let population = try records.population()[spec.name]
        let managed = Set(loaded.desired.domains.map(\.uuid))
        let listed = (population?.domains ?? [:]).map { uuid, resident in
            NodeView.Resident(
                uuid: uuid, name: resident.name, state: resident.state, isManaged: managed.contains(uuid))
        }
        let strays = (population?.strays ?? []).map { uuid in
            NodeView.Resident(uuid: uuid, name: nil, state: nil, isManaged: managed.contains(uuid))
        }
        var seen: NodeView.Seen?
        if let identity = record?.identity, let resources = record?.resources {
            seen = NodeView.Seen(
                hostUUID: identity.hostUUID, bootID: identity.bootID, hostName: resources.hostName,
                versions: resources.versions, memory: resources.memory, cpus: resources.cpus,
                cpuModel: resources.cpuModel)
        }
        return NodeView(
            spec, commit: loaded.commit, recorded: seen, at: population?.seen ?? record?.resources?.seen,
            residents: listed + strays, silence: record?.quiet.map { "since \($0.since), \($0.silence)" },
            lastHeard: [record?.identity?.lastAnswer, record?.heardAt].compactMap { $0 }.max())
    }

    private struct Shown: Encodable {
        let node: NodeView
        let history: [JournalEntry]
    }
}
