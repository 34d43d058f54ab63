import EndToEnd
import Testing

extension OnTheLab {
    @Suite("a plan that was saved for review")
    struct SavedPlanTests {
        private let one = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")
        private let two = TestDomain("d2", "run: keepalive\nnodes: [beta]\n")

        @Test("is carried out once")
        func once() async throws {
            let cluster = try await LabCluster("saved", [one])
            let file = cluster.path("plan.json")
            let saved = try await cluster.havirt(expect: 2, "plan", "--out", file)
            #expect(saved.errors.contains("havirt apply \(file) --yes"), "\(saved)")
            try await cluster.havirt(expect: 2, "apply", file)
            try await cluster.havirt(expect: 0, "apply", file, "--yes")
            try await expectHome(one, "alpha")
            try await Lab.virsh("alpha", "destroy", one.uuid)
            let again = try await cluster.havirt(expect: 1, "apply", file, "--yes")
            #expect(again.errors.contains("was applied before"), "\(again)")
            try await expectHome(one)
        }

        @Test("loses the steps that no longer follow, and gains none")
        func stale() async throws {
            let cluster = try await LabCluster("stale", [one, two])
            let file = cluster.path("plan.json")
            try await cluster.havirt(expect: 2, "plan", "--out", file)
            try await Lab.create(one, on: "gamma")
            let dry = try await cluster.havirt(expect: 1, "apply", file)
            #expect(dry.output.contains("d1: start on alpha: refused: the saved plan is stale"), "\(dry)")
            #expect(!dry.output.contains("migrate"), "a step that nobody reviewed: \(dry)")
            let ran = try await cluster.havirt(expect: 1, "apply", file, "--yes")
            #expect(ran.output.contains("d1: start on alpha: refused: the saved plan is stale"), "\(ran)")
            try await expectHome(one, "gamma")
            try await expectHome(two, "beta")
        }
    }
}
