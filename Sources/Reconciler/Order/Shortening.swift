/// Takes migrations out of an order that turn out not to be needed: a detour, or a domain moved aside for nothing.
struct Shortening {
    /// Steps that are carried out over all trials: a bound on work that is the same everywhere.
    private static let workMax = 500_000

    private let problem: OrderProblem
    private let start: Arrangement
    private var workLeft = Shortening.workMax

    /// The sequence, or a cheaper one.
    static func run(_ sequence: [Relocation], _ problem: OrderProblem) -> [Relocation] {
        var shortening = Shortening(problem)
        var shortest = sequence
        while let shorter = shortening.shorten(shortest) { shortest = shorter }
        return shortest
    }

    private init(_ problem: OrderProblem) {
        self.problem = problem
        start = Arrangement(problem.model)
    }

    private mutating func shorten(_ sequence: [Relocation]) -> [Relocation]? {
        var last: [Int: Int] = [:]
        for (index, step) in sequence.enumerated() {
            let before = last[step.domain]
            last[step.domain] = index
            guard let before else {
                let without = sequence.filter { $0.domain != step.domain }
                if problem.mayEnd(step.domain, on: step.source), isOrder(without) { return without }
                continue
            }
            for other in direct(sequence, before, index) where isOrder(other) { return other }
            if workLeft <= 0 { return nil }
        }
        return nil
    }

    /// With one migration for two of the same domain, in the place of the second or of the first.
    private func direct(_ sequence: [Relocation], _ first: Int, _ second: Int) -> [[Relocation]] {
        let (from, to) = (sequence[first].source, sequence[second].target)
        guard from != to else { return [] }
        let step = Relocation(domain: sequence[first].domain, source: from, target: to)
        var late = sequence
        late[second] = step
        late.remove(at: first)
        var early = sequence
        early[first] = step
        early.remove(at: second)
        return [late, early]
    }

    private mutating func isOrder(_ sequence: [Relocation]) -> Bool {
        workLeft -= sequence.count + problem.model.domains.count
        guard workLeft > 0 else { return false }
        var trial = start
        return trial.carryOut(sequence) && problem.isSettled(trial.position)
    }
}
