import EndToEnd
import Testing

extension OnTheLab {
    @Suite("a guest that ignores its power button")
    struct ShutdownTests {
        @Test("is reported and lives on; it is destroyed only where the spec says so")
        func deaf() async throws {
            var deaf = TestDomain("d1")
            deaf.hasPowerButton = false
            var doomed = TestDomain("d2")
            doomed.hasPowerButton = false
            let cluster = try await LabCluster("deaf", [deaf, doomed], cluster: "budgets: {stops: 100%}\n")
            try await cluster.converge()
            try cluster.write(deaf)
            try cluster.repository.write(
                "cluster.d/domains/d1.yaml", "run: stopped\nshutdown: {timeout: 3s}\n")
            try await cluster.wish(doomed, "run: stopped\nshutdown: {timeout: 3s, then: destroy}\n")
            let ran = try await cluster.havirt(expect: 1, "apply", "--yes")
            #expect(ran.output.contains("d1: FAILED, failed: not within 3s: running (booted)"), "\(ran)")
            #expect(ran.output.contains("destroy \(doomed.uuid)") && ran.output.contains("d2: ok"), "\(ran)")
            #expect(!ran.output.contains("destroy \(deaf.uuid)"))
            #expect(try await Lab.homes(of: deaf).count == 1)
            try await expectHome(doomed)
        }
    }
}
