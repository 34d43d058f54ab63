import FoundationEssentials
import StateSpec
import Testing

@testable import Reconciler

/// Every folder of `Scenarios/` gives exactly the plan of its golden.
///
/// With `HAVIRT_BLESS=1` goldens are written; the run fails all the same, so that nobody blesses unseen.
@Suite struct ScenarioTests {
    static let isBlessing = ProcessInfo.processInfo.environment["HAVIRT_BLESS"] == "1"

    @Test func theFoldersAreFound() {
        #expect(ScenarioFolder.all.count >= 40)
    }

    @Test(arguments: ScenarioFolder.all) func plansAsItsGolden(_ scenario: ScenarioFolder) throws {
        let plan = Plan.make(try scenario.request())
        let text = PlanText.render(plan) + Self.tail(plan)
        let golden = try scenario.text("plan.golden")
        if Self.isBlessing, golden != text {
            try scenario.write(text, to: "plan.golden")
            Issue.record("blessed \(scenario.name)/plan.golden; read it, then run again without HAVIRT_BLESS")
            return
        }
        #expect(golden == text, "\(scenario.name): plan.golden does not match (HAVIRT_BLESS=1 writes it)")
    }

    @Test(arguments: ScenarioFolder.all) func isWrittenAsAScanSavesIt(_ scenario: ScenarioFolder) throws {
        let text = try scenario.text("observed.json")
        let saved = try scenario.observed().saved()
        if Self.isBlessing, text != saved {
            try scenario.write(saved, to: "observed.json")
            Issue.record("blessed \(scenario.name)/observed.json")
            return
        }
        #expect(text == saved)
    }

    @Test(arguments: ScenarioFolder.all) func saysWhatItIsAbout(_ scenario: ScenarioFolder) throws {
        let readme = try scenario.text("README.md") ?? ""
        for part in ["# ", "**Situation:** ", "**Expected:** ", "**Origin:** "] {
            #expect(readme.contains(part), "\(scenario.name)/README.md lacks \(part)")
        }
    }

    /// What the text leaves out because nobody needs to read it there: the code behind each decision.
    private static func tail(_ plan: Plan) -> String {
        let lines =
            plan.steps.map { "step \($0.id): \($0.reason.code)" }
            + plan.decisions.map { "\($0.domain.name): \($0.status.rawValue) \($0.reason.code)" }
        return "\n-- codes\n" + lines.joined(separator: "\n") + "\n"
    }
}

extension ScenarioFolder: CustomTestStringConvertible {
    var testDescription: String { name }
}
