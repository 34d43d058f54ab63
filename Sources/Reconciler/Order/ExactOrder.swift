/// The cheapest order, by A* over arrangements.
///
/// An arrangement is left out when one that differs only by identical domains or nodes was reached as cheaply. What is
/// still to be paid is bounded from below by `OrderProblem.remaining`, and by one migration more where no migration that
/// can begin now brings anything nearer to its end.
struct ExactOrder {
    enum Outcome {
        /// Nothing costs less.
        case found([Relocation])
        /// Nothing costs less than the given limit; with no limit, there is no order.
        case exhausted
        /// Nothing costs less than this bound; who knows what costs more.
        case gaveUp(OrderCost)
    }

    private struct State {
        let parent: Int
        /// The migration that led here.
        let step: Relocation
        let depth: Int
        let paid: OrderCost
        let remaining: OrderCost
        let hash: StateHash.Value
        let misses: Int
        let load: Double
    }

    private let problem: OrderProblem
    private let statesMax: Int
    /// Only what costs less is of interest.
    private let limit: OrderCost?
    private var arrangement: Arrangement
    private var hash: StateHash
    private var states: [State] = []
    private var best: [StateHash.Value: Int] = [:]
    private var queue = StateQueue()
    /// Where `arrangement` is.
    private var current = 0
    /// States whose bound was raised because nothing useful can begin there.
    private var isRaised: [Bool] = []

    /// States that were made.
    var statesCount: Int { states.count }

    init(_ problem: OrderProblem, statesMax: Int, limit: OrderCost?) {
        self.problem = problem
        self.statesMax = statesMax
        self.limit = limit
        arrangement = Arrangement(problem.model)
        hash = StateHash(problem, arrangement.position)
    }

    mutating func run() -> Outcome {
        add(
            State(
                parent: -1, step: Relocation(domain: -1, source: -1, target: -1), depth: 0, paid: OrderCost(),
                remaining: problem.remaining(arrangement.position), hash: hash.whole, misses: 0, load: 0))
        while let entry = queue.pop() {
            let state = states[entry.state]
            guard best[state.hash] == entry.state else { continue }
            enter(entry.state)
            if state.remaining.moves == 0, problem.keepsBroken(arrangement.position) { return .found(path()) }
            if !isRaised[entry.state], !hasGain() {
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
        best[state.hash] = states.count - 1
        enqueue(states.count - 1, bound: state.paid + state.remaining)
    }

    private mutating func enqueue(_ index: Int, bound: OrderCost) {
        if let limit, bound >= limit { return }
        let state = states[index]
        queue.push(
            StateQueue.Entry(
                bound: bound, remaining: state.remaining.moves, misses: state.misses, load: state.load, state: index))
    }

    /// Whether some migration that can begin now brings what it moves nearer to its end.
    private func hasGain() -> Bool {
        problem.movers.contains { domain in
            let source = arrangement.position[domain]
            guard problem.unit[domain] >= 0 || !problem.mayEnd(domain, on: source) else { return false }
            return problem.endNodes(domain).contains { arrangement.canMove(domain, to: $0) }
        }
    }

    private mutating func expand(_ index: Int) {
        let state = states[index]
        var seen: Set<Int> = []
        for domain in problem.movers where domain != state.step.domain {
            let source = arrangement.position[domain]
            // One of several identical ones on a node is enough.
            guard seen.insert(hash.kind[domain] * problem.model.nodes.count + source).inserted else { continue }
            for target in problem.model.nodes.indices where arrangement.canMove(domain, to: target) {
                let value = hash.moved(domain, from: source, to: target)
                let paid = state.paid + problem.single(domain)
                if let known = best[value], states[known].paid <= paid { continue }
                let left = remaining(state, domain, target)
                if let limit, paid + left >= limit { continue }
                let missed = problem.misses(domain, on: target, arrangement.position)
                add(
                    State(
                        parent: index, step: Relocation(domain: domain, source: source, target: target),
                        depth: state.depth + 1, paid: paid, remaining: left, hash: value,
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
        var ahead: [Relocation] = []
        var (from, to) = (current, index)
        while from != to {
            if states[from].depth >= states[to].depth {
                let step = states[from].step
                shift(step.domain, to: step.source)
                from = states[from].parent
            } else {
                ahead.append(states[to].step)
                to = states[to].parent
            }
        }
        for step in ahead.reversed() { shift(step.domain, to: step.target) }
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
            steps.append(states[index].step)
            index = states[index].parent
        }
        return steps.reversed()
    }
}
