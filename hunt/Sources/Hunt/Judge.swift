import Reconciler
import SimulatedCluster
import StateSpec

/// Looks at the world itself after everything that happens, and never at what havirt believes.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
final class Judge: @unchecked Sendable {
    let cluster: SimulatedCluster
    let git: SimulatedGit
    /// What was wrong, in order.
    private(set) var violations: [String] = []
    private(set) var coverage: [Coverage: Int] = [:]
    /// Events judged.
    private(set) var steps = 0
    /// Commands of havirt that changed a domain.
    private(set) var actions = 0
    /// Condenses everything that happened: two runs with one digest were one run.
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    /// Everything that happened, for people; kept on demand.
    private(set) var trace: [String] = []
    let isTracing: Bool

    /// What each running round acts on: its commit, and when it had its first lock.
    private var rounds: [String: Running] = [:]

    private struct Running {
        let controller: String
        let journal: MemoryJournal
        var commit: ObjectID?
        var lockedAt = Int64.max
        var begun = 0
        /// Whether it came to its own end.
        var hasEnded = false
    }
    /// The last whole scan of each node by each controller.
    private var scans: [NodeName: [String: Int64]] = [:]
    private var inFlight: [Int: NodeCommandSight] = [:]
    private var blocked: Set<DomainUUID> = []
    private var stops: [String: Int] = [:]
    /// Domains that a person has in hand: what happens to them is not all havirt's doing.
    var inHand: Set<DomainUUID> = []
    var isLastKnown = false
    /// Told of commands that begin, and of controllers that have made a plan.
    var onBegan: @Sendable (NodeCommandSight) -> Void = { _ in }
    var onPlan: @Sendable (String) -> Void = { _ in }
    private var lastHolders: [NodeName: String] = [:]

    init(_ cluster: SimulatedCluster, _ git: SimulatedGit, isTracing: Bool) {
        self.cluster = cluster
        self.git = git
        self.isTracing = isTracing
    }

    func count(_ coverage: Coverage) { self.coverage[coverage, default: 0] += 1 }

    /// Notes something that was done to the world or in it.
    func note(_ text: @autoclosure () -> String, _ kind: UInt64) {
        steps += 1
        digest = (digest ^ UInt64(bitPattern: cluster.time.milliseconds)) &* 0x100_0000_01B3
        digest = (digest ^ kind) &* 0x100_0000_01B3
        guard isTracing else { return }
        let seconds = cluster.time.milliseconds / 1_000
        let milliseconds = cluster.time.milliseconds % 1_000
        trace.append(
            "\(seconds).\(String(repeating: "0", count: 3 - "\(milliseconds)".count))\(milliseconds) \(text())")
    }

    func fail(_ rule: String, _ text: String) {
        let violation = "\(cluster.time.milliseconds) ms, \(rule): \(text)"
        note("VIOLATION \(violation)", 1)
        violations.append(violation)
    }

    /// Takes an event of the world in.
    func see(_ event: WorldEvent) {
        note("\(event)", Self.kind(event))
        switch event {
        case .began(let sight): begin(sight)
        case .ended(let sight): inFlight[sight.serial] = nil
        case .scanned(let node, let controller): scans[node, default: [:]][controller] = cluster.time.milliseconds
        case .changed(let uuid, _): look(at: uuid)
        case .startedBeside(let uuid, let node): fail("I1", "\(name(uuid)) was started on \(node) beside its own QEMU")
        case .diskLost(let uuid, let node): fail("I16", "\(name(uuid)) runs on \(node), and lost a disk")
        case .power(let node):
            if cluster.node(node)?.boot == nil { inFlight = inFlight.filter { $0.value.node != node } }
        case .locked(let node, let run): lock(node, run)
        case .unlocked: break
        case .landedLate: count(.lateEffect)
        case .refused(_, let why): refuse(why)
        case .migrated(_, _, _, let isDone): count(isDone ? .migrationDone : .migrationFailed)
        }
    }

    private static func kind(_ event: WorldEvent) -> UInt64 {
        switch event {
        case .began(let sight): 10 + UInt64(sight.serial) << 8
        case .ended(let sight): 11 + UInt64(sight.serial) << 8
        case .scanned: 12
        case .changed: 13
        case .power: 14
        case .locked: 15
        case .unlocked: 16
        case .refused: 17
        case .migrated: 18
        case .startedBeside: 19
        case .landedLate: 9
        case .diskLost: 8
        }
    }

    func name(_ uuid: DomainUUID) -> String {
        cluster.nodes.lazy.compactMap { $0.qemus[uuid]?.name }.first ?? uuid.description
    }

    private func lock(_ node: NodeName, _ run: String) {
        if rounds[run]?.lockedAt == .max { rounds[run]?.lockedAt = cluster.time.milliseconds }
        if let before = lastHolders[node], before != run, rounds[before]?.hasEnded == false { count(.lockTakenOver) }
        lastHolders[node] = run
    }

    private func refuse(_ why: String) {
        switch why {
        case "late": count(.lateRefused)
        case "epoch", "lock": count(.takenOverRefused)
        default: return
        }
    }

    // MARK: - What havirt does

    /// A run begins.
    func begin(_ run: RunID, by controller: String, _ journal: MemoryJournal) {
        rounds[run.text] = Running(controller: controller, journal: journal)
        note("\(run) begins", 20)
    }

    /// A run came to its own end: it was not killed.
    func end(_ run: RunID) { rounds[run.text]?.hasEnded = true }

    /// A run has made its plan.
    func plan(_ planned: Round.Planned, of run: RunID) {
        rounds[run.text]?.commit = planned.loaded.commit
        if let controller = rounds[run.text]?.controller { onPlan(controller) }
        note("\(run) plans \(planned.plan.steps.map { "\($0.subject): \($0.action)" })", 21)
        for decision in planned.plan.decisions {
            if decision.reason.code == "home-unknown" { count(.startBlockedBySilence) }
            if decision.reason.code == "leftover" { count(.leftoverRemoved) }
            if decision.reason.code == "leftover-once" { count(.leftoverSeen) }
            if decision.status == .blocked {
                blocked.insert(decision.domain.uuid)
            } else if blocked.remove(decision.domain.uuid) != nil {
                count(.blockedThenFreed)
            }
        }
    }

    /// Something happens while a run acts.
    func report(_ event: ExecutionEvent) {
        guard case .ended(let outcome, _) = event else { return }
        note("\(outcome.step.subject): \(outcome.step.action): \(outcome.text)", 22)
        if case .refused = outcome.result { count(.stepRefusedByRecheck) }
    }

    // MARK: - What holds at every instant

    /// I1 and I1b: one domain's vCPUs run once, and one disk has one writer.
    private func look(at uuid: DomainUUID) {
        let executing = cluster.executing(uuid)
        if executing.count > 1 {
            fail("I1", "\(name(uuid)) runs on \(executing.map(\.text).joined(separator: " and "))")
        }
        guard let own = cluster.nodes.lazy.compactMap({ $0.qemus[uuid] }).first else { return }
        for disk in own.definition.disks where !disk.isReadOnly && !disk.isShareable {
            for node in cluster.nodes {
                for (other, qemu) in node.qemus where other != uuid {
                    guard qemu.definition.disks.contains(where: { $0.storage == disk.storage }) else { continue }
                    fail("I1b", "\(own.name) and \(qemu.name) write one LUN, the latter on \(node.name)")
                }
            }
        }
    }

    // MARK: - What holds when a command begins

    private func begin(_ sight: NodeCommandSight) {
        guard ["create", "shutdown", "destroy", "migrate"].contains(sight.verb) else { return }
        actions += 1
        for flaw in sight.flaws { fail("S10", "\(words(sight)) begins although \(flaw.rawValue)") }
        if let other = inFlight.values.first(where: { $0.uuid == sight.uuid }) {
            fail("I14", "\(words(sight)) begins while \(words(other)) has not ended")
        }
        inFlight[sight.serial] = sight
        onBegan(sight)
        if let run = rounds[sight.run] {
            rounds[sight.run]?.begun += 1
            if run.journal.intents(of: sight.run) <= run.begun { fail("S11", "\(words(sight)), not written down") }
        }
        switch sight.verb {
        case "create":
            count(.created)
            judgeStart(sight)
        case "shutdown", "destroy":
            count(sight.verb == "shutdown" ? .shutDown : .destroyed)
            judgeWish(sight)
        default: judgeMigration(sight)
        }
    }

    private func words(_ sight: NodeCommandSight) -> String {
        "\(sight.verb) of \(name(sight.uuid)) on \(sight.node) by \(sight.run)"
    }

    /// I2, I10, I18: who starts has heard from every node, is asked to, and leaves no saved image behind.
    private func judgeStart(_ sight: NodeCommandSight) {
        judgeWish(sight)
        for node in cluster.nodes where node.savedImages.contains(sight.uuid) && node.name != sight.node {
            // Who declares a node dead gives up what is saved on it.
            if isOutOfIt(node, rounds[sight.run]?.commit) { continue }
            fail("I18", "\(words(sight)), whose memory is saved on \(node.name)")
        }
        guard let round = rounds[sight.run] else { return fail("I6", "\(words(sight)), a run that nobody knows") }
        let file = { (node: SimulatedNode) in
            round.commit.flatMap { self.git.files(of: $0)?["nodes/\(node.name).yaml"] } ?? ""
        }
        if cluster.nodes.contains(where: { $0.boot == nil && file($0).contains("fenced:") }) { count(.fencedStart) }
        guard !isLastKnown else { return }
        for node in cluster.nodes where !isOutOfIt(node, round.commit) {
            let scanned = scans[node.name]?[round.controller] ?? -1
            if scanned < round.lockedAt { fail("I2", "\(words(sight)), and \(node.name) was not heard") }
        }
    }

    /// Off, and declared so for the boot it had; or retired with nothing on it.
    private func isOutOfIt(_ node: SimulatedNode, _ commit: ObjectID?) -> Bool {
        guard let file = commit.flatMap({ git.files(of: $0) })?["nodes/\(node.name).yaml"] else {
            return node.qemus.isEmpty && wasRetired.contains(node.name)
        }
        if file.contains("retired: true") { return node.qemus.isEmpty }
        // One that has booted since may have answered nobody yet.
        return file.contains("fenced:") && node.qemus.isEmpty
    }

    /// Nodes that a commit has retired.
    var wasRetired: Set<NodeName> = []

    /// I10, I12, I17: nothing is done to what is held, or against its wish, and no more than the budget.
    private func judgeWish(_ sight: NodeCommandSight) {
        guard let commit = rounds[sight.run]?.commit, let files = git.files(of: commit) else { return }
        let domain = files.first { $0.key.hasSuffix(".xml") && $0.value.contains(sight.uuid.description) }
        guard let domain else { return fail("I12", "\(words(sight)), which git does not name") }
        let wish = files[domain.key.replacing(".xml", with: ".yaml")] ?? ""
        if wish.contains("hold:") { fail("I12", "\(words(sight)), which is on hold") }
        if sight.verb == "create", !wish.contains("run: keepalive"), !wish.contains("migrate: offline") {
            fail("I10", "\(words(sight)), which is not to run")
        }
        if sight.verb == "shutdown", wish.contains("run: stopped") {
            stops[sight.run, default: 0] += 1
            let budget =
                files["cluster.yaml"]?.contains("stops: 100%") == true
                ? .max : max(1, files.keys.filter { $0.hasSuffix(".xml") }.count * 20 / 100)
            if stops[sight.run, default: 0] > budget { fail("I17", "\(words(sight)), beyond the budget of \(budget)") }
        }
    }

    /// I12 and I13: not onto a node that is to be emptied, and not too many at once.
    private func judgeMigration(_ sight: NodeCommandSight) {
        judgeWish(sight)
        guard let target = sight.target, let commit = rounds[sight.run]?.commit else { return }
        let file = git.files(of: commit)?["nodes/\(target).yaml"] ?? "retired: true"
        if file.contains("maintenance: true") || file.contains("retired: true") {
            fail("I12", "\(words(sight)) to \(target), which is to be emptied")
        }
        for node in [sight.node, target] {
            let count = inFlight.values.filter {
                $0.run == sight.run && $0.verb == "migrate" && ($0.node == node || $0.target == node)
            }.count
            if count > 2 { fail("I13", "\(words(sight)): \(count) migrations at once on \(node)") }
        }
    }
}
