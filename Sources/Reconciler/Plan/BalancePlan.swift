import StateSpec

/// What a plan does to even out memory and vCPUs over the nodes: on request, or by itself where `balance: auto` says so.
struct BalancePlan {
    /// One migration.
    struct Move {
        let domain: Int
        let source: Int
        let target: Int
        let reason: Reason
    }

    /// By domain.
    let moves: [DomainUUID: Move]
    /// Migrations that it may take at most, detours included; any number where nil.
    var migrationsMax: Int? { request.migrationsMax }
    private let request: BalanceRequest
    private let reckoning: Reckoning
    private let context: PlanContext
    /// Domains that stay because they have moved lately.
    private let resting: Int

    /// How far above its target the largest load must be before the loop evens out by itself. It then goes down to the
    /// target, so that a load that wavers around it moves nothing.
    static let hysteresis = 0.05

    /// Nil where nothing asks for it.
    ///
    /// - Parameter verdicts: of all domains, those that are nowhere included: they may be on their way.
    init?(_ context: PlanContext, _ reckoning: Reckoning, _ verdicts: [Verdict]) {
        let asked = context.request.options.balance
        guard let wish = asked ?? Self.auto(context) else { return nil }
        let policy = context.request.desired.cluster.balance
        let before = Loads(Occupancy(reckoning.model))
        if asked == nil {
            // The loop evens out a cluster of which everything is known and in which nothing else is to be done.
            guard context.roster.silent.isEmpty, verdicts.allSatisfy(\.isAtRest),
                before.largest > policy.target + Self.hysteresis
            else { return nil }
        }
        self.context = context
        self.reckoning = reckoning
        var request = BalanceRequest()
        request.minGain = policy.minGain
        request.migrationsMax = wish.movesMax
        switch wish.goal {
        case .target(let target): request.target = target ?? policy.target
        case .best: request.goal = .best
        }
        self.request = request
        let (model, resting) = Self.settled(context, reckoning)
        self.resting = resting
        var moves: [DomainUUID: Move] = [:]
        let relocations = Balance.make(model, request).relocations
        var occupancy = Occupancy(model)
        for move in relocations {
            occupancy.depart(move.domain, from: move.source)
            occupancy.arrive(move.domain, on: move.target)
        }
        let after = Loads(occupancy)
        for move in relocations {
            let words = [move.source, move.target].map { node in
                let change = BalanceText.change(before.load[node], after.load[node])
                return "\(context.roster.entries[node].name) \(change)"
            }
            let reason = Reason.balance(words)
            moves[reckoning.subjects[move.domain].domain.spec.uuid] = Move(
                domain: move.domain, source: move.source, target: move.target, reason: reason)
        }
        self.moves = moves
    }

    /// The loop's own wish: within the budget of one round, which a plan of its own making must never exceed.
    private static func auto(_ context: PlanContext) -> BalanceWish? {
        let request = context.request
        let cluster = request.desired.cluster
        guard cluster.balance.mode == .auto, request.options.only == nil else { return nil }
        let budget = request.options.movesMax ?? request.allowance(cluster.budgets.moves)
        return BalanceWish(.target(nil), movesMax: budget)
    }

    /// The model with only those free to move that are in sync and have not moved lately, and how many the latter are.
    private static func settled(_ context: PlanContext, _ reckoning: Reckoning) -> (ClusterModel, resting: Int) {
        let cooldown = context.request.desired.cluster.balance.cooldown
        var model = reckoning.model
        var resting = 0
        for (index, subject) in reckoning.subjects.enumerated() where model.domains[index].canMove {
            let arrived = context.sightings[subject.domain.spec.uuid]?.arrivedAt
            if let arrived, context.request.now < arrived + cooldown {
                model.domains[index].canMove = false
                resting += 1
            } else if !subject.isInSync {
                model.domains[index].canMove = false
            }
        }
        return (model, resting)
    }
}

extension BalancePlan {
    /// The table for people, of what the steps do.
    func report(_ steps: [Step]) -> BalanceReport? {
        guard context.request.options.balance != nil || !moves.isEmpty else { return nil }
        let model = reckoning.model
        var occupancy = Occupancy(model)
        let before = Loads(occupancy)
        var done: [BalanceReport.Move] = []
        var sequence: [Relocation] = []
        for step in steps {
            guard let domain = step.domain, let move = moves[domain.uuid],
                case .migrate(let from, let to) = step.action
            else { continue }
            let memory = MemorySize(kibibytes: UInt64(max(0, model.domains[move.domain].memory)))
            done.append(BalanceReport.Move(domain: domain, from: from, to: to, memory: memory))
            guard let source = context.roster.index(of: from), let target = context.roster.index(of: to) else {
                preconditionFailure("a step moves \(domain) between nodes that are not in the roster")
            }
            sequence.append(Relocation(domain: move.domain, source: source, target: target))
            occupancy.arrive(move.domain, on: target)
            occupancy.depart(move.domain, from: source)
        }
        let after = Loads(occupancy)
        let rows = model.nodes.indices.filter { model.nodes[$0].isBalanced }.map { node in
            BalanceReport.Row(
                node: context.roster.entries[node].name, before: Self.share(before, node),
                after: Self.share(after, node))
        }
        let target = request.goal == .best ? nil : Optional(request.target)
        return BalanceReport(
            target: target, rows: rows, moves: done, note: note(after, unordered: moves.count - done.count),
            estimate: Seconds((Timeline(model: model, sequence: sequence).makespan + 999) / 1_000))
    }

    private static func share(_ loads: Loads, _ node: Int) -> BalanceReport.Share {
        BalanceReport.Share(memory: loads.memory[node], vcpus: loads.vcpus[node], load: loads.load[node])
    }

    /// Why the target is not reached.
    private func note(_ after: Loads, unordered: Int) -> String? {
        guard request.goal == .target, after.largest > request.target else { return nil }
        var causes: [String] = []
        if unordered > 0 { causes.append("\(unordered) of the migrations leave no room for each other") }
        if let most = request.migrationsMax, moves.count >= most {
            causes.append("at most \(most) migrations are allowed")
        }
        if resting > 0 {
            let cooldown = context.request.desired.cluster.balance.cooldown
            causes.append("\(resting == 1 ? "a domain has" : "\(resting) domains have") moved within \(cooldown)")
        }
        if causes.isEmpty { causes.append("no migration that the rules and the room allow gains more") }
        return "The target is not reached: \(causes.joined(separator: "; "))."
    }
}

extension Verdict {
    /// Whether the domain is not on its way, and nothing else is to be done with it.
    fileprivate var isAtRest: Bool {
        switch self {
        case .start, .stop, .restart, .move, .moveTo, .removeLeftover, .settled(.waiting, _): false
        case .settled: true
        }
    }
}

extension Reckoning.Subject {
    fileprivate var isInSync: Bool { if case .settled(.inSync, _) = verdict { true } else { false } }
}
