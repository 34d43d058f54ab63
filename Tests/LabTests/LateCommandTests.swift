import EndToEnd
import Testing

extension OnTheLab {
    @Suite("commands whose end nobody saw")
    struct LateCommandTests {
        private let hangs = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")
        private let free = TestDomain("d2", "run: keepalive\nnodes: [beta]\n")
        private let elsewhere = "run: keepalive\nnodes: [gamma]\n"

        /// Kills havirt and its virsh while the start of `hangs` hangs in libvirt, and wishes the domain elsewhere.
        private func killInStart(
            _ cluster: LabCluster, before: () async throws -> Void = {}
        ) async throws {
            let victim = try await cluster.start("apply", "--yes")
            try await Lab.wait("the start is under way") { try await Lab.homes(of: hangs) == ["alpha"] }
            try await before()
            try await victim.kill()
            try await Lab.lab("enter", "alpha", "pkill", "-KILL", "-x", "virsh")
            try await cluster.wish(hangs, elsewhere)
        }

        @Test("a start that hangs in a frozen libvirtd, and lands after the next havirt, is no second copy")
        func lands() async throws {
            let cluster = try await LabCluster("lands", [hangs], cluster: "timeouts: {scan: 8s}\n")
            try await Lab.whileStoreHangs {
                try await killInStart(cluster) { try await Lab.lab("fault", "libvirtd-freeze", "alpha") }
            }
            try await Lab.during(.frozenLibvirt, on: "alpha") {
                let next = try await cluster.havirtOnceFree("apply", "--yes")
                #expect(next.status == 1 && next.output.contains("d1  may be running on a silent node: alpha ("))
            }
            // It lands now, while the next one looks.
            try await cluster.convergeInTime()
            try await expectHome(hangs, "gamma")
        }

        @Test("a start that came to nothing holds its domain until two looks, half a minute apart, saw the same")
        func neverLands() async throws {
            let cluster = try await LabCluster("never", [free])
            try await cluster.converge()
            try cluster.write(hangs)
            try await cluster.repository.commit("d1")
            try await Lab.whileStoreHangs {
                try await killInStart(cluster)
                try await Lab.lab("enter", "alpha", "pkill", "-KILL", "-f", "--", "-uuid \(hangs.uuid)")
            }
            try await Lab.wait("libvirt gives the start up") {
                try await Lab.virsh("alpha", "list", "--all", "--uuid").allSatisfy(\.isWhitespace)
            }
            try await Lab.virsh("beta", "destroy", free.uuid)
            let words = "d1  alpha: 'create' of run "
            let first = try await cluster.havirtOnceFree("apply", "--yes")
            #expect(first.status == 1 && first.output.contains(words), "\(first)")
            #expect(first.output.contains(" may still take effect, ") && first.output.contains("d2: ok"), "\(first)")
            let second = try await cluster.havirt(expect: 1, "apply", "--yes")
            #expect(second.output.contains(words), "\(second)")
            try await expectHome(hangs)
            try await Task.sleep(for: .seconds(30))
            try await cluster.convergeInTime()
            try await expectHome(hangs, "gamma")
            try await expectHome(free, "beta")
        }

        @Test("killed in a shutdown: the guest ends, and the next one converges")
        func shutdown() async throws {
            let cluster = try await LabCluster("ends", [free])
            try await cluster.converge()
            try await cluster.wish(free, "run: stopped\nshutdown: {timeout: 5s}\n")
            // Its QEMU cannot end before its disk answers.
            try await Lab.whileStoreHangs {
                let victim = try await cluster.start("apply", "--yes")
                try await Lab.wait("it is told to shut down") {
                    try cluster.journal().contains { $0.kind == "intent" && $0.action == "shut down on beta" }
                }
                try await victim.kill()
                let next = try await cluster.havirtOnceFree("apply", "--yes")
                #expect(!next.output.contains("destroy"), "\(next)")
            }
            try await cluster.convergeInTime()
            try await expectHome(free)
        }
    }
}
