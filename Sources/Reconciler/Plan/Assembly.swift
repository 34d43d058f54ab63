import StateSpec

/// Turns verdicts into steps: finds places, and an order in which everything fits at every instant.
struct Assembly {
    /// A domain that needs a place.
    struct Candidate {
        let domain: Case
        let reason: Reason
        /// The node it runs on now; nil for a start.
        let from: Int?
        let need: Ledger.Need
        /// The only node that will do; any where nil.
        var target: Int?
        /// Of a restart: where it is shut down, and by which step.
        var restart: (home: Int, step: Int)?
        /// Whether somebody asked for it, by a drain or by name, so that no budget counts it.
        var isDrained = false
    }

    private let context: PlanContext
    private(set) var steps: [Step] = []
    /// Domains for which no place or no order was found.
    var unplaced: [DomainUUID: Reason] = [:]
    /// Domains that are moved though they may stay: to make room, or for balance.
    var moved: [DomainUUID: Reason] = [:]
    private var ledger: Ledger
    private var startSteps: [DomainName: Int] = [:]
    /// What the starts planned so far will use; nil before the first.
    private var claims: DiskUsers?

    init(
        _ context: PlanContext, _ cases: [Case], _ verdicts: [Verdict], _ reckoning: Reckoning, _ balance: BalancePlan?
    ) {
        self.context = context
        var stops: [(Case, Int, Reason)] = []
        var leftovers: [(Case, Action, Reason)] = []
        var moves: [Candidate] = []
        var starts: [Candidate] = []
        var restarts: [(Case, Int, Reason)] = []
        var placed: [(spec: DomainSpec, node: Int)] = []
        var moving: Set<DomainUUID> = []
        for (index, domain) in cases.enumerated() {
            let verdict = verdicts[index]
            // One that is migrating counts on both sides.
            if !(domain.wish.apart.isEmpty && domain.wish.together.isEmpty) {
                for home in domain.active { placed.append((domain.spec, home.node)) }
            }
            switch verdict {
            case .settled:
                guard let move = balance?.moves[domain.spec.uuid] else { continue }
                let need = Ledger.Need(domain.spec, running: domain.active.first?.domain)
                moves.append(
                    Candidate(
                        domain: domain, reason: move.reason, from: move.source, need: need, target: move.target))
                moving.insert(domain.spec.uuid)
            case .stop(let node, let reason):
                stops.append((domain, node, reason))
                moving.insert(domain.spec.uuid)
            case .restart(let node, let reason):
                restarts.append((domain, node, reason))
                moving.insert(domain.spec.uuid)
            case .move(let node, let reason, let isDrain):
                let need = Ledger.Need(domain.spec, running: domain.active.first?.domain)
                moves.append(
                    Candidate(domain: domain, reason: reason, from: node, need: need, isDrained: isDrain))
                moving.insert(domain.spec.uuid)
            case .moveTo(let node, let target, let reason):
                let need = Ledger.Need(domain.spec, running: domain.active.first?.domain)
                moves.append(
                    Candidate(
                        domain: domain, reason: reason, from: node, need: need, target: target, isDrained: true))
                moving.insert(domain.spec.uuid)
            case .removeLeftover(let halves, let reason):
                let action = Action.removeLeftover(
                    on: domain.nodeName(halves.source), runsOn: domain.nodeName(halves.target))
                leftovers.append((domain, action, reason))
            case .start(let target, let reason):
                let need = Ledger.Need(domain.spec, running: nil)
                starts.append(Candidate(domain: domain, reason: reason, from: nil, need: need, target: target))
            }
        }
        placed += context.mayLand.filter { !($0.spec.wish.apart.isEmpty && $0.spec.wish.together.isEmpty) }
        ledger = Ledger(context, groups: GroupLedger(placed: placed, moving: moving))
        for (domain, action, reason) in leftovers { _ = append(domain, action, reason, after: []) }
        for (domain, node, reason) in stops { stop(domain, node, reason) }
        // Starts take what room moves leave: a start that came first could strand a domain on a node to be emptied.
        move(moves.sorted(by: Self.largestFirst), reckoning, migrationsMax: balance?.migrationsMax)
        for (domain, node, reason) in restarts { restart(domain, node, reason) }
        start(Self.startOrder(starts))
    }

    private static func largestFirst(_ left: Candidate, _ right: Candidate) -> Bool {
        left.need.memory != right.need.memory
            ? left.need.memory > right.need.memory : left.domain.ref < right.domain.ref
    }

    /// Each domain after those it names in `after`, then by priority, then by name.
    private static func startOrder(_ starts: [Candidate]) -> [Candidate] {
        let ranked = starts.sorted {
            $0.domain.wish.priority != $1.domain.wish.priority
                ? $0.domain.wish.priority > $1.domain.wish.priority : $0.domain.ref < $1.domain.ref
        }
        let index = Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($1.domain.spec.name, $0) })
        var ordered: [Candidate] = []
        var visited = [Bool](repeating: false, count: ranked.count)
        // Depth first with a stack of its own: a chain of `after` may be as long as the cluster is large. Cycles are
        // a lint error, and end here because a visited domain is not entered again.
        for start in ranked.indices where !visited[start] {
            var stack: [(node: Int, next: Int)] = [(start, 0)]
            visited[start] = true
            while let top = stack.last {
                let befores = ranked[top.node].domain.wish.after
                if top.next < befores.count {
                    stack[stack.count - 1].next += 1
                    if let before = index[befores[top.next]], !visited[before] {
                        visited[before] = true
                        stack.append((before, 0))
                    }
                } else {
                    ordered.append(ranked[top.node])
                    stack.removeLast()
                }
            }
        }
        return ordered
    }

    private mutating func start(_ candidates: [Candidate]) {
        for (candidate, refusals) in place(candidates) { refuse(candidate, refusals) }
    }

    /// Plans whatever fits, again and again, because each departure may make room for the next.
    ///
    /// - Returns: what did not fit.
    mutating func place(_ candidates: [Candidate]) -> [(Candidate, [Refusal])] {
        var pending = candidates
        while true {
            var failed: [(Candidate, [Refusal])] = []
            for candidate in pending {
                // Two that are off use nothing yet, and would be two writers once both were started.
                if candidate.from == nil, let clash = claims?.clash(with: candidate.domain.spec) {
                    unplaced[candidate.domain.spec.uuid] = clash.reason
                } else if let refusals = plan(candidate) {
                    failed.append((candidate, refusals))
                }
            }
            if failed.isEmpty || failed.count == pending.count { return failed }
            pending = failed.map(\.0)
        }
    }

    /// - Parameter clash: what stands in the way of moving others for it, in words.
    mutating func refuse(_ candidate: Candidate, _ refusals: [Refusal], _ clash: RuleText = "") {
        unplaced[candidate.domain.spec.uuid] = noPlace(candidate, refusals, clash)
    }

    private func noPlace(_ candidate: Candidate, _ refusals: [Refusal], _ clash: RuleText) -> Reason {
        let sum = Refusal.sum(refusals)
        if candidate.target != nil {
            return candidate.domain.explicit == nil
                ? .cannotReturn(candidate.reason, sum) : .cannotTake(candidate.reason, sum)
        }
        let words: RuleText = "\(sum)\(wayOut(candidate).leavingOut(sum.rules))\(clash)"
        return candidate.from == nil ? .noPlace(words) : .cannotLeave(candidate.reason, words)
    }

    /// What would give it a place, in words.
    private func wayOut(_ candidate: Candidate) -> RuleText {
        let spec = candidate.domain.spec
        let demand = Admission.Demand(spec, context)
        let obstacles = context.roster.entries.enumerated().compactMap { index, entry -> WayOut.Obstacles? in
            // Of a node that is silent or not in git nobody can say what else stands in the way.
            guard index != candidate.from, entry.node != nil, entry.spec != nil else { return nil }
            let backoff = backoff(candidate, entry).map { [$0] } ?? []
            let refusals = Admission.allStanding(entry, demand) + backoff
            return WayOut.Obstacles(
                node: entry.name, refusals: refusals + ledger.refusals(candidate.need, of: spec, on: index))
        }
        return WayOut.words(obstacles)
    }

    /// Plans one candidate on the best node; gives back all refusals if there is none.
    mutating func plan(_ candidate: Candidate) -> [Refusal]? {
        let spec = candidate.domain.spec
        let demand = Admission.Demand(spec, context, isAnew: candidate.restart != nil)
        var refusals: [Refusal] = []
        var best: (node: Int, after: [Int], score: (Int, Int, Int, Int, Double))?
        for (index, entry) in context.roster.entries.enumerated()
        where index != candidate.from && (candidate.target ?? index) == index {
            if let refusal = Admission.standing(entry, demand) ?? backoff(candidate, entry) {
                refusals.append(refusal)
                continue
            }
            switch ledger.fit(candidate.need, of: spec, on: index, isRestart: candidate.restart != nil) {
            case .refused(let refusal): refusals.append(refusal)
            case .fits(let after):
                let score = ledger.score(candidate.need, of: spec, on: index)
                let prefers = spec.wish.prefer == entry.name ? 0 : 1
                let unknown = Admission.cpuFit(entry, demand) == .unknown ? 1 : 0
                // Whoever restarts a guest does not want it elsewhere.
                let leaves = candidate.restart.map { $0.home == index ? 0 : 1 } ?? 0
                let rank = (leaves, prefers, score.softRules + unknown, after.isEmpty ? 0 : 1, score.load)
                if best.map({ rank < $0.score }) ?? true { best = (index, after, rank) }
            }
        }
        guard let best else { return refusals }
        commit(candidate, to: best.node, after: best.after)
        return nil
    }

    private func backoff(_ candidate: Candidate, _ entry: Roster.Entry) -> Refusal? {
        // Whoever asks for a start has seen to what made it fail.
        if case .start = candidate.domain.explicit { return nil }
        return candidate.from == nil ? Admission.backoff(entry, candidate.domain.spec, context) : nil
    }

    mutating func stop(_ domain: Case, _ node: Int, _ reason: Reason) {
        let step = append(domain, .shutdown(on: domain.nodeName(node)), reason, after: [])
        ledger.depart(domain.spec, domain.taken, from: node, with: step)
    }

    /// Plans one migration of a sequence whose order is known; false if it does not fit behind those planned before.
    mutating func migrate(_ candidate: Candidate, from source: Int, to target: Int, behind earlier: Int?) -> Bool {
        guard case .fits(let after) = ledger.fit(candidate.need, of: candidate.domain.spec, on: target) else {
            return false
        }
        let domain = candidate.domain
        let action = Action.migrate(from: domain.nodeName(source), to: domain.nodeName(target))
        let waits = Set(after + (earlier.map { [$0] } ?? [])).sorted()
        ledger.arrive(domain.spec, candidate.need, on: target)
        let move = append(domain, action, candidate.reason, after: waits)
        // Where it is only parked, it was counted as it arrived.
        let departing = source == candidate.from ? domain.taken : candidate.need
        ledger.depart(domain.spec, departing, from: source, with: move)
        return true
    }

    private mutating func commit(_ candidate: Candidate, to node: Int, after: [Int]) {
        let domain = candidate.domain
        let target = domain.nodeName(node)
        ledger.arrive(domain.spec, candidate.need, on: node)
        guard let from = candidate.from else {
            let befores = domain.wish.after.compactMap { startSteps[$0] } + (candidate.restart.map { [$0.step] } ?? [])
            let waits = Set(after + befores).sorted()
            startSteps[domain.spec.name] = append(domain, .start(on: target), candidate.reason, after: waits)
            claim(domain.spec, on: node)
            return
        }
        let source = domain.nodeName(from)
        let departing = domain.taken
        if domain.wish.migrate == .offline {
            // Room first: a domain is not taken down before there is a place where it can come up.
            let down = append(domain, .shutdown(on: source), candidate.reason, after: after)
            ledger.depart(domain.spec, departing, from: from, with: down)
            _ = append(domain, .start(on: target), candidate.reason, after: Set(after + [down]).sorted())
        } else {
            let move = append(domain, .migrate(from: source, to: target), candidate.reason, after: after)
            ledger.depart(domain.spec, departing, from: from, with: move)
        }
    }

    private mutating func claim(_ spec: DomainSpec, on node: Int) {
        guard Guard.startsClaimTheirDisks.isOn else { return }
        if claims == nil { claims = DiskUsers(context.storage, context.roster) }
        let words = "\(spec.name), which is to start on \(context.roster.entries[node].name),"
        claims?.add(spec.definition, uuid: spec.uuid, words: words, on: node)
    }

    private mutating func append(_ domain: Case, _ action: Action, _ reason: Reason, after: [Int]) -> Int {
        let id = steps.count + 1
        steps.append(
            Step(
                id: id, domain: domain.ref, action: action, reason: reason, after: after,
                precondition: domain.precondition))
        return id
    }
}

extension Case {
    /// What its node gets back when it leaves: what was counted there, however much git wishes by now.
    var taken: Ledger.Need {
        active.first?.domain.definition.map { Ledger.Need($0) } ?? Ledger.Need(memory: 0, vcpus: 0)
    }

    /// What was seen of the domain, to be compared again before anything is done.
    var precondition: Precondition {
        let all = sights.map { (node: $0.node, domain: context.roster.domain($0)) }
        return Precondition(
            sights: all.compactMap { sight in
                guard let node = context.roster.entries[sight.node].node else { return nil }
                return Precondition.Sight(
                    node: nodeName(sight.node), bootID: node.bootID, state: sight.domain.state,
                    isPersistent: sight.domain.isPersistent, hasManagedSave: sight.domain.hasManagedSave,
                    definition: sight.domain.definition)
            },
            silent: context.roster.silent.map(\.name))
    }
}
