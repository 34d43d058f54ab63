/// The cheapest order, by A* over arrangements.
///
/// An arrangement is left out when one that differs only by identical domains or nodes was reached as cheaply. What is
/// still to be paid is bounded from below by `OrderProblem.remaining`, and by one migration more where no migration that
/// can begin now brings anything nearer to its end.
struct ExactOrder {
    enum Outcome {
        /// Nothing costs less.
        case found([Relocation])
        /// Nothing costs less than the limit; with none, there is no order.
        case exhausted
        /// Nothing costs less than this bound; who knows what costs more.
        case gaveUp(OrderCost)
    }

    /// What is looked for.
    enum Aim {
        /// The cheapest order, if it costs less than a limit.
        case cheapest(below: OrderCost?)
        /// Some order that costs less than a limit, and soon; what is near to an end goes before what was cheap so far.
        case any(below: OrderCost?)
    }

    private struct State {
        let parent: Int32
        let depth: Int32
        /// The migration that led here.
        let step: Step
        let paid: OrderCost
        let remaining: OrderCost
        let hash: StateHash.Value
        let misses: Int
        let load: Double
    }

    /// A `Relocation` in a third of its space: states are many.
    private struct Step {
        let domain: Int32
        let source: Int16
        let target: Int16
    }

    /// How much more what remains counts than what was paid, for one who wants some order soon.
    private static let haste = 3

    private let problem: OrderProblem
    private let statesMax: Int
    private let aim: Aim
    private var arrangement: Arrangement
    private var hash: StateHash
    private var states: [State] = []
    private var best = StateTable()
    private var queue = StateQueue()
    /// Where `arrangement` is.
    private var current = 0
    /// By kind of domain and node, the last state in which one of these was moved from it.
    private var seen: [Int]
    /// States whose bound was raised because nothing useful can begin there.
    private var isRaised: [Bool] = []

    /// States that were made.
    var statesCount: Int { states.count }

    init(_ problem: OrderProblem, statesMax: Int, aim: Aim) {
        self.problem = problem
        self.statesMax = statesMax
        self.aim = aim
        arrangement = Arrangement(problem.model)
        hash = StateHash(problem, arrangement.position)
        seen = Array(repeating: -1, count: hash.kindCount * problem.model.nodes.count)
    }

    mutating func run() -> Outcome {
        add(
            State(
                parent: -1, depth: 0, step: Step(domain: -1, source: -1, target: -1), paid: OrderCost(),
                remaining: problem.remaining(arrangement.position), hash: hash.whole, misses: 0, load: 0))
        while let entry = queue.pop() {
            let state = states[entry.state]
            guard best[state.hash] == entry.state else { continue }
            enter(entry.state)
            if state.remaining.moves == 0, problem.keepsBroken(arrangement.position) { return .found(path()) }
            if case .cheapest = aim, !isRaised[entry.state], !hasGain() {
                isRaised[entry.state] = true
                enqueue(entry.state, bound: entry.bound + OrderCost(moves: 1))
                continue
            }
            if states.count >= statesMax { return .gaveUp(entry.bound) }
            expand(entry.state)
        }
        return .exhausted
    }

    private mutating func add(_ state: State) {
        states.append(state)
        isRaised.append(false)
        best.set(state.hash, to: states.count - 1)
        enqueue(states.count - 1, bound: state.paid + state.remaining)
    }

    private mutating func enqueue(_ index: Int, bound: OrderCost) {
        guard isOfInterest(bound) else { return }
        let state = states[index]
        var rank = bound
        if case .any = aim { rank.moves += (Self.haste - 1) * state.remaining.moves }
        queue.push(
            StateQueue.Entry(
                bound: rank, remaining: state.remaining.moves, misses: state.misses, load: state.load, state: index))
    }

    private func isOfInterest(_ bound: OrderCost) -> Bool {
        switch aim {
        case .cheapest(let limit), .any(let limit): limit.map { bound < $0 } ?? true
        }
    }

    /// Whether some migration that can begin now brings what it moves nearer to its end.
    private func hasGain() -> Bool {
        problem.movers.contains { domain in
            let source = arrangement.position[domain]
            guard problem.unit[domain] >= 0 || !problem.mayEnd(domain, on: source) else { return false }
            if case .node(let node) = problem.ends[domain] { return arrangement.canMove(domain, to: node) }
            return problem.endNodes(domain).contains { arrangement.canMove(domain, to: $0) }
        }
    }

    private mutating func expand(_ index: Int) {
        let state = states[index]
        let nodeCount = problem.model.nodes.count
        for domain in problem.movers where domain != state.step.domain {
            let source = arrangement.position[domain]
            // One of several identical ones on a node is enough.
            let kind = hash.kind[domain] * nodeCount + source
            if seen[kind] == index { continue }
            seen[kind] = index
            for target in 0..<nodeCount where arrangement.canMove(domain, to: target) {
                let value = hash.moved(domain, from: source, to: target)
                let paid = state.paid + problem.single(domain)
                if let known = best[value], states[known].paid <= paid { continue }
                let left = remaining(state, domain, target)
                guard isOfInterest(paid + left) else { continue }
                let missed = problem.misses(domain, on: target, arrangement.position)
                add(
                    State(
                        parent: Int32(index), depth: state.depth + 1,
                        step: Step(domain: Int32(domain), source: Int16(source), target: Int16(target)),
                        paid: paid, remaining: left, hash: value,
                        misses: state.misses + missed.prefer * 1_000 + missed.soft,
                        load: max(state.load, arrangement.load(of: target, adding: domain))))
            }
        }
    }

    /// What remains after a migration from the current arrangement.
    private func remaining(_ state: State, _ domain: Int, _ target: Int) -> OrderCost {
        let unit = problem.unit[domain]
        guard unit >= 0 else {
            let source = arrangement.position[domain]
            let was = problem.mayEnd(domain, on: source)
            let willBe = problem.mayEnd(domain, on: target)
            if was == willBe { return state.remaining }
            return was ? state.remaining + problem.single(domain) : state.remaining - problem.single(domain)
        }
        var position = arrangement.position
        let before = problem.remaining(ofUnit: unit, position)
        position[domain] = target
        return state.remaining - before + problem.remaining(ofUnit: unit, position)
    }

    /// Brings the arrangement to a state, by way of the last state that both have in common.
    private mutating func enter(_ index: Int) {
        var ahead: [Step] = []
        var (from, to) = (current, index)
        while from != to {
            if states[from].depth >= states[to].depth {
                let step = states[from].step
                shift(Int(step.domain), to: Int(step.source))
                from = Int(states[from].parent)
            } else {
                ahead.append(states[to].step)
                to = Int(states[to].parent)
            }
        }
        for step in ahead.reversed() { shift(Int(step.domain), to: Int(step.target)) }
        current = index
    }

    private mutating func shift(_ domain: Int, to node: Int) {
        hash.move(domain, from: arrangement.position[domain], to: node)
        arrangement.move(domain, to: node)
    }

    private func path() -> [Relocation] {
        var steps: [Relocation] = []
        var index = current
        while states[index].parent >= 0 {
            let step = states[index].step
            steps.append(Relocation(domain: Int(step.domain), source: Int(step.source), target: Int(step.target)))
            index = Int(states[index].parent)
        }
        return steps.reversed()
    }
}
