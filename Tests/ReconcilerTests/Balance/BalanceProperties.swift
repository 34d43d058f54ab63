import Testing

@testable import Reconciler

/// What holds for every cluster. A failure names its seed, which makes the same cluster again.
struct BalanceProperties {
    private static let seeds = 0..<60
    /// Fewer than for people, because these clusters are many and the build may be a slow one.
    private static let stepsMax = 1_000

    private func request(_ seed: Int) -> BalanceRequest {
        var request = BalanceRequest()
        request.goal = seed % 2 == 0 ? .best : .target
        request.seed = UInt64(seed)
        return request
    }

    @Test func capacityAndRulesHoldAtTheEnd() {
        var count = 0
        for seed in Self.seeds {
            let model = GeneratedBalance(seed: seed).model
            let result = Balance.make(model, request(seed), stepsMax: Self.stepsMax)
            count += result.relocations.count
            #expect(Set(result.relocations.map(\.domain)).count == result.relocations.count, "seed \(seed)")
            for relocation in result.relocations {
                let domain = model.domains[relocation.domain]
                #expect(domain.canMove && domain.home == relocation.source, "seed \(seed)")
                #expect(model.admits(relocation.domain, on: relocation.target), "seed \(seed)")
                #expect(model.nodes[relocation.source].isBalanced, "seed \(seed)")
                #expect(model.nodes[relocation.target].isBalanced, "seed \(seed)")
            }
            let after = model.after(result)
            let end = Occupancy(after)
            for node in Set(result.relocations.map(\.target)) {
                #expect(end.memory[node] <= model.nodes[node].memory, "seed \(seed)")
                #expect(end.vcpus[node] <= model.nodes[node].vcpus, "seed \(seed)")
            }
            let all = { (domain: ClusterModel.Domain) in domain.apart + domain.apartSoft }
            #expect(after.pairs(\.apart, with: all).isSubset(of: model.pairs(\.apart, with: all)), "seed \(seed)")
            #expect(after.pairs(\.apartSoft, with: all).count <= model.pairs(\.apartSoft, with: all).count)
            let together = { (domain: ClusterModel.Domain) in domain.together + domain.togetherSoft }
            for (new, old) in zip(after.spread(together), model.spread(together)) {
                #expect(new <= old, "seed \(seed)")
            }
            for (new, old) in zip(after.spread(\.together), model.spread(\.together)) {
                #expect(new <= old, "seed \(seed)")
            }
        }
        #expect(count > Self.seeds.count)
    }

    @Test func theLargestLoadFallsByWhatItIsWorth() {
        for seed in Self.seeds {
            let model = GeneratedBalance(seed: seed).model
            let result = Balance.make(model, request(seed), stepsMax: Self.stepsMax)
            #expect(result.largestAfter <= result.largestBefore, "seed \(seed)")
            #expect(result.migrationsMin <= result.relocations.count, "seed \(seed)")
            if result.isTargetReached { #expect(result.largestAfter < 1.1 + 1e-6, "seed \(seed)") }
            // What a node cannot lose hides what the others gain.
            let fixed = model.domains.contains { !$0.canMove } || model.nodes.contains { $0.memoryHeld > 0 }
            if !result.relocations.isEmpty && !fixed {
                #expect(result.largestBefore - result.largestAfter >= 0.01, "seed \(seed)")
            }
        }
    }

    @Test func afterBalanceBalancePlansNothing() {
        for seed in Self.seeds {
            let model = GeneratedBalance(seed: seed).model
            let first = Balance.make(model, request(seed), stepsMax: Self.stepsMax)
            let second = Balance.make(model.after(first), request(seed), stepsMax: Self.stepsMax)
            #expect(second.relocations == [], "seed \(seed)")
        }
    }

    @Test func noMoreMigrationsThanAllowed() {
        for seed in Self.seeds {
            let model = GeneratedBalance(seed: seed).model
            var request = request(seed)
            request.migrationsMax = seed % 5
            let result = Balance.make(model, request, stepsMax: Self.stepsMax)
            #expect(result.relocations.count <= seed % 5, "seed \(seed)")
            #expect(result.largestAfter <= result.largestBefore, "seed \(seed)")
        }
    }

    @Test func theSameClusterInAnyOrderGivesTheSameMigrations() {
        for seed in Self.seeds.prefix(20) {
            var random = SplitMix(seed: seed + 1)
            let generated = GeneratedBalance(seed: seed)
            var shuffled = generated
            shuffled.nodes.shuffle(using: &random)
            shuffled.domains.shuffle(using: &random)
            let result = Balance.make(generated.model, request(seed), stepsMax: Self.stepsMax)
            #expect(result == Balance.make(shuffled.model, request(seed), stepsMax: Self.stepsMax), "seed \(seed)")
        }
    }
}
