import Reconciler
import SimulatedCluster
import StateSpec
import Synchronization

/// Does things to the world: faults, pushes, and people at the nodes' shells.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
final class Chaos: @unchecked Sendable {
    let cluster: SimulatedCluster
    let git: SimulatedGit
    let judge: Judge
    let operators: [Operator]
    var wishes: Wishes
    var random: SplitMix
    /// Domains of people, which git does not name.
    let unmanaged: [Wishes.Domain]
    /// Whether peace has come.
    private(set) var isOver = false

    init(
        _ cluster: SimulatedCluster, _ git: SimulatedGit, _ judge: Judge, _ operators: [Operator], _ wishes: Wishes,
        unmanaged: [Wishes.Domain], seed: UInt64
    ) {
        self.cluster = cluster
        self.git = git
        self.judge = judge
        self.operators = operators
        self.wishes = wishes
        self.unmanaged = unmanaged
        random = SplitMix(seed: seed)
    }

    /// Something every few seconds, until so many milliseconds have passed.
    func rage(for span: Int64) async {
        let end = cluster.time.milliseconds + span
        while cluster.time.milliseconds < end {
            do { try await cluster.time.pause(random.number(in: 1_500...9_000)) } catch { return }
            let node = random.pick(cluster.nodes)
            switch random.number(in: 0...99) {
            case ..<26: push()
            case ..<34: network(node)
            case ..<38: sshd(node)
            case ..<46: libvirt(node)
            case ..<54: power(node)
            case ..<66: havirt(random.pick(operators))
            case ..<72: trouble(node)
            case ..<76: gitTrouble()
            default: person()
            }
        }
        isOver = true
    }

    func note(_ coverage: Coverage?, _ text: @autoclosure () -> String) {
        if let coverage { judge.count(coverage) }
        judge.note(text(), 40)
    }

    /// Does something later, unless the hunt has come to its peace by then.
    func later(_ range: ClosedRange<Int64>, _ body: @escaping @Sendable () -> Void) {
        cluster.time.after(random.number(in: range)) { [self] in if !isOver { body() } }
    }

    // MARK: - Nodes

    func network(_ node: SimulatedNode) {
        guard node.isPlugged else { return }
        note(.cut, "\(node.name) is cut off")
        cluster.setPlugged(node, false)
        later(2_000...70_000) { [self] in
            note(nil, "\(node.name) is plugged in")
            cluster.setPlugged(node, true)
        }
    }

    func sshd(_ node: SimulatedNode) {
        guard node.isListening else { return }
        note(.sshdKilled, "the sshd of \(node.name) is killed")
        cluster.setListening(node, false)
        later(1_000...60_000) { [self] in cluster.setListening(node, true) }
    }

    func libvirt(_ node: SimulatedNode) {
        guard node.boot != nil, node.daemon == .running else { return }
        let isFrozen = random.chance(perMille: 650)
        note(
            isFrozen ? .libvirtFrozen : .libvirtKilled, "libvirtd of \(node.name) is \(isFrozen ? "frozen" : "killed")")
        cluster.setDaemon(node, isFrozen ? .frozen : .dead)
        later(random.chance(perMille: 250) ? 90_000...240_000 : 1_000...90_000) { [self] in
            note(nil, "libvirtd of \(node.name) goes on")
            cluster.setDaemon(node, .running)
        }
    }

    func store() {
        note(.storeFrozen, "the store does not answer")
        cluster.setStoreFrozen(true)
        later(5_000...200_000) { [self] in cluster.setStoreFrozen(false) }
    }

    func power(_ node: SimulatedNode) {
        guard node.boot != nil, cluster.nodes.filter({ $0.boot == nil }).isEmpty else { return }
        note(.rebooted, "\(node.name) loses its power")
        cluster.powerOff(node)
        if random.chance(perMille: 400) { later(8_000...40_000) { [self] in fence(node) } }
        later(3_000...150_000) { [self] in
            note(nil, "\(node.name) boots")
            cluster.powerOn(node)
        }
    }

    /// An operator's word on a node that is off.
    private func fence(_ node: SimulatedNode) {
        guard node.boot == nil, let boot = lastBoots[node.name],
            let index = wishes.nodes.firstIndex(where: { $0.name == node.name.text })
        else { return }
        // After the node was heard for the last time, as `node fenced` writes it.
        wishes.nodes[index].fenced = (boot, cluster.now + Seconds(1))
        note(.fenced, "\(node.name) is declared fenced")
        git.push(wishes.files)
    }

    /// The boots as last seen: what `node fenced` would write.
    private var lastBoots: [NodeName: DomainUUID] = [:]

    func rememberBoots() {
        for node in cluster.nodes { if let boot = node.boot { lastBoots[node.name] = boot.id } }
    }

    private func trouble(_ node: SimulatedNode) {
        switch random.number(in: 0...5) {
        case 0:
            node.failingStarts += 1
            note(nil, "a start on \(node.name) will fail")
        case 1, 2:
            node.cutAnswers += 1
            note(.answerCut, "an answer of \(node.name) will be cut")
        case 3:
            guard let uuid = random.pickIfAny(node.qemus.keys.sorted()) else { return }
            note(nil, "a QEMU of \(node.name) crashes")
            cluster.killQEMU(uuid, on: node)
        case 4:
            guard let uuid = random.pickIfAny(node.qemus.filter { $0.value.migration == nil }.keys.sorted()) else {
                return
            }
            note(.lostSight, "libvirt on \(node.name) loses sight of \(judge.name(uuid))")
            cluster.loseSight(of: uuid, on: node)
            later(20_000...90_000) { [self] in cluster.killQEMU(uuid, on: node) }
        default:
            let other = random.pick(cluster.nodes.filter { $0.name != node.name })
            note(.aliasMisled, "the name \(node.name) leads to \(other.name)")
            cluster.aliases[node.name.text] = other.name
            later(5_000...60_000) { [self] in cluster.aliases[node.name.text] = nil }
        }
    }

    // MARK: - Controllers

    private func havirt(_ one: Operator) {
        switch random.number(in: 0...9) {
        case 0...4:
            kill(one)
        case 5, 6, 7:
            let span = random.number(in: 2_000...60_000)
            freeze(one, for: span)
        case 8:
            note(.clockStepped, "the clock of \(one.controller.name) steps")
            one.controller.clockOffset += random.number(in: -40...40)
        default:
            note(.journalFull, "the disk of \(one.controller.name) is full")
            one.journal.isFull.withLock { $0 = true }
            later(2_000...30_000) { one.journal.isFull.withLock { $0 = false } }
        }
    }

    /// Stops a controller for a while.
    func freeze(_ one: Operator, for span: Int64) {
        note(span > 15_000 ? .frozenPastHeartbeat : nil, "havirt on \(one.controller.name) is stopped")
        one.controller.setFrozen(true)
        cluster.time.after(span) { one.controller.setFrozen(false) }
    }

    /// Kills a controller's havirt.
    func kill(_ one: Operator) {
        let phase = migrationPhase
        note(.killed, "havirt on \(one.controller.name) is killed")
        if let phase { judge.count(phase) }
        one.controller.kill()
    }

    private var migrationPhase: Coverage? {
        for node in cluster.nodes where node.qemus.values.contains(where: { $0.job != nil }) {
            let isLast = node.qemus.values.contains {
                $0.state == ObservedState("paused", "migrating") && $0.job != nil
            }
            return isLast ? .killedInSwitchOver : .killedInTransfer
        }
        return nil
    }

    private func gitTrouble() {
        switch random.number(in: 0...3) {
        case 0:
            note(.rewound, "the branch is rewound")
            git.rewind()
            later(5_000...60_000) { [self] in git.restore() }
        case 1:
            note(.brokenCommit, "a broken commit is pushed")
            wishes.isBroken = true
            git.push(wishes.files)
            later(5_000...60_000) { [self] in
                wishes.isBroken = false
                git.push(wishes.files)
            }
        default:
            let one = random.pick(operators)
            note(.fetchFailed, "\(one.controller.name) cannot fetch")
            one.view.isOnline = false
            later(5_000...90_000) { one.view.isOnline = true }
        }
    }
}

extension SplitMix {
    /// One element; nil of an empty list.
    mutating func pickIfAny<Element>(_ list: [Element]) -> Element? { list.isEmpty ? nil : pick(list) }
}
