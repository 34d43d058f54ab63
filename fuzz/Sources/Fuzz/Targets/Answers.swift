import NodeDriver
import Reconciler
import StateSpec
import Store

extension FuzzTarget {
    private static let recorded = ["Tests/NodeDriverTests/Captures", "fuzz/corpus"]

    /// What nodes answer, through the door by which it comes.
    static let answers: [FuzzTarget] =
        [("round", ScanDepth.round), ("whole", .whole), ("crosswise", .crosswise)].map { name, depth in
            FuzzTarget("scan-\(name)", corpus: recorded, endings: [".raw"]) { bytes in
                let scan = ask(bytes) {
                    await $0.scan($1, of: $2, deadline: Seconds(20), depth: depth, peers: ["beta"])
                }
                // Every answer can be planned on and shown.
                if case .answered(let node) = scan { plan(on: node) }
                if case .silent(let silence) = scan {
                    demand(isPrintable("\(silence)"), "a silence that cannot be shown")
                }
            }
        } + [
            FuzzTarget("command", corpus: recorded, endings: [".reply"]) { bytes in
                let refusal = ask(bytes) { hypervisor, node, cluster -> NodeError? in
                    do throws(NodeError) {
                        try await hypervisor.perform(.shutdown(uuid), on: node, guard: guardian(cluster))
                        return nil
                    } catch {
                        return error
                    }
                }
                if let refusal { demand(isPrintable("\(refusal)"), "a refusal that cannot be shown") }
            },
            FuzzTarget("discovery", corpus: recorded, endings: [".offers"]) { bytes in
                let found = ask(bytes) { hypervisor, node, _ in await hypervisor.discover(portal, on: node) }
                if case .failed(let why) = found { demand(isPrintable(why), "a failure that cannot be shown") }
            },
            FuzzTarget("holder", corpus: recorded, endings: [".holder"]) { bytes in
                _ = ask(bytes) { hypervisor, node, cluster in try? await hypervisor.lockView(of: node, cluster: cluster)
                }
            },
            FuzzTarget("lock", corpus: recorded, endings: [".lock"]) { bytes in
                ask(bytes) { hypervisor, node, cluster in
                    let holder = LockHolder(
                        cluster: cluster, run: run, from: "op@desk", since: Timestamp(secondsSinceEpoch: 0),
                        activity: "apply")
                    if let lock = try? await hypervisor.lock(node, holder: holder) { await lock.release() }
                }
            },
        ]

    private static func ask<Answer: Sendable>(
        _ bytes: [UInt8],
        _ question: @escaping @Sendable (VirshHypervisor, NodeSpec, ClusterName) async -> Answer
    ) -> Answer {
        // The first byte chooses what the script ends with, so that failures are met, too.
        let transport = CannedTransport(output: bytes, status: bytes.first == 0 ? 1 : 0)
        let hypervisor = VirshHypervisor(transport: transport, clock: SystemClock())
        let desired = SampleCluster.desired
        return Blocking.run { await question(hypervisor, desired.nodes[0], desired.cluster.name) }
    }

    private static func plan(on node: ObservedNode) {
        let now = Timestamp(secondsSinceEpoch: 1_790_000_000)
        let name = SampleCluster.desired.nodes[0].name
        Planned.check(ObservedCluster(takenAt: now, nodes: [name: .answered(node, at: now)]), now: now)
    }

    private static let uuid: DomainUUID = {
        guard let uuid = DomainUUID("c0ffee00-0000-4000-8000-000000000001") else { fatalError("no uuid") }
        return uuid
    }()
    private static let portal: ISCSIPortal = {
        guard let portal = ISCSIPortal("10.0.0.1:3260") else { fatalError("no portal") }
        return portal
    }()
    private static let run: RunID = {
        guard let run = try? RunID("20261129-120000-abcdef") else { fatalError("no run id") }
        return run
    }()

    private static let epoch: Epoch = {
        guard let epoch = Epoch(1) else { fatalError("no epoch") }
        return epoch
    }()

    private static func guardian(_ cluster: ClusterName) -> CommandGuard {
        CommandGuard(
            cluster: cluster, run: run, epoch: epoch, bootID: uuid, notAfter: Seconds(1_000))
    }
}
