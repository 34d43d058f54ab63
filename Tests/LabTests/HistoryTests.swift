import EndToEnd
import Testing

extension OnTheLab {
    @Suite("what happened, and why")
    struct HistoryTests {
        @Test("history names every step, why names the rule, replay derives the plan again")
        func past() async throws {
            let domain = TestDomain("d1", "run: keepalive\nnodes: [alpha, beta]\n")
            let cluster = try await LabCluster("history", [domain, TestDomain("d2", "run: manual\n")])
            try await cluster.havirt(expect: 0, "apply", "--yes")
            let home = try #require(try await Lab.homes(of: domain).first)

            let history = try await cluster.havirt(expect: 0, "history", "--domain", "d1")
            let kinds = history.lines.dropFirst().map { $0.split(separator: "\t")[2] }
            #expect(kinds == ["intent", "outcome"], "\(history)")
            #expect(history.output.contains("\tstart on \(home)\tkeepalive, and it runs nowhere\t"), "\(history)")

            let why = try await cluster.havirt(expect: 0, "why", "d1")
            #expect(why.output.hasPrefix("d1: runs where it may [in-sync]\n"), "\(why)")
            #expect(why.output.contains("keepalive, on alpha or beta\n"), "\(why)")
            let manual = try await cluster.havirt(expect: 0, "why", "d2")
            #expect(manual.output.contains("The journal has nothing about it.\n"), "\(manual)")

            let run = try #require(try cluster.journal().first?.run)
            #expect(try await cluster.havirt(expect: 0, "replay").lines.contains(run))
            let replay = try await cluster.havirt(expect: 0, "replay", run)
            #expect(replay.output.contains("1 to start, 1 in sync.\n"), "\(replay)")
            #expect(replay.errors == "the same plan as then, byte for byte\n", "\(replay)")
        }
    }
}
