import EndToEnd
import Testing

extension OnTheLab {
    @Suite("a silent node is not an empty one")
    struct SilenceTests {
        private let stays = TestDomain("d1", "run: keepalive\nnodes: [beta]\n")
        private let moves = TestDomain("d2", "run: keepalive\nnodes: [alpha]\n")
        private let new = TestDomain("d3", "run: keepalive\nnodes: [alpha]\n")

        @Test("no start while a node does not answer ssh; what runs elsewhere still moves; then it converges")
        func noSSH() async throws {
            let cluster = try await LabCluster("nossh", [stays, moves])
            try await cluster.converge()
            try await Lab.during(.noSSH, on: "beta") {
                try cluster.write(new)
                try await cluster.wish(stays, "run: keepalive\nnodes: [alpha]\n")
                try await cluster.wish(moves, "run: keepalive\nnodes: [gamma]\n")
                let ran = try await cluster.havirt(expect: 1, "apply", "--yes")
                #expect(ran.output.contains("d1  may be running on a silent node: beta ("), "\(ran)")
                #expect(ran.output.contains("d3  may be running on a silent node: beta ("), "\(ran)")
                #expect(ran.output.contains("d2: ok"), "\(ran)")
                try await expectHome(stays, "beta")
                try await expectHome(moves, "gamma")
                try await expectHome(new)
            }
            try await cluster.converge()
            try await expectHome(stays, "alpha")
            try await expectHome(new, "alpha")
        }

        @Test("last-known starts what was seen elsewhere after the silent node's last answer")
        func lastKnown() async throws {
            let cluster = try await LabCluster("lastknown", [stays, moves], cluster: "unreachable: last-known\n")
            try await cluster.converge()
            try await Lab.during(.noSSH, on: "beta") {
                // Seen on alpha after beta fell silent; records count in seconds, and in doubt nothing is started.
                try await Task.sleep(for: .seconds(1.1))
                try await cluster.havirt(expect: 1, "node", "scan")
                try await Lab.virsh("alpha", "destroy", moves.uuid)
                let ran = try await cluster.havirt("apply", "--yes")
                #expect(ran.output.contains("d2: ok"), "\(ran)")
                try await expectHome(moves, "alpha")
                try await expectHome(stays, "beta")
            }
            try await cluster.converge()
        }

        @Test("a frozen libvirtd ends at the scan's deadline, and only its node is silent")
        func frozen() async throws {
            let cluster = try await LabCluster("frozen", [stays, moves], cluster: "timeouts: {scan: 8s}\n")
            try await cluster.converge()
            try await Lab.during(.frozenLibvirt, on: "beta") {
                try await Lab.virsh("alpha", "destroy", moves.uuid)
                try await cluster.wish(stays, "run: keepalive\nnodes: [gamma]\n")
                let begun = ContinuousClock.now
                let plan = try await cluster.havirt(expect: 1, "plan")
                #expect(ContinuousClock.now - begun < .seconds(11), "timeouts.scan is 8 s")
                #expect(plan.output.contains("beta silent, libvirt does not answer"), "\(plan)")
                #expect(plan.output.contains("Plan: 2 blocked.\n"), "\(plan)")
                try await cluster.havirt(expect: 1, "apply", "--yes")
                try await expectHome(stays, "beta")
                try await expectHome(moves)
            }
            try await cluster.converge()
            try await expectHome(stays, "gamma")
            try await expectHome(moves, "alpha")
        }

        @Test("a libvirtd that is gone with its QEMU alive proves nothing")
        func noLibvirt() async throws {
            let cluster = try await LabCluster("nolibvirt", [stays])
            try await cluster.converge()
            try await Lab.during(.noLibvirt, on: "beta") {
                try await cluster.wish(stays, "run: keepalive\nnodes: [gamma]\n")
                let ran = try await cluster.havirt(expect: 1, "apply", "--yes")
                #expect(ran.output.contains("may be running on a silent node: beta"), "\(ran)")
                try await expectHome(stays, "beta")
            }
            try await cluster.converge()
            try await expectHome(stays, "gamma")
        }

        @Test("a power cut is healed, and only after the node came back")
        func powerCut() async throws {
            let cluster = try await LabCluster("power", [TestDomain("d1", "run: keepalive\nprefer: beta\n")])
            try await cluster.converge()
            try await Lab.lab("off", "beta")
            let ran = try await cluster.havirt("apply", "--yes")
            try await Lab.lab("on", "beta")
            #expect(ran.status == 1 && ran.output.contains("may be running on a silent node: beta"), "\(ran)")
            try await cluster.converge()
            try await expectHome(stays, "beta")
        }
    }
}
