/// Among orders that cost the same, looks for one that meets more wishes: other ends for what was moved and may end on
/// several nodes, one at a time or two exchanged, as long as something becomes better.
struct Polish {
    /// What an order is worth besides its cost; lower is better.
    private struct Worth: Comparable {
        let prefer: Int
        let soft: Int
        let largestLoad: Double
        /// Tells apart what leaves the fullest node as it is.
        let squares: Double

        static func < (left: Worth, right: Worth) -> Bool {
            (left.prefer, left.soft, left.largestLoad, left.squares)
                < (right.prefer, right.soft, right.largestLoad, right.squares)
        }
    }

    /// Domains and steps that are looked at, over all trials: a bound on work that is the same everywhere.
    private static let workMax = 2_000_000

    private let problem: OrderProblem
    private let start: Arrangement
    private var sequence: [Relocation]
    private var position: [Int] = []
    private var worth: Worth
    private var workLeft = Polish.workMax
    /// The last migrations of domains whose end was chosen, as indices into the sequence.
    private let choices: [Int]

    /// The sequence, or one that costs the same and is worth more.
    static func run(_ sequence: [Relocation], _ problem: OrderProblem) -> [Relocation] {
        var polish = Polish(sequence, problem)
        while polish.improve() {}
        return polish.sequence
    }

    private init(_ sequence: [Relocation], _ problem: OrderProblem) {
        self.problem = problem
        self.sequence = sequence
        start = Arrangement(problem.model)
        var last: [Int: Int] = [:]
        for (index, step) in sequence.enumerated() { last[step.domain] = index }
        choices = last.values.sorted().filter { index in
            let domain = sequence[index].domain
            return problem.unit[domain] < 0 && problem.endNodes(domain).count > 1
        }
        position = start.position
        for step in sequence { position[step.domain] = step.target }
        worth = Self.worth(position, sequence, problem)
    }

    /// Takes the first change that makes it worth more.
    private mutating func improve() -> Bool {
        for (place, index) in choices.enumerated() {
            for node in problem.endNodes(sequence[index].domain) where node != sequence[index].target {
                if tries([(index, node)]) { return true }
            }
            for other in choices[(place + 1)...] {
                let (first, second) = (sequence[index], sequence[other])
                guard first.target != second.target, problem.mayEnd(first.domain, on: second.target),
                    problem.mayEnd(second.domain, on: first.target)
                else { continue }
                if tries([(index, second.target), (other, first.target)]) { return true }
            }
            if workLeft <= 0 { return false }
        }
        return false
    }

    /// Takes a change of ends if it can be carried out and is worth it.
    private mutating func tries(_ changes: [(step: Int, node: Int)]) -> Bool {
        workLeft -= position.count
        guard workLeft > 0 else { return false }
        var (other, ends) = (sequence, position)
        for (index, node) in changes {
            let step = sequence[index]
            guard step.source != node else { return false }
            other[index] = Relocation(domain: step.domain, source: step.source, target: node)
            ends[step.domain] = node
        }
        let better = Self.worth(ends, other, problem)
        guard better < worth else { return false }
        workLeft -= other.count
        var trial = start
        guard trial.carryOut(other), problem.isSettled(trial.position) else { return false }
        (sequence, position, worth) = (other, ends, better)
        return true
    }

    private static func worth(_ position: [Int], _ sequence: [Relocation], _ problem: OrderProblem) -> Worth {
        let model = problem.model
        var memory = model.nodes.map(\.memoryHeld)
        var vcpus = model.nodes.map(\.vcpusHeld)
        for (domain, node) in position.enumerated() where node >= 0 {
            memory[node] += model.domains[domain].memory
            vcpus[node] += model.domains[domain].vcpus
        }
        var (prefer, soft) = (0, 0)
        for step in sequence {
            let misses = problem.misses(step.domain, on: position[step.domain], position)
            prefer += misses.prefer
            soft += misses.soft
        }
        let loads = model.nodes.indices.map { node in
            max(
                Double(memory[node]) / Double(max(model.nodes[node].memory, 1)),
                Double(vcpus[node]) / Double(max(model.nodes[node].vcpus, 1)))
        }
        return Worth(
            prefer: prefer, soft: soft, largestLoad: loads.max() ?? 0, squares: loads.reduce(0) { $0 + $1 * $1 })
    }
}
