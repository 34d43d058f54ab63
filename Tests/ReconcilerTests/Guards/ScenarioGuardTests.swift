import Testing

@testable import Reconciler

/// Each guard that decides in a plan is good for something: without it a scenario goes wrong.
@Suite struct ScenarioGuardTests {
    /// What a plan would do; nothing if it is refused as a whole.
    private func acts(_ scenario: ScenarioFolder, without guards: [Guard] = []) throws -> [String] {
        let request = try scenario.request()
        let plan = Guard.$off.withValue(Set(guards)) { Plan.make(request) }
        return plan.refusal == nil ? plan.steps.map { "\($0.subject) \($0.action)" } : []
    }

    @Test(arguments: ScenarioGuards.all) func withoutItTheWrongStepsAppear(_ row: ScenarioGuards) throws {
        let scenario = ScenarioFolder(name: row.scenario)
        let right = try acts(scenario)
        #expect(try acts(scenario, without: row.off).filter { !right.contains($0) } == row.acts)
    }

    /// Else the pair would say nothing about one of the two.
    @Test(arguments: ScenarioGuards.all.filter { $0.off.count > 1 })
    func ofAPairEachCoversForTheOther(_ row: ScenarioGuards) throws {
        let scenario = ScenarioFolder(name: row.scenario)
        let right = try acts(scenario)
        for one in row.off { #expect(try acts(scenario, without: [one]) == right, "\(one) alone") }
    }
}

extension ScenarioGuards: CustomTestStringConvertible {
    var testDescription: String { "\(off.map(\.rawValue).joined(separator: "+")) \(scenario)" }
}
