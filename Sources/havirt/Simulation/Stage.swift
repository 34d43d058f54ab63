import Reconciler
import SimulatedCluster
import StateSpec
import Synchronization

/// A simulated cluster that looks as it was observed, and how long things take in it.
struct Stage {
    let cluster: SimulatedCluster

    /// Bytes a second: 1 Gbit/s.
    private static let transferRate: Int64 = 125_000_000
    private static let start = Seconds(2)
    private static let shutdown = Seconds(20)
    /// From power off to libvirtd in a reboot.
    static let reboot = Seconds(120)
    /// Between two rounds of the loop.
    static let pause = Seconds(30)

    /// What nobody knows before it happens, and is assumed.
    static let assumptions = [
        "a start takes \(start), and a guest shuts down within \(shutdown) of being asked",
        "a migration moves a domain's memory once, at 1 Gbit/s",
        "a node is back \(reboot) after it was rebooted, with what autostarts there",
        "what was silent, or under way, when it was seen stays so: nobody knows how it ends",
        "havirt reconciles, and \(pause) after the end of a round again",
    ]

    init(_ observed: ObservedCluster, _ desired: DesiredState, time: VirtualTime) throws(Unsimulatable) {
        cluster = SimulatedCluster(time: time, begin: observed.takenAt, seed: 1)
        cluster.pace.virsh = 20...20
        cluster.pace.network = 1...1
        cluster.pace.start = Self.fixed(Self.start)
        cluster.pace.shutdown = Self.fixed(Self.shutdown)
        cluster.pace.switchOver = 200...200
        cluster.pace.transferRate = Self.transferRate
        let epoch = observed.recalled.epochs?.own ?? .none
        for (name, reading) in observed.nodes.sorted(by: { $0.key < $1.key }) {
            switch reading {
            case .answered(let seen, let moment):
                try cluster.addNode(name, as: seen, at: moment, of: desired.cluster.name, epoch: epoch)
            case .silent(let silence): cluster.addSilentNode(name, silence)
            }
        }
        for (name, member) in observed.members.sorted(by: { $0.key < $1.key }) { cluster.aliases[member.ssh] = name }
        admit(desired)
    }

    private static func fixed(_ span: Seconds) -> ClosedRange<Int64> { (span.count * 1_000)...(span.count * 1_000) }

    /// Lets the nodes of a commit be found where it says. One that was not observed is silent.
    func admit(_ desired: DesiredState) {
        for spec in desired.nodes {
            let node = cluster.node(spec.name) ?? cluster.addSilentNode(spec.name, Silence(.notAsked, ""))
            cluster.aliases["\(spec.ssh)"] = spec.name
            node.migrationHost = spec.migrationHost
        }
    }
}

/// A clock that stands still, for what is read before or outside of virtual time.
struct StandingClock: ReconcilerClock {
    let moment: Timestamp

    func now() -> Timestamp { moment }
    func monotonicMilliseconds() -> Int64 { 0 }
    func sleep(_ span: Duration) async throws {}
}

/// A journal that is kept nowhere: what a simulation does has not happened.
struct UnkeptJournal: Journal {
    func append(_ entry: JournalEntry) throws {}
}
