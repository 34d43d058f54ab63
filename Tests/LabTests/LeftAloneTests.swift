import EndToEnd
import Testing

extension OnTheLab {
    @Suite("what is left alone")
    struct LeftAloneTests {
        @Test("unmanaged, manual, held and paused domains are named and not touched")
        func leftAlone() async throws {
            let stranger = TestDomain("stranger", target: "d1")
            let manual = TestDomain("d2", "run: manual\n")
            let off = TestDomain("d4", "run: manual\n")
            let paused = TestDomain("d3")
            let held = TestDomain("held", target: "d5", "run: keepalive\nhold: {by: ann, reason: under repair}\n")
            let cluster = try await LabCluster("alone", [manual, off, paused, held])
            try await Lab.create(stranger, on: "alpha")
            try await Lab.create(manual, on: "alpha")
            try await Lab.create(paused, on: "beta")
            try await Lab.virsh("beta", "suspend", paused.uuid)
            let before = try await Lab.lab("qemus").output

            let plan = try await cluster.havirt(expect: 1, "plan")
            let words = [
                "d3  paused by a person on beta; havirt never resumes it", "held  held by ann: under repair",
                "stranger is running (booted) on alpha and not in git; left alone [unmanaged]",
                "Plan: 1 blocked, 1 held, 2 in sync.",
            ]
            for word in words { #expect(plan.output.contains(word), "\(word) in \(plan)") }
            let apply = try await cluster.havirt(expect: 1, "apply", "--yes")
            #expect(!apply.output.contains("$ "), "a command was run: \(apply)")
            #expect(try await Lab.lab("qemus").output == before)
            #expect(try await Lab.virsh("beta", "domstate", "--reason", paused.uuid).contains("paused (user)"))

            try await Lab.virsh("beta", "resume", paused.uuid)
            try await cluster.havirt(expect: 0, "plan")
        }

        @Test("two havirt domains on one name or disk are refused at the plan")
        func identity() async throws {
            let domain = TestDomain("d1")
            let cluster = try await LabCluster("identity", [domain, TestDomain("d2")])
            // The same name under another uuid, and somebody else who writes the disk of d2.
            var twin = TestDomain("stranger", target: "d3")
            twin.nameInside = "d1"
            try await Lab.create(twin, on: "beta")
            try await Lab.create(TestDomain("thief", target: "d2"), on: "gamma")
            let ran = try await cluster.havirt(expect: 1, "apply", "--yes")
            #expect(ran.output.contains("beta has a domain of this name with uuid \(twin.uuid)"), "\(ran)")
            #expect(ran.output.contains("thief on gamma may be writing its disk"), "\(ran)")
            try await expectHome(domain)
        }
    }
}
