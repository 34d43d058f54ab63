import NodeDriver
import Reconciler
import SimulatedCluster
import StateSpec
import Store

/// Events, and the loop that meets them, in a simulated cluster.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
final class Simulation: @unchecked Sendable {
    let cluster: SimulatedCluster
    let branch: SimulatedBranch
    let stage: Stage
    let watch: WorldWatch
    var story: Story
    /// What the last round made of it; nil before the first, and when it ended before it could plan.
    private(set) var last: Round.Planned?
    /// When something that has begun will be over, in milliseconds.
    var endings: [Int64] = []
    let records: MemoryRecordStore
    private let controller: SimulatedController
    private let roundsMax: Int
    private let observed: ObservedCluster
    private let beginning: Beginning
    /// What the last round left undone, and how many rounds in a row have left just that.
    private var undone = ""
    private var quietRounds = 0
    private var said: [String: String] = [:]

    /// How it was before anything happened.
    struct Beginning {
        let desired: DesiredState
        let running: [DomainUUID: [NodeName]]
        let places: [DomainUUID: [String]]
        /// Whether a domain without a place may run all the same.
        let isUncertain: Bool
    }

    /// Rounds that must be alike before what waits is taken to wait for good.
    private static let quietRoundsMin = 3

    init(
        _ observed: ObservedCluster, _ desired: DesiredState, _ branch: SimulatedBranch, roundsMax: Int,
        time: VirtualTime
    ) throws {
        self.observed = observed
        self.branch = branch
        self.roundsMax = roundsMax
        stage = try Stage(observed, desired, time: time)
        cluster = stage.cluster
        watch = WorldWatch(cluster)
        controller = SimulatedController("simulate", cluster)
        records = MemoryRecordStore(run: try RunID("observed"), recalling: observed.recalled)
        // Whoever scanned has recorded it.
        try records.record(observed)
        story = Story(observedAt: observed.takenAt, commit: try branch.tip(), assumptions: Stage.assumptions)
        beginning = Beginning(
            desired: desired, running: watch.running, places: Places.all(cluster, observed.recalled.sightings),
            isUncertain: Places.areUncertain(cluster, desired))
        watch.onDouble = { [weak self] uuid, nodes in
            guard let self else { return }
            say(.double, "\(name(of: uuid)) RUNS ON SEVERAL NODES: \(nodes.map(\.text).joined(separator: ", "))")
        }
        let asked = Set(desired.nodes.map(\.name)).union(observed.members.keys)
        for name in observed.nodes.keys.sorted() where !asked.contains(name) {
            say(.note, "no round asks \(name): git does not name it, and it never joined")
        }
    }

    /// Plays to the end.
    func play(_ events: [ClusterEvent]) async throws -> Story {
        for event in events {
            if case .wait(let span) = event { try await wait(span) } else { try happen(event) }
        }
        try await settle()
        return told()
    }

    /// Notes what happened now.
    func say(_ kind: Story.Line.Kind, _ text: String) {
        story.lines.append(Story.Line(seconds: cluster.time.milliseconds / 1_000, kind: kind, text: text))
    }

    /// The name of a domain, in git or on a node.
    func name(of uuid: DomainUUID) -> String {
        if let spec = beginning.desired.domains.first(where: { $0.uuid == uuid }) { return spec.name.text }
        if let spec = last?.loaded.desired.domains.first(where: { $0.uuid == uuid }) { return spec.name.text }
        let seen = observed.nodes.values.compactMap(\.node).flatMap(\.domains).first { $0.uuid == uuid }
        return seen.map { Escaped($0.name).bare } ?? "\(uuid)"
    }

    // MARK: - Time

    private var isAtRest: Bool { quietRounds > 0 && (undone.isEmpty || quietRounds >= Self.quietRoundsMin) }

    /// What has changed may give the loop something to do.
    func disturb() { quietRounds = 0 }

    private func wait(_ span: Seconds) async throws {
        let end = cluster.time.milliseconds + span.count * 1_000
        while cluster.time.milliseconds < end {
            let next = endings.filter { $0 > cluster.time.milliseconds }.min() ?? end
            if isAtRest || story.rounds >= roundsMax {
                try await pause(until: min(end, next))
            } else {
                try await round()
                try await pause(until: min(end, cluster.time.milliseconds + Stage.pause.count * 1_000))
            }
        }
    }

    private func settle() async throws {
        while story.rounds < roundsMax {
            let next = endings.filter { $0 > cluster.time.milliseconds }.min()
            if isAtRest {
                guard let next else { break }
                try await pause(until: next)
            } else {
                try await round()
                if isAtRest, next == nil { break }
                try await pause(until: cluster.time.milliseconds + Stage.pause.count * 1_000)
            }
        }
        story.isAtRest = isAtRest
    }

    private func pause(until moment: Int64) async throws {
        try await cluster.time.pause(max(0, moment - cluster.time.milliseconds))
    }

    // MARK: - Rounds

    private func round() async throws {
        story.rounds += 1
        let process = controller.begin()
        let clock = SimulatedClock(controller, cluster, process: process)
        let hypervisor = VirshHypervisor(
            transport: SimulatedTransport(cluster, controller, process: process), clock: clock,
            executor: cluster.time)
        for (node, domains) in records.expected() { hypervisor.expect(domains, on: node) }
        let round = Round(
            hypervisor: hypervisor, clock: clock, source: CommitChooser(branch), records: records,
            journal: UnkeptJournal(), run: try RunID("simulated-\(story.rounds)"))
        let before = quietRounds
        quietRounds = 0
        do throws(RoundError) {
            let applied = try await round.apply(
                from: "simulate", activity: "simulate", announce: { self.plan($0) }, report: { self.report($0) })
            note(applied, quietBefore: before)
        } catch {
            last = nil
            tell("round", "no round comes about: \(error)")
            story.refusal = error.description
            rest(isQuiet: true, undone: error.description, quietBefore: before)
        }
    }

    private func note(_ applied: Round.Applied, quietBefore: Int) {
        let planned = applied.remaining ?? applied.planned
        last = planned
        let plan = planned.plan
        story.refusal = plan.refusal
        if let refusal = plan.refusal { tell("round", "the plan is refused: \(refusal)") }
        let open = plan.decisions.filter { [.waiting, .changing].contains($0.status) }
        rest(
            isQuiet: applied.outcomes.isEmpty, undone: open.map { "\($0.domain) \($0.reason)" }.joined(separator: "\n"),
            quietBefore: quietBefore)
    }

    private func rest(isQuiet: Bool, undone: String, quietBefore: Int) {
        let isSame = undone == self.undone
        self.undone = undone
        quietRounds = isQuiet ? (isSame ? quietBefore + 1 : 1) : 0
    }

    /// What a plan does not do is said once, for all domains of one reason together.
    private func plan(_ planned: Round.Planned) {
        var groups: [(text: String, names: [String])] = []
        for decision in planned.plan.decisions where [.blocked, .waiting, .held].contains(decision.status) {
            let text = "\(decision.status.rawValue): \(decision.reason)"
            let name = decision.domain.name.text
            if said[name] == text { continue }
            said[name] = text
            if let index = groups.firstIndex(where: { $0.text == text }) {
                groups[index].names.append(name)
            } else {
                groups.append((text, [name]))
            }
        }
        for decision in planned.plan.decisions where [.inSync, .changing].contains(decision.status) {
            said[decision.domain.name.text] = nil
        }
        for group in groups { say(.note, "\(Self.list(group.names)) \(group.text)") }
    }

    /// Says something unless it was the last thing said of its subject.
    private func tell(_ subject: String, _ text: String) {
        if said[subject] == text { return }
        said[subject] = text
        say(.note, text)
    }

    private func report(_ event: ExecutionEvent) {
        disturb()
        switch event {
        case .began(let step, _): say(.step, "\(step.subject): \(step.action), because \(step.reason)")
        case .ended(let outcome, let milliseconds):
            let took = outcome.isDone ? ", after \(Seconds(milliseconds / 1_000))" : ""
            say(.outcome, "\(outcome.step.subject): \(outcome.text)\(took)")
        }
    }

    /// "a", "a, b and c", "a, b and 3 more"
    static func list(_ names: [String]) -> String {
        if names.count > 8 { return names.prefix(7).joined(separator: ", ") + " and \(names.count - 7) more" }
        guard names.count > 1, let last = names.last else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and \(last)"
    }

    // MARK: - The end

    private func told() -> Story {
        story.seconds = cluster.time.milliseconds / 1_000
        story.fates = Fates(
            cluster, watch, beginning, desired: last?.loaded.desired ?? beginning.desired, plan: last?.plan,
            refusal: story.refusal, name: name(of:)
        ).all()
        if let last {
            story.nextLoss = last.plan.losses
            let waitedFor = last.plan.decisions.contains { $0.reason.code == "home-unknown" }
            for (node, reading) in last.observed.nodes.sorted(by: { $0.key < $1.key }) where waitedFor {
                guard case .silent(let silence) = reading else { continue }
                story.silent.append(Story.SilentNode(node: node, isSignOfLife: silence.isSignOfLife))
            }
        }
        let doubles = watch.doubles.map { uuid, nodes in
            "\(name(of: uuid)) ran on \(nodes.map(\.text).joined(separator: " and ")) at once"
        }
        story.judge(doubles: doubles.sorted())
        return story
    }
}
