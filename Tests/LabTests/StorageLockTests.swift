import EndToEnd
import Glibc
import Testing

extension OnTheLab {
    /// On block devices with a device node of its own on each node: QEMU's own lock is not seen through another one, so
    /// whatever refuses the second copy is not QEMU.
    @Suite("a person at a node's shell", .enabled(if: access("/dev/loop-control", F_OK) == 0, "needs loop devices"))
    struct StorageLockTests {
        /// A domain on a LUN of its own.
        private func domain(_ name: String, _ wish: String = "run: keepalive\n") async throws -> TestDomain {
            try await Lab.lab("lun", "add", name, "4")
            var domain = TestDomain(name, wish)
            domain.device = "/run/lun/\(name)"
            return domain
        }

        /// A double that was made on purpose is no finding of the watch.
        private func endDouble(_ domain: TestDomain) async throws {
            for node in try await Lab.homes(of: domain) { try await Lab.virsh(node, "destroy", domain.uuid) }
            try await Task.sleep(for: .milliseconds(200))
            try TextFile.write(Lab.sightings, "")
        }

        /// Starts a second copy by hand.
        private func copy(_ domain: TestDomain, on node: String = "beta") async throws -> Ran {
            let folder = TemporaryFolder()
            try folder.write("domain.xml", domain.xml)
            return try await Lab.lab("virsh", node, "create", folder.path + "/domain.xml", expect: nil)
        }

        /// A second copy must be refused by virtlockd, and must not have run: libvirt makes its QEMU, takes the lock
        /// when the vCPUs are to run, and ends it if it cannot.
        private func expectRefused(_ domain: TestDomain, on node: String) async throws {
            let (count, clashes) = (try await Lab.count(domain), try await Lab.lab("clashes", domain.name).output)
            let ran = try await copy(domain, on: node)
            #expect(ran.status == 1 && ran.errors.contains("Lockspace resource"), "\(ran)")
            try await Lab.wait("the first copy counts on") { try await Lab.count(domain) > count + 5 }
            #expect(try await Lab.lab("clashes", domain.name).output == clashes, "two have written")
            try TextFile.write(Lab.sightings, "")
        }

        @Test("starts a second copy without virtlockd, and is refused by virtlockd with it")
        func secondCopy() async throws {
            let domain = try await domain("lock1")
            _ = try await LabCluster("lock1", [domain])
            try await Lab.create(domain, on: "alpha")
            #expect(try await copy(domain).status == 0, "without a lock nothing hinders it, QEMU's own neither")
            try await expectHome(domain, "alpha", "beta")
            try await endDouble(domain)

            try await withLock {
                try await Lab.create(domain, on: "alpha")
                try await expectRefused(domain, on: "beta")
                try await expectHome(domain, "alpha")
            }
        }

        @Test("--require-lock starts and migrates what is protected, and nothing else")
        func required() async throws {
            let domain = try await domain("lock2", "run: keepalive\nnodes: [alpha]\n")
            let network = TestDomain("d1", "run: keepalive\n")
            let cluster = try await LabCluster(
                "lock2", [domain, network], cluster: "sharedPaths: [\(Lab.state)/locks]\n")
            let open = try await cluster.havirt(expect: 1, "apply", "--yes", "--require-lock")
            #expect(open.output.contains("no lock_manager is set in qemu.conf on alpha, beta, gamma"), "\(open)")
            try await expectHome(domain)
            try await withLock {
                let ran = try await cluster.havirt(expect: 1, "apply", "--yes", "--require-lock")
                #expect(ran.output.contains("lock2: ok"), "\(ran)")
                #expect(ran.output.contains("d1  the storage lock that is demanded does not protect it"), "\(ran)")
                try await expectHome(domain, "alpha")
                try await expectHome(network)
                try await cluster.wish(domain, "run: keepalive\nnodes: [beta]\n")
                try await cluster.havirt(expect: 1, "apply", "--yes", "--require-lock")
                try await expectHome(domain, "beta")
                // The lock has moved with the domain.
                try await expectRefused(domain, on: "alpha")
                try await Lab.lab("enter", "beta", "pkill", "-KILL", "-x", "virtlockd")
                try await Lab.lab("lock", "on")
                let forgotten = try await cluster.havirt(expect: 1, "plan", "--require-lock")
                #expect(forgotten.output.contains("leaves lock2 UNPROTECTED: virtlockd on beta"), "\(forgotten)")
            }
        }

        @Test("holds a LUN by a QEMU that no libvirt lists, under another name")
        func foreignQEMU() async throws {
            let device = try await Lab.lab("lun", "add", "foreign1", "4").lines[0]
            var domain = TestDomain("foreign1", "run: keepalive\n")
            domain.device = device
            let cluster = try await LabCluster("foreign1", [domain])
            try await Lab.lab(
                "enter", "gamma", "qemu-system-x86_64", "-daemonize", "-display", "none", "-machine", "pc,accel=tcg",
                "-m", "32", "-drive", "file=/run/lun/foreign1,format=raw,if=virtio", "-pidfile", "/run/foreign.pid")
            let ran = try await cluster.havirt("apply", "--yes")
            try await Lab.lab("enter", "gamma", "sh", "-c", "kill $(cat /run/foreign.pid)")
            #expect(ran.status == 1, "\(ran)")
            #expect(ran.output.contains("a QEMU process on gamma that libvirt does not list (pid "), "\(ran)")
            #expect(ran.output.contains("may be writing its disk \(device)"), "\(ran)")
            try await expectHome(domain)
            try await cluster.converge()
        }

        /// With virtlockd on all nodes; what runs then is ended before it is taken away.
        private func withLock(_ body: () async throws -> Void) async throws {
            try await Lab.lab("lock", "on")
            do {
                try await body()
            } catch {
                try await Lab.sweep()
                try await Lab.lab("lock", "off")
                throw error
            }
            try await Lab.sweep()
            try await Lab.lab("lock", "off")
        }
    }
}
