import ArgumentParser
import NodeDriver
import Reconciler
import StateSpec
import Store

struct ClusterUnlock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Show who holds the cluster's lock, or break a lock that nobody keeps alive.",
        discussion: """
            A lock ends by itself with its run's ssh session, or when the node has not heard the run for 15 seconds. \
            What is left for this command is a process on the node that is stuck, or a file that was left behind. A \
            lock whose holder is heard is never broken: stop that run instead.

            EXAMPLES
              havirt cluster unlock                  who holds it, on which node
              havirt cluster unlock RUN --yes        break what that run has left
            """)

    @Argument(help: ArgumentHelp("The run whose lock is to be broken, exactly as it is shown.", valueName: "run"))
    var run: String?

    @Flag(name: .shortAndLong, help: "Break it.")
    var yes = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if yes && run == nil { throw ValidationError("--yes needs the run whose lock is to be broken") }
    }

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        try wiring.settings.ssh.keys.demandActing()
        let target = try run.map { text in
            guard let id = try? RunID(text) else { throw Failure("\(Escaped(text)) is no run id") }
            return id
        }
        let (cluster, nodes) = try await lockable(wiring)
        let views = await views(nodes, of: cluster, by: try wiring.hypervisor(), breaking: yes ? target : nil)
        var isLeft = false
        var isFound = target == nil
        for (name, result) in views {
            switch result {
            case .success(let view):
                if let target, view.holder?.run != target, view.breaking == nil || view.breaking == .other { continue }
                isFound = true
                Terminal.out("\(name)\t\(words(view, wiring))\n")
                if let breaking = view.breaking, breaking != .file, breaking != .killed { isLeft = true }
            case .failure(let error):
                Terminal.note("havirt: \(name): \(error)")
                isLeft = true
            }
        }
        if let target, !isFound { Terminal.note("havirt: run \(target) holds no lock on a node that answers") }
        if isLeft || !isFound { throw ExitStatus.blocked }
    }

    /// The nodes that `apply` would lock: those of the last good commit, of the one before, and all that ever joined.
    private func lockable(_ wiring: Wiring) async throws -> (ClusterSpec, [NodeSpec]) {
        let recalled = try wiring.records.recall()
        let source = try wiring.source()
        let loaded: LoadedCommit
        do {
            loaded = try await source.load(applied: recalled.applied.map { [$0] } ?? [])
        } catch {
            guard recalled.applied != nil else { throw error }
            // A lock must be broken even where the branch has to be put right first.
            Terminal.note("havirt: \(error); looking at the nodes of the branch's tip")
            loaded = try await source.load(applied: [])
        }
        return (loaded.desired.cluster, loaded.desired.nodesToAsk(previous: loaded.previous, recalled: recalled))
    }

    /// Asks many nodes at once: one that is off takes its time to be silent.
    private func views(
        _ nodes: [NodeSpec], of cluster: ClusterSpec, by hypervisor: VirshHypervisor, breaking run: RunID?
    ) async -> [(NodeName, Result<LockView, NodeError>)] {
        @Sendable func ask(_ node: NodeSpec) async -> (NodeName, Result<LockView, NodeError>) {
            do throws(NodeError) {
                let view = try await hypervisor.lockView(of: node, cluster: cluster.name, breaking: run)
                return (node.name, .success(view))
            } catch {
                return (node.name, .failure(error))
            }
        }
        return await withTaskGroup(of: (NodeName, Result<LockView, NodeError>).self) { group in
            var views: [(NodeName, Result<LockView, NodeError>)] = []
            var waiting = nodes[...]
            for node in waiting.prefix(cluster.concurrency.nodes) { group.addTask { await ask(node) } }
            waiting = waiting.dropFirst(cluster.concurrency.nodes)
            while let view = await group.next() {
                views.append(view)
                if let node = waiting.popFirst() { group.addTask { await ask(node) } }
            }
            return views.sorted { $0.0 < $1.0 }
        }
    }

    private func words(_ view: LockView, _ wiring: Wiring) -> String {
        let holder = view.holder.map { holder in
            "run \(holder.run), \(Escaped(holder.activity).bare) from \(Escaped(holder.from).bare), since"
                + " \(holder.since), for \(max(Seconds(0), wiring.clock.now() - holder.since))"
        }
        let heard = view.silence.map { ", heard \($0) ago" } ?? ""
        return switch view.breaking {
        case .file: "its file is removed; the lock itself was gone"
        case .killed: "broken: its process on the node was not heard any more and is killed"
        case .alive: "not broken: \(holder ?? "it") is alive\(heard); stop that run instead"
        case .unknown: "not broken: the process that holds it is not the one that took it; look with fuser"
        case .other, nil:
            view.isHeld
                ? "held by \(holder ?? "somebody unknown")\(heard)"
                : holder.map { "free; left behind by \($0)" } ?? "free"
        }
    }
}
