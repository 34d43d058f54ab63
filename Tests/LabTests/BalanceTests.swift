import EndToEnd
import Testing

extension OnTheLab {
    @Suite("balance and drain by real migrations")
    struct BalanceTests {
        private let domains = Lab.targets.map { TestDomain($0) }

        /// All domains on one node, by hand.
        private func crowded(_ name: String, _ cluster: String = "") async throws -> LabCluster {
            let cluster = try await LabCluster(name, domains, cluster: cluster)
            for domain in domains { try await Lab.create(domain, on: "alpha") }
            return cluster
        }

        /// How many domains each node runs; a domain that runs elsewhere than on one node fails.
        private func counts() async throws -> [String: Int] {
            var counts: [String: Int] = [:]
            for domain in domains {
                let homes = try await Lab.homes(of: domain)
                #expect(homes.count == 1, "\(domain.name) runs on \(homes)")
                for home in homes { counts[home, default: 0] += 1 }
            }
            return counts
        }

        @Test("eight domains on one node are spread over three, and a node in maintenance is emptied; then it is quiet")
        func spreadAndDrain() async throws {
            let cluster = try await crowded("balance")
            try await cluster.havirt(expect: 0, "plan")
            let before = try await Lab.count(domains[0])

            let shown = try await cluster.havirt(expect: 2, "cluster", "balance")
            #expect(shown.output.contains("Largest load 3.00 -> 1.1"), "\(shown)")
            #expect(shown.output.contains("migrate --live --p2p --abort-on-error"), "\(shown)")
            #expect(try await counts() == ["alpha": 8])

            let ran = try await cluster.havirt(expect: 0, "cluster", "balance", "--yes", "--best")
            #expect(ran.output.contains("5 of 5 steps done and seen."), "\(ran)")
            #expect(try await counts().values.sorted() == [2, 3, 3])
            for arguments in [["cluster", "balance", "--best"], ["cluster", "balance"], ["plan"]] {
                let after = try await cluster.havirt(expect: 0, arguments)
                #expect(after.output.contains("Nothing to do. 8 in sync."), "\(after)")
            }

            try cluster.write(node: "beta", "labels: [lab]\nmaintenance: {by: olga, reason: new fans}\n")
            try await cluster.repository.commit("beta: new fans")
            let drained = try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(drained.output.contains("The cluster is what the commit wishes."), "\(drained)")
            let counts = try await counts()
            #expect(counts["beta"] == nil && counts.values.reduce(0, +) == 8, "\(counts)")
            let quiet = try await cluster.havirt(expect: 0, "plan")
            #expect(quiet.output.contains("Nothing to do. 8 in sync."), "\(quiet)")
            try await Lab.wait("the guests go on counting") { try await Lab.count(domains[0]) > before }
        }

        @Test("the loop evens out within its budget, comes to rest, and does not move anything twice")
        func auto() async throws {
            let cluster = try await crowded("balance-auto", "balance: auto\n")
            var steps: [Int] = []
            for _ in 0..<5 {
                let ran = try await cluster.havirt(expect: 0, "reconcile", "--yes")
                steps.append(ran.output.matches(of: /migrate --live/).count)
            }
            #expect(steps == [2, 2, 1, 0, 0] || steps == [2, 2, 0, 0, 0], "migrations in each round")
            let counts = try await counts()
            #expect(counts.values.max() ?? 8 <= 4 && counts.count == 3, "\(counts)")
        }
    }
}
