import Testing

@testable import Reconciler

/// Against a proven optimum and another balancer, on the small ones: `make bench` has them all.
struct RecordedBalanceTests {
    /// Those of at most 50 domains, of every tenth seed.
    private static let few = RecordedBalance.all.filter { recorded in
        recorded.model.domains.count <= 50 && ["10", "20"].contains { recorded.name.hasSuffix("-" + $0) }
    }

    @Test func allAreThere() {
        #expect(RecordedBalance.all.count == 320)
        #expect(Self.few.count == 16)
    }

    @Test(arguments: few)
    func atMostOneMigrationMoreThanTheOptimum(_ recorded: RecordedBalance) {
        let result = Balance.make(recorded.model, BalanceRequest())
        #expect(result.isTargetReached == (recorded.optimum != nil))
        guard let optimum = recorded.optimum else { return }
        #expect(result.migrationsMin <= optimum)
        #expect((optimum...optimum + 1).contains(result.relocations.count))
    }

    @Test(arguments: few)
    func neverAHigherLoadThanHbalWithAsManyMigrations(_ recorded: RecordedBalance) {
        var request = BalanceRequest()
        (request.goal, request.minGain, request.migrationsMax) = (.best, 0, recorded.hbalMoved)
        let result = Balance.make(recorded.model, request, stepsMax: 20_000)
        #expect(result.relocations.count <= recorded.hbalMoved)
        #expect(result.largestAfter <= recorded.hbalLargest + 1e-6)
    }
}
