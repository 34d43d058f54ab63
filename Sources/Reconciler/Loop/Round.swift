public import StateSpec

/// One pass of the loop: load, look, plan; and under `apply`, lock and act.
public struct Round: Sendable {
    let hypervisor: any Hypervisor
    let clock: any ReconcilerClock
    let source: any DesiredSource
    let records: any RecordStore
    let journal: any Journal
    let archive: (any RoundArchive)?
    let run: RunID
    let options: PlanOptions
    let isStopping: @Sendable () -> Bool
    let depth: ScanDepth
    /// How often one look may load: each time but the last, some node has told of a commit that was not known.
    private static let loadsMax = 4

    /// A round over the given ports. With an archive, what a plan was derived from is kept before anything is done.
    ///
    /// - Parameters:
    ///   - isStopping: asked before steps begin; once it is true, none does, and those under way are seen to their end.
    ///   - depth: how much a look without the lock asks for.
    public init(
        hypervisor: any Hypervisor, clock: any ReconcilerClock, source: any DesiredSource,
        records: any RecordStore, journal: any Journal, archive: (any RoundArchive)? = nil, run: RunID,
        options: PlanOptions = PlanOptions(), isStopping: @escaping @Sendable () -> Bool = { false },
        depth: ScanDepth = .round
    ) {
        self.hypervisor = hypervisor
        self.clock = clock
        self.source = source
        self.records = records
        self.journal = journal
        self.archive = archive
        self.run = run
        self.options = options
        self.isStopping = isStopping
        self.depth = depth
    }

    /// What a round saw and decided.
    public struct Planned: Sendable {
        /// What was wished.
        public let loaded: LoadedCommit
        /// What was seen.
        public let observed: ObservedCluster
        /// What was decided.
        public let plan: Plan

        /// A plan with what it was made of.
        public init(loaded: LoadedCommit, observed: ObservedCluster, plan: Plan) {
            self.loaded = loaded
            self.observed = observed
            self.plan = plan
        }
    }

    /// Loads, looks and plans. Changes nothing in the cluster; what was seen is recorded.
    public func plan() async throws(RoundError) -> Planned {
        let recalled = try recall()
        let loaded = try await load(applied: recalled.applied.map { [$0] } ?? [])
        return try await look(loaded, recalled, under: nil)
    }

    /// What applying a saved plan would do now, and an outcome for each of its steps that would be refused.
    public func plan(
        restrictedTo saved: SavedPlan
    ) async throws(RoundError) -> (planned: Planned, stale: [Outcome]) {
        let recalled = try recall()
        let loaded = try await load(applied: recalled.applied.map { [$0] } ?? [])
        if let objection = saved.objection(tip: loaded.commit, now: clock.now()) { throw RoundError(objection) }
        let (planned, stale) = try saved.restrict(
            try await look(loaded, recalled, under: nil), now: clock.now())
        return (planned, stale)
    }

    /// Scans and plans; loads again when a node remembers an applied commit that was not known when loading.
    func look(
        _ first: LoadedCommit, _ recalled: Recollection, under locks: LockSet?, isAfterwards: Bool = false
    ) async throws(RoundError) -> Planned {
        var observed = await scan(first, recalled, under: locks)
        var loaded = first
        var isSettled = false
        for _ in 0..<Self.loadsMax where !isSettled {
            let before = loaded
            let applied = Self.applied(observed)
            if !applied.isEmpty { loaded = try await load(applied: applied) }
            // Another commit may name other nodes; what was not asked is not known, and may remember another commit again.
            isSettled = Self.asksNoOthers(loaded, than: before, recalled)
            if !isSettled { observed = await scan(loaded, recalled, under: locks) }
        }
        guard isSettled else { throw RoundError("the branch moves faster than the nodes can be asked: try again") }
        if let skew = ClockSkew.found(in: observed) {
            // A plan says so; but what a wrong clock dates is neither acted on nor remembered.
            if locks != nil { throw RoundError("\(ClockSkew.objection(skew)); nothing is done") }
        } else {
            do {
                try records.record(observed)
            } catch {
                throw RoundError("what was seen cannot be recorded: \(error)")
            }
        }
        do {
            loaded.departed = try source.departed(loaded, observed)
        } catch {
            throw RoundError(error.description, findings: error.findings)
        }
        return Planned(
            loaded: loaded, observed: observed, plan: Plan.make(request(loaded, observed, isAfterwards: isAfterwards)))
    }

    /// Whether all nodes that matter to one commit are asked, in the same way, for another.
    private static func asksNoOthers(
        _ loaded: LoadedCommit, than before: LoadedCommit, _ recalled: Recollection
    ) -> Bool {
        guard loaded.commit != before.commit || loaded.previous != before.previous else { return true }
        let asked = before.desired.nodesToAsk(previous: before.previous, recalled: recalled)
        let destinations = Dictionary(uniqueKeysWithValues: asked.map { ($0.name, $0.ssh) })
        return loaded.desired.cluster == before.desired.cluster
            && loaded.desired.nodesToAsk(previous: loaded.previous, recalled: recalled).allSatisfy {
                destinations[$0.name] == $0.ssh
            }
    }

    /// What a plan is made from.
    ///
    /// - Parameter isAfterwards: whether what was asked for has been carried out.
    func request(_ loaded: LoadedCommit, _ observed: ObservedCluster, isAfterwards: Bool = false) -> PlanRequest {
        var options = options
        if isAfterwards {
            options.explicit = options.explicit.afterwards
            options.isRescanned = options.rescan != nil
        }
        return loaded.request(for: observed, options)
    }

    /// Looks at all nodes that might hold a domain. With locks, a node without one counts as silent (rule S10), whatever
    /// it says, so that it is not even asked: where it does not answer, each look would wait for it again. But whose
    /// silence may stop nothing is met at each look, because a word on it is void as soon as anything answers there.
    func scan(_ loaded: LoadedCommit, _ recalled: Recollection, under locks: LockSet?) async -> ObservedCluster {
        var scan = ClusterScan(hypervisor: hypervisor, clock: clock, cluster: loaded.desired.cluster)
        let nodes = loaded.desired.nodesToAsk(previous: loaded.previous, recalled: recalled)
        guard let locks, Guard.unlockedCountsAsSilent.isOn else {
            scan.depth = depth
            return ObservedCluster(takenAt: clock.now(), nodes: await scan.read(nodes), recalled: recalled)
        }
        var silences: [NodeName: Silence] = [:]
        for node in nodes { silences[node.name] = await locks.silence(of: node.name) }
        let unheard = nodes.filter { node in
            (node.fenced != nil || node.retired) && silences[node.name].map { !$0.isSignOfLife } ?? false
        }
        async let met = scan.meet(unheard)
        var readings = await scan.read(nodes.filter { silences[$0.name] == nil })
        for name in readings.keys { readings[name] = await locks.judge(readings[name], of: name) }
        for (name, silence) in await met {
            await locks.hear(name, silence)
            silences[name] = silence
        }
        return ObservedCluster(
            takenAt: clock.now(), nodes: readings.merging(silences.mapValues(Reading.silent)) { $1 },
            recalled: recalled)
    }

    func recall() throws(RoundError) -> Recollection {
        do {
            return try records.recall()
        } catch {
            throw RoundError("the records cannot be read: \(error)")
        }
    }

    func load(applied: [AppliedCommit]) async throws(RoundError) -> LoadedCommit {
        do {
            return try await source.load(applied: applied)
        } catch {
            throw RoundError(error.description, findings: error.findings)
        }
    }

    /// All commits that any node, or we ourselves, remember as applied; the newest first.
    public static func applied(_ observed: ObservedCluster) -> [AppliedCommit] {
        let words = observed.memos(observed.members).compactMap(\.applied)
        var newest: [ObjectID: AppliedCommit] = [:]
        var counts: [ObjectID: Int] = [:]
        for applied in words + [observed.recalled.applied].compactMap(\.self)
        where newest[applied.commit].map({ $0.at < applied.at }) ?? true {
            newest[applied.commit] = applied
        }
        for applied in words { counts[applied.commit, default: 0] += 1 }
        for (commit, count) in counts where count > words.count / 2 { newest[commit]?.isCommon = true }
        return newest.values.sorted { ($0.at, $0.commit) > ($1.at, $1.commit) }
    }
}

/// Why a round ended before it could act.
public struct RoundError: Error, Sendable, CustomStringConvertible {
    /// One line, escaped.
    public let description: String
    /// Findings, where files are to blame.
    public let findings: [Finding]

    /// An error.
    init(_ description: String, findings: [Finding] = []) {
        self.description = description
        self.findings = findings
    }
}
