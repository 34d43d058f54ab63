import EndToEnd
import Testing

extension OnTheLab {
    @Suite("havirt is killed")
    struct CrashTests {
        @Test("wherever an apply is killed, the next one converges and nothing ever runs twice")
        func kill() async throws {
            let moving = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")
            let started = TestDomain("d2", "run: keepalive\nnodes: [gamma]\n")
            let stopped = TestDomain("d3", "run: keepalive\nnodes: [beta]\n")
            let cluster = try await LabCluster("crash", [moving, started, stopped])
            try await cluster.converge()
            var killed = 0
            for (round, delay) in [0.2, 0.5, 0.9, 1.4, 2.0, 3.0].enumerated() {
                let target = round.isMultiple(of: 2) ? "beta" : "alpha"
                try await cluster.wish(moving, "run: keepalive\nnodes: [\(target)]\n")
                try await cluster.wish(stopped, round.isMultiple(of: 2) ? "run: stopped\n" : stopped.wish)
                try await Lab.virsh("gamma", "destroy", started.uuid)
                let victim = try await cluster.inLab(
                    ["timeout", "--foreground", "-s", "KILL", "\(delay)", "havirt", "apply", "--yes"])
                killed += victim.status == 137 || victim.status == -9 ? 1 : 0
                try await expectHomesAtMostOne([moving, started, stopped])
                // The dead run's lock goes with its sessions; a migration that went on without it is waited for.
                try await Lab.wait("killed after \(delay) s, the next apply converges", seconds: 40) {
                    try await cluster.havirt("apply", "--yes").status == 0
                }
                try await cluster.havirt(expect: 0, "plan")
                try await expectHome(moving, target)
                try await expectHome(started, "gamma")
                try await expectHomesAtMostOne([moving, started, stopped])
            }
            #expect(killed >= 3, "an apply is quicker than the delays")
        }

        @Test("interrupted, it begins nothing more and sees what is under way to its end")
        func interrupted() async throws {
            let one = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")
            let two = TestDomain("d2", "run: keepalive\nnodes: [alpha]\n")
            let cluster = try await LabCluster("interrupted", [one, two], cluster: "concurrency: {startsPerNode: 1}\n")
            let apply = try await Lab.whileStoreHangs {
                let apply = try await cluster.start("apply", "--yes")
                try await Lab.wait("the first start hangs") { try await Lab.homes(of: one) == ["alpha"] }
                apply.interrupt()
                try await Task.sleep(for: .seconds(1))
                return apply
            }
            let ran = try await apply.ended()
            #expect(ran.status == 1 && ran.output.contains("d1: ok"), "\(ran)")
            #expect(ran.output.contains("d2: start on alpha: refused: the run was ended"), "\(ran)")
            #expect(ran.errors.contains("havirt: no more steps begin; "), "\(ran)")
            try await cluster.converge()
        }

        private func expectHomesAtMostOne(_ domains: [TestDomain]) async throws {
            // A migration under way shows on both sides; the watch knows the difference, this is for what is at rest.
            try await Lab.wait("at most one home each") {
                for domain in domains where try await Lab.homes(of: domain).count > 1 { return false }
                return true
            }
        }
    }
}
