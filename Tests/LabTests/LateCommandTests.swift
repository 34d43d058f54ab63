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

        @Test("what is in a frozen libvirtd stays marked, and what came to nothing is free after two looks")
        func halfMinute() async throws {
            let frozen = TestDomain("d3", "run: keepalive\nnodes: [gamma]\n")
            let cluster = try await LabCluster("minute", [free], cluster: "timeouts: {scan: 8s}\n")
            try await cluster.converge()
            try cluster.write(frozen)
            try cluster.write(hangs)
            try await cluster.repository.commit("d1, d3")
            try await Lab.whileStoreHangs {
                try await killInStart(cluster) {
                    try await Lab.wait("the other start is under way") { try await Lab.homes(of: frozen) == ["gamma"] }
                    try await Lab.lab("fault", "libvirtd-freeze", "gamma")
                }
                try await Lab.lab("enter", "alpha", "pkill", "-KILL", "-f", "--", "-uuid \(hangs.uuid)")
            }
            try await Lab.wait("libvirt gives the start up") {
                try await Lab.virsh("alpha", "list", "--all", "--uuid").allSatisfy(\.isWhitespace)
            }
            try await cluster.wish(free, "run: keepalive\nnodes: [alpha]\n")
            try await Lab.during(.frozenLibvirt, on: "gamma") {
                let first = try await cluster.havirtOnceFree("apply", "--yes")
                let words = [
                    "d1  alpha: 'create' of run ", " may still take effect, ", "d2: ok",
                    "d3  may be running on a silent node: gamma (",
                ]
                for word in words { #expect(first.output.contains(word), "\(word) in \(first)") }
                // The span of the two looks; and longer than virsh's own keepalive would bear a frozen libvirtd.
                try await Task.sleep(for: .seconds(36))
                let marker = "/var/lib/havirt/minute/inflight/\(frozen.uuid)"
                let left = try await Lab.lab("enter", "gamma", "cat", marker).output
                #expect(left.contains(" create "), "its command is in libvirtd's queue: '\(left)'")
            }
            try await cluster.convergeInTime()
            try await expectHome(hangs, "gamma")
            try await expectHome(frozen, "gamma")
            try await expectHome(free, "alpha")
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
