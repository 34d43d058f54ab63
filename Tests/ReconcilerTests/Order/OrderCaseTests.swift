import Testing

@testable import Reconciler

/// Every file of `Cases/`.
@Suite struct OrderCaseTests {
    @Test func theCasesAreFound() {
        #expect(OrderCase.all.count >= 13)
        #expect(OrderCase.all.contains { !$0.isFeasible })
    }

    @Test(arguments: OrderCase.all) func isOrderedAsWellAsIsKnown(_ known: OrderCase) throws {
        let result = Order.find(model: known.model, goals: known.goals)
        guard known.isFeasible else {
            guard case .infeasible = result.verdict else {
                Issue.record("\(result.verdict)")
                return
            }
            return
        }
        let sequence = try #require(result.sequence)
        let checker = OrderChecker(model: known.model, goals: known.goals)
        #expect(checker.violations(of: sequence) == [])
        #expect(result.lowerBound.moves >= known.lowerBound)
        if let least = known.migrationsMin {
            #expect(sequence.count == least)
            #expect(result.verdict == .found(sequence, isMinimal: true))
        } else {
            #expect(sequence.count * 20 <= known.lowerBound * 21)
        }
        let timeline = Timeline(model: known.model, sequence: sequence)
        #expect(checker.violations(of: timeline) == [])
    }
}
