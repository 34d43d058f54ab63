import ArgumentParser
import Reconciler
import StateSpec
import Store

struct ClusterAdopt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Write a cluster that runs already into git, in one commit.",
        discussion: """
            Looks at the nodes and writes cluster.yaml, a file for each node, and XML and YAML for each domain: \
            keepalive for what runs, manual for what is off, and `nodes` where a domain cannot run everywhere; and a \
            file of iscsi/ for the sessions that are there, with their LUNs pinned. The XML is without what libvirt has generated, and without secrets. What git has already is left alone, so it can \
            be repeated, as for a new node. The branch may be one without any commit.

            The first plan afterwards has nothing to do: what speaks against that is left out, and named. Domains that \
            run twice, clash on a name or a disk, or whose state is uncertain are never adopted. A node that does not \
            answer may run any of them a second time, so it must be left out by naming the others.

            EXAMPLES
              havirt cluster adopt alpha beta gamma  what would be committed
              havirt cluster adopt alpha beta=root@10.0.0.12 gamma --name shop --yes
              havirt cluster adopt alpha beta --shared-path /media/shared --yes
              havirt cluster adopt --propose adopted --yes
                                                     what git lacks, for review
            """)

    @Argument(
        help: ArgumentHelp(
            "The nodes, as ssh knows them, or NAME=SSH-DESTINATION; by default those of git.", valueName: "node"))
    var nodes: [String] = []

    @Option(name: .long, help: ArgumentHelp("A saved scan instead of asking the nodes.", valueName: "file"))
    var observed: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var adoption: AdoptionOptions

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let commits = try wiring.commits(revision: nil, isOffline: adoption.commit.offline)
        let commit = AdoptionCommit(wiring: wiring, commits: commits, options: adoption, verb: "adopt")
        let ground = try await commits.ground(isOffline: adoption.commit.offline)
        let base = try adoption.base(commits, ground.tree)
        let load = base.existing()
        guard let existing = load.state else {
            throw Report.refusal("what git has cannot be used: repair it first", load.findings)
        }
        let saved = try observed.map(Planning.saved)
        let named = try named(existing, saved)
        let seen = try await look(at: named, base, existing, saved, wiring)
        try commits.demandDescent(ground.tip, from: Round.applied(seen), of: base.name)
        let made = try commit.prepare {
            try Adoption.make(AdoptionRequest(base: base, named: named, observed: seen))
        }
        try await commit.run(made, on: base, outlook: Self.outlook(made))
    }

    /// The nodes of the command line; without any, those of git, or of the saved scan where git has none.
    private func named(_ existing: DesiredState, _ saved: ObservedCluster?) throws -> [NodeSpec] {
        let known = Dictionary(existing.nodes.map { ($0.name, $0) }) { first, _ in first }
        if nodes.isEmpty {
            let inGit = existing.nodes.filter { !$0.retired }
            if !inGit.isEmpty { return inGit }
            guard let saved else { throw Failure("name the nodes: havirt cluster adopt alpha beta=root@10.0.0.12") }
            return saved.nodes.keys.sorted().map { NodeSpec(name: $0) }
        }
        var named: [NodeName: NodeSpec] = [:]
        for text in nodes {
            let node = try Self.node(text)
            if let other = known[node.name], node.ssh != other.ssh, text.contains("=") {
                throw Failure(
                    "\(node.name) is \(other.ssh) in git: change nodes/\(node.name).yaml, or leave \(node.ssh) out")
            }
            guard named.updateValue(known[node.name] ?? node, forKey: node.name) == nil else {
                throw Failure("\(node.name) is named twice")
            }
        }
        return named.values.sorted { $0.name < $1.name }
    }

    private static func node(_ text: String) throws(Failure) -> NodeSpec {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var node: NodeSpec
        do throws(NameError) { node = NodeSpec(name: try NodeName(parts[0])) } catch { throw Failure("\(error)") }
        guard parts.count == 2 else { return node }
        guard let ssh = SSHDestination.parse(parts[1]) else {
            throw Failure("\(Escaped(parts[1])) is no ssh destination: write \(node.name)=[user@]host[:port]")
        }
        node.ssh = ssh
        return node
    }

    /// Besides the nodes that are named, all are asked that git or the records know: a domain may run there, too.
    private func look(
        at named: [NodeSpec], _ base: AdoptionBase, _ existing: DesiredState, _ saved: ObservedCluster?,
        _ wiring: Wiring
    ) async throws -> ObservedCluster {
        if let saved { return saved }
        let recalled = try wiring.records.recall()
        var asked = Dictionary(named.map { ($0.name, $0) }) { first, _ in first }
        asked.merge(existing.nodesToAsk(previous: nil, recalled: recalled).map { ($0.name, $0) }) { first, _ in first }
        let cluster = base.hasClusterFile ? existing.cluster : ClusterSpec(name: base.name)
        Terminal.progress("scanning the nodes …")
        defer { Terminal.progressDone() }
        return await FirstLook(hypervisor: try wiring.hypervisor(), clock: wiring.clock).look(
            at: asked.values.sorted { $0.name < $1.name }, of: cluster, recalled: recalled)
    }

    private static func outlook(_ made: Adoption) -> String {
        let name =
            made.isNewCluster
            ? "The cluster is called '\(made.cluster.name)' from then on; --name chooses another.\n" : ""
        return name + "The first plan after it has nothing to do for what is adopted."
    }
}
