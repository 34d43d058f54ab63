import EndToEnd
import Testing

extension OnTheLab {
    @Suite("a node that is cut off, or loses its power, in the middle")
    struct CutTests {
        private let one = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n").large
        private let two = TestDomain("d2", "run: keepalive\nnodes: [alpha]\n")

        @Test("before an apply: no start, other moves go on, and it is asked once")
        func before() async throws {
            let cluster = try await LabCluster("cut", [one, two])
            try await cluster.converge()
            try await cluster.wish(one, "run: keepalive\nnodes: [beta]\n")
            try await Lab.virsh("alpha", "destroy", two.uuid)
            try await Lab.during(.cut, on: "gamma") {
                let ran = try await cluster.havirt(expect: 1, "apply", "--yes")
                #expect(ran.output.contains("d2  may be running on a silent node: gamma (unreachable: "), "\(ran)")
                #expect(ran.output.contains("d1: ok"), "\(ran)")
                try await expectHome(two)
            }
            try await cluster.converge()
            try await expectHome(one, "beta")
            try await expectHome(two, "alpha")
        }

        @Test("in the middle of an apply: the next start is refused")
        func during() async throws {
            let settings = "concurrency: {startsPerNode: 1}\ntimeouts: {scan: 8s}\n"
            let cluster = try await LabCluster("cutduring", [one, two], cluster: settings)
            let apply = try await Lab.whileStoreHangs {
                let apply = try await cluster.start("apply", "--yes")
                try await Lab.wait("the first start hangs") { try await Lab.homes(of: one) == ["alpha"] }
                try await Lab.lab("fault", "cut", "gamma")
                return apply
            }
            try await Lab.during(.cut, on: "gamma") {
                let ran = try await apply.ended()
                #expect(ran.status == 1 && ran.output.contains("d1: ok"), "\(ran)")
                let words = "d2: start on alpha: refused: may be running on a silent node: gamma ("
                #expect(ran.output.contains(words), "\(ran)")
                try await expectHome(two)
            }
            // Until gamma has missed the heartbeats of the run that it could not hear any more, it is locked.
            try await cluster.convergeInTime()
            try await expectHome(two, "alpha")
        }

        @Test("the source of a migration: how it ended is not known, and it is held until it is")
        func source() async throws {
            let cluster = try await LabCluster("cutsource", [one])
            try await cluster.converge()
            try await cluster.wish(one, "run: keepalive\nnodes: [beta]\n")
            try await Lab.during(.slow, on: "beta") {
                let apply = try await startMigration(cluster)
                try await Lab.during(.cut, on: "alpha") {
                    let ran = try await apply.ended()
                    #expect(ran.status == 1 && ran.output.contains("d1: FAILED, unknown: "), "\(ran)")
                    let next = try await cluster.havirt(expect: 1, "apply", "--yes")
                    #expect(next.output.contains("  d1  ") && !next.output.contains("$ "), "\(next)")
                }
            }
            try await cluster.convergeInTime()
            try await expectHome(one, "beta")
        }

        @Test("the target of a migration is switched off and on: what ran there is started, the other stays one")
        func reboot() async throws {
            let lost = TestDomain("d2", "run: keepalive\nnodes: [beta]\n")
            let cluster = try await LabCluster("reboot", [one, lost])
            try await cluster.converge()
            try await cluster.wish(one, "run: keepalive\nnodes: [beta]\n")
            try await Lab.during(.slow, on: "beta") {
                let apply = try await startMigration(cluster)
                try await Lab.lab("reboot", "beta")
                let ran = try await apply.ended()
                #expect(ran.status == 1 && ran.output.contains("d1: FAILED, "), "\(ran)")
            }
            try await cluster.convergeInTime()
            try await expectHome(one, "beta")
            try await expectHome(lost, "beta")
        }

        /// An apply in which `one` is on its way from alpha to beta.
        private func startMigration(_ cluster: LabCluster) async throws -> RunningHavirt {
            let apply = try await cluster.start("apply", "--yes")
            try await Lab.wait("the migration is under way") {
                try await Lab.homes(of: one) == ["alpha", "beta"]
            }
            return apply
        }
    }
}
