/// Which search is made of a problem, and what is made of its outcome.
struct OrderSearch {
    let model: ClusterModel
    let goals: [Goal]
    let options: OrderOptions

    /// What one search found.
    enum Answer {
        case found([Relocation], isMinimal: Bool)
        /// It is proven that there is none.
        case impossible
        case unknown(unsettled: [Int])

        var isFound: Bool { if case .found = self { true } else { false } }
    }

    func run() -> OrderResult {
        var statesCount = 0
        var (answer, bound) = solve(problem(loose: []), &statesCount)
        let broken = brokenGroups
        guard !answer.isFound, !broken.isEmpty else { return result(answer, bound, [], statesCount) }
        var loose = Set(broken)
        (answer, bound) = solve(problem(loose: loose), &statesCount)
        guard answer.isFound, broken.count > 1 else { return result(answer, bound, broken, statesCount) }
        // Those that can be mended are, in the order of the groups.
        for group in broken.prefix(Self.mendedMax) {
            let (other, otherBound) = solve(problem(loose: loose.subtracting([group])), &statesCount)
            guard other.isFound else { continue }
            loose.remove(group)
            (answer, bound) = (other, otherBound)
        }
        return result(answer, bound, loose.sorted(), statesCount)
    }

    /// How often the quick search is tried at most, and for how many domains in all, at least once.
    private static let variantsMax = 12
    private static let variedDomainsMax = 20_000
    /// Broken groups that are tried one by one.
    private static let mendedMax = 8

    /// `together` groups whose members are not on one node.
    private var brokenGroups: [Int] {
        var home = Array(repeating: -1, count: model.groupCount)
        var broken: Set<Int> = []
        for domain in model.domains {
            guard let node = domain.home else { continue }
            for group in domain.together {
                if home[group] >= 0, home[group] != node { broken.insert(group) }
                home[group] = node
            }
        }
        return broken.sorted()
    }

    func problem(loose: Set<Int>) -> OrderProblem {
        OrderProblem(model, goals, prefer: options.prefer, loose: loose)
    }

    /// One problem: by the quick search, and if what it finds is not known to be best, by the exact one.
    func solve(_ problem: OrderProblem, _ statesCount: inout Int) -> (Answer, OrderCost) {
        let start = Arrangement(model)
        let bound = problem.remaining(start.position)
        if bound.moves == 0, problem.keepsBroken(start.position) { return (.found([], isMinimal: true), bound) }
        if Impossible.isProven(problem) { return (.impossible, bound) }
        let (quick, unsettled) = quick(problem, bound)
        let limit = quick.map { OrderCost($0, in: model) }
        if let quick, limit == bound { return (.found(quick, isMinimal: true), bound) }
        if model.nodes.count <= options.exactNodesMax {
            var exact = ExactOrder(problem, statesMax: options.statesMax, aim: .cheapest(below: limit))
            let outcome = exact.run()
            statesCount += exact.statesCount
            switch outcome {
            case .found(let sequence): return (.found(sequence, isMinimal: true), OrderCost(sequence, in: model))
            case .exhausted:
                guard let quick, let limit else { return (.impossible, bound) }
                return (.found(quick, isMinimal: true), limit)
            case .gaveUp(let least):
                if let better = any(problem, below: limit, &statesCount) {
                    return (.found(better, isMinimal: OrderCost(better, in: model) == least), least)
                }
                if let quick { return (.found(quick, isMinimal: limit == least), least) }
                return (.unknown(unsettled: unsettled), least)
            }
        }
        if let quick { return (.found(quick, isMinimal: false), bound) }
        return (.unknown(unsettled: unsettled), bound)
    }

    /// The cheapest that some variants of the quick search find, or what the first of them left unsettled.
    private func quick(_ problem: OrderProblem, _ bound: OrderCost) -> (sequence: [Relocation]?, unsettled: [Int]) {
        var best: [Relocation]?
        var unsettled: [Int] = []
        let variants = min(Self.variantsMax, max(1, Self.variedDomainsMax / max(problem.movers.count, 1)))
        for variant in 0..<variants {
            var greedy = GreedyOrder(problem, variant: variant)
            if let found = greedy.run() {
                if OrderCost(found, in: model) == bound { return (found, []) }
                let short = Shortening.run(found, problem)
                if best.map({ OrderCost(short, in: model) < OrderCost($0, in: model) }) ?? true { best = short }
            } else if variant == 0 {
                unsettled = problem.unsettled(greedy.arrangement.position)
            }
            if let best, OrderCost(best, in: model) == bound { return (best, []) }
        }
        return (best, unsettled)
    }

    /// What clashes; beyond the nodes of the exact search there are too many rules to try.
    private func impossible(loose: Set<Int>) -> OrderResult.Verdict {
        guard model.nodes.count <= options.exactNodesMax, options.clashStatesMax > 0 else {
            return .infeasible(clashes: [], isIrreducible: false)
        }
        var search = ClashSearch(model, goals, loose: loose, options: options)
        let (clashes, isIrreducible) = search.run()
        return .infeasible(clashes: clashes, isIrreducible: isIrreducible)
    }

    /// Some order that costs less than a limit, a cheaper one each time.
    private func any(
        _ problem: OrderProblem, below limit: OrderCost?, _ statesCount: inout Int
    ) -> [Relocation]? {
        var best: [Relocation]?
        while true {
            let limit = best.map { OrderCost($0, in: model) } ?? limit
            var exact = ExactOrder(problem, statesMax: options.statesMax / 8, aim: .any(below: limit))
            let outcome = exact.run()
            statesCount += exact.statesCount
            guard case .found(let sequence) = outcome else { return best }
            best = sequence
        }
    }

    private func result(
        _ answer: Answer, _ bound: OrderCost, _ brokenGroups: [Int], _ statesCount: Int
    ) -> OrderResult {
        let verdict: OrderResult.Verdict =
            switch answer {
            case .found(let sequence, let isMinimal):
                .found(Polish.run(sequence, problem(loose: Set(brokenGroups))), isMinimal: isMinimal)
            case .impossible: impossible(loose: Set(brokenGroups))
            case .unknown(let unsettled): .notFound(unsettled: unsettled)
            }
        return OrderResult(verdict: verdict, lowerBound: bound, brokenGroups: brokenGroups, statesCount: statesCount)
    }
}
