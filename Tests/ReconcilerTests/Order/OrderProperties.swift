import Testing

@testable import Reconciler

/// What holds for every model. A failure names its seed, which makes the same model again.
@Suite struct OrderProperties {
    /// Nothing is cheaper than what is found, and where nothing is found there is nothing.
    @Test func tinyModelsAreOrderedAsCheaplyAsCanBe() {
        var (foundCount, movesCount, infeasibleCount) = (0, 0, 0)
        for seed in 0..<100 {
            let made = GeneratedModel(seed: seed, GeneratedModel.Size(rules: seed % 2 == 0 ? 15 : 40))
            let result = Order.find(model: made.model, goals: made.goals, options: made.options)
            let force = BruteForce(
                checker: OrderChecker(model: made.model, goals: made.goals, brokenGroups: result.brokenGroups))
            switch result.verdict {
            case .found(let sequence, let isMinimal):
                foundCount += 1
                movesCount += sequence.count
                #expect(isMinimal, "seed \(seed)")
                #expect(force.cheapest() == OrderCost(sequence, in: made.model), "seed \(seed)")
                #expect(force.checker.violations(of: sequence) == [], "seed \(seed)")
                #expect(result.lowerBound == OrderCost(sequence, in: made.model), "seed \(seed)")
                expectExact(made, result, OrderCost(sequence, in: made.model), seed)
                for group in result.brokenGroups {
                    var strict = force.checker
                    strict.brokenGroups.removeAll { $0 == group }
                    #expect(BruteForce(checker: strict).cheapest() == nil, "seed \(seed): group \(group) can be mended")
                }
            case .infeasible(let clashes, let isIrreducible):
                infeasibleCount += 1
                #expect(isIrreducible, "seed \(seed)")
                #expect(force.cheapest() == nil, "seed \(seed)")
                expectIrreducible(clashes, force, seed)
            case .notFound: Issue.record("seed \(seed): \(result)")
            }
        }
        #expect(foundCount > 25)
        #expect(movesCount > 25)
        #expect(infeasibleCount > 25)
    }

    /// The exact search alone finds the cheapest, be it a KiB below the limit, and nothing below that.
    private func expectExact(_ made: GeneratedModel, _ result: OrderResult, _ cost: OrderCost, _ seed: Int) {
        let problem = OrderProblem(made.model, made.goals, loose: Set(result.brokenGroups))
        for limit in [nil, OrderCost(moves: cost.moves, memory: cost.memory + 1), cost] {
            var exact = ExactOrder(problem, statesMax: 10_000, aim: .cheapest(below: limit))
            switch exact.run() {
            case .found(let sequence):
                #expect(OrderCost(sequence, in: made.model) == cost && limit != cost, "seed \(seed)")
            case .exhausted: #expect(limit == cost, "seed \(seed)")
            case .gaveUp: Issue.record("seed \(seed) gave up")
            }
        }
    }

    /// The rules clash, and no longer if any of them is left out.
    private func expectIrreducible(_ clashes: [Clash], _ force: BruteForce, _ seed: Int) {
        #expect(!clashes.isEmpty, "seed \(seed)")
        #expect(force.keeping(clashes).cheapest() == nil, "seed \(seed): \(clashes) do not clash")
        for (index, clash) in clashes.enumerated() {
            var others = clashes
            others.remove(at: index)
            #expect(force.keeping(others).cheapest() != nil, "seed \(seed): \(clash) is not needed in \(clashes)")
            // Each node of an admission is needed, too.
            guard case .admission(let domain, let nodes) = clash else { continue }
            for node in nodes {
                let fewer = Clash.admission(domain: domain, nodes: nodes.filter { $0 != node })
                #expect(force.keeping(others + [fewer]).cheapest() != nil, "seed \(seed): \(node) of \(clash)")
            }
        }
    }

    /// Carried out one by one, by its times, and by chance with failures, nothing is broken at any moment.
    @Test func whateverHasBegunAndEndedNothingIsBroken() {
        var (movesCount, sideBySide) = (0, 0)
        for seed in 0..<200 {
            let size = GeneratedModel.Size(nodes: 3 + seed % 6, domains: 8 + seed % 17, fill: 60, rules: 6)
            let made = GeneratedModel(seed: seed, size)
            var options = made.options
            options.statesMax = 1_500
            options.clashStatesMax = 0
            let result = Order.find(model: made.model, goals: made.goals, options: options)
            guard let sequence = result.sequence else { continue }
            movesCount += sequence.count
            let checker = OrderChecker(model: made.model, goals: made.goals, brokenGroups: result.brokenGroups)
            #expect(checker.violations(of: sequence) == [], "seed \(seed)")
            let timeline = Timeline(model: made.model, sequence: sequence)
            #expect(Set(timeline.moves.map(\.relocation)).count <= sequence.count)
            #expect(checker.violations(of: timeline) == [], "seed \(seed)")
            sideBySide += timeline.moves.count { move in
                timeline.moves.contains { $0.start < move.end && $0.end > move.start && $0 != move }
            }
            for attempt in 0..<6 {
                var random = SplitMix(seed: seed * 100 + attempt)
                let found = checker.violationsByChance(of: timeline, failing: attempt < 3 ? 0 : 20, &random)
                #expect(found == [], "seed \(seed), attempt \(attempt)")
            }
        }
        #expect(movesCount > 400)
        #expect(sideBySide > 100)
    }

    /// In which order admissions and groups are listed is chance; nodes and domains are listed by name.
    @Test func theSameFactsInAnyOrderGiveTheSameOrder() {
        var movesCount = 0
        for seed in 0..<60 {
            let made = GeneratedModel(seed: seed, GeneratedModel.Size(nodes: 5, domains: 12, fill: 60))
            var random = SplitMix(seed: seed + 1)
            var options = made.options
            options.statesMax = 1_000
            options.clashStatesMax = 1_000
            let result = Order.find(model: made.model, goals: made.goals, options: options)
            let shuffled = Self.shuffled(made.model, &random)
            #expect(result == Order.find(model: shuffled, goals: made.goals, options: options), "seed \(seed)")
            guard let sequence = result.sequence else { continue }
            movesCount += sequence.count
            let timeline = Timeline(model: made.model, sequence: sequence)
            #expect(timeline == Timeline(model: shuffled, sequence: sequence), "seed \(seed)")
        }
        #expect(movesCount > 60)
    }

    private static func shuffled(_ model: ClusterModel, _ random: inout SplitMix) -> ClusterModel {
        var model = model
        let order = Array(model.admissions.indices).shuffled(using: &random)
        model.admissions = order.map { model.admissions[$0] }
        for domain in model.domains.indices {
            model.domains[domain].admission = order.firstIndex(of: model.domains[domain].admission) ?? -1
            model.domains[domain].apart.shuffle(using: &random)
            model.domains[domain].together.shuffle(using: &random)
        }
        return model
    }
}
