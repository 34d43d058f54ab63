import Reconciler
import SimulatedCluster
import StateSpec
import Synchronization

/// The end of a hunt: every fault is healed and people tidy up; then the next rounds must bring everything to rest.
struct Peace {
    let chaos: Chaos

    func reign() async {
        heal()
        do { try await chaos.cluster.time.pause(60_000) } catch { return }
        tidy()
        var last = "no round ended"
        for _ in 0..<Hunt.peaceRoundsMax {
            switch await chaos.operators[0].reconcile() {
            case .applied(let applied):
                let planned = applied.remaining ?? applied.planned
                let open = planned.plan.decisions.filter { $0.status != .inSync }
                let isAtRest = planned.plan.steps.isEmpty && planned.plan.refusal == nil && open.isEmpty
                if applied.outcomes.isEmpty, isAtRest { return judge() }
                last = open.map { "\($0.domain): \($0.reason.text)" }.joined(separator: "; ")
                if let refusal = planned.plan.refusal { last += "; refused: \(refusal)" }
            case .refused(let error): last = error.description
            }
            do { try await chaos.cluster.time.pause(35_000) } catch { return }
        }
        chaos.judge.fail("I8", "no rest after \(Hunt.peaceRoundsMax) rounds in peace: \(last)")
    }

    /// Ends every fault, and wishes something that can be had.
    private func heal() {
        let cluster = chaos.cluster
        chaos.judge.note("peace", 50)
        cluster.aliases = [:]
        cluster.deafGuests = []
        cluster.setStoreFrozen(false)
        for one in chaos.operators {
            one.controller.setFrozen(false)
            one.controller.clockOffset = 0
            one.view.isOnline = true
            one.journal.isFull.withLock { $0 = false }
        }
        for node in cluster.nodes {
            cluster.powerOn(node)
            cluster.setPlugged(node, true)
            cluster.setListening(node, true)
            cluster.setDaemon(node, .running)
            node.cutAnswers = 0
            node.slowConnections = []
            node.failingStarts = 0
        }
        chaos.wishes.isBroken = false
        chaos.wishes.isGenerous = true
        for index in chaos.wishes.nodes.indices {
            chaos.wishes.nodes[index] = Wishes.Node(name: chaos.wishes.nodes[index].name)
        }
        for index in chaos.wishes.domains.indices {
            let old = chaos.wishes.domains[index]
            var domain = Wishes.Domain(name: old.name, uuid: old.uuid, lun: old.lun)
            domain.isApart = old.isApart
            chaos.wishes.domains[index] = domain
        }
        chaos.git.push(chaos.wishes.files)
    }

    /// What only a person may do.
    private func tidy() {
        let cluster = chaos.cluster
        let own = Set(chaos.unmanaged.map(\.uuid))
        for node in cluster.nodes {
            for (uuid, qemu) in node.qemus.sorted(by: { $0.key < $1.key }) {
                let isPaused = qemu.state.activity == .pausedByUser || qemu.state == ObservedState("paused", "saving")
                // The half of a migration that nobody will end: only a person may tell that it is of no use.
                let isHalf =
                    qemu.state == ObservedState("paused", "migrating") && qemu.migration == nil
                if own.contains(uuid) || !qemu.isListed || isPaused || isHalf { cluster.killQEMU(uuid, on: node) }
            }
            for uuid in node.savedImages.sorted() { cluster.forget(uuid, on: node) }
        }
    }

    /// Every domain runs, once.
    private func judge() {
        for domain in chaos.wishes.domains {
            let homes = chaos.cluster.executing(domain.uuid)
            if homes.count != 1 { chaos.judge.fail("I8", "\(domain.name) runs on \(homes) in the end") }
        }
    }
}
