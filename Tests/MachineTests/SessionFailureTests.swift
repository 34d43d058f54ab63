import EndToEnd
import Testing

extension OnMachines {
    /// What goes wrong is told exactly, and nobody else's trouble. That it is bounded in time, too, says the limit of the
    /// lab's own command: nothing here waits for minutes.
    @Suite("sessions that cannot be had")
    struct SessionFailureTests {
        /// A cluster with a domain on a target of its own, and one whose target is well.
        private func cluster(_ name: String, _ san: String) async throws -> (MachineCluster, TestDomain) {
            try await Machines.sweep()
            for target in ["web", "well"] {
                try await Machines.lab("target", "add", target, "1:16")
                try await Machines.lab("beat", target, "1")
            }
            var well = TestDomain("well", "run: keepalive\nnodes: [n2]\n")
            well.device = Machines.device("well", lun: 1)
            let web = SessionStoryTests.web("run: keepalive\nnodes: [n1]\n")
            let cluster = try await MachineCluster(name, [web, well])
            try cluster.repository.write("cluster.d/iscsi/san.yaml", san)
            try cluster.repository.write(
                "cluster.d/iscsi/other.yaml", SessionStoryTests.san("well", "presentation: placed\n"))
            try await cluster.repository.commit("targets")
            return (cluster, well)
        }

        private func expectRefusal(
            _ cluster: MachineCluster, _ well: TestDomain, _ words: String,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let ran = try await cluster.havirt(expect: 1, "apply", "--yes", sourceLocation: sourceLocation)
            #expect(ran.output.contains(words), "\(ran)", sourceLocation: sourceLocation)
            try await expectHome(well, "n2", sourceLocation: sourceLocation)
            #expect(try await SessionStoryTests.targets(on: "n1") == [], sourceLocation: sourceLocation)
        }

        @Test("a target that hides from the node")
        func denied() async throws {
            let (cluster, well) = try await cluster("denied", SessionStoryTests.san())
            try await Machines.lab("deny", "web", "n1")
            try await expectRefusal(cluster, well, "the target refused, and will go on so")
            #expect(try await SessionStoryTests.targets(on: "n2") == ["web", "well"])
        }

        @Test("a password: none, wrong, right; and it stands nowhere but on the node")
        func chap() async throws {
            let secret = "c4naryc4nary"
            let (cluster, well) = try await cluster(
                "chap", SessionStoryTests.san("web", "presentation: placed\n"))
            try await Machines.lab("chap", "web", "web", secret)
            try await expectRefusal(cluster, well, "the user or password is wrong")
            let chap = "presentation: placed\nchap: {user: web, secretFile: /root/web.chap}\n"
            try cluster.repository.write("cluster.d/iscsi/san.yaml", SessionStoryTests.san("web", chap))
            try await cluster.repository.commit("a password")
            try await Machines.ssh("n1", "rm -f /root/web.chap")
            try await cluster.havirt(expect: 1, "domain", "start", "web", "--yes")
            try await Machines.ssh("n1", "umask 077 && echo \(secret) >/root/web.chap")
            let ran = try await cluster.havirt(expect: 0, "domain", "start", "web", "--yes")
            #expect(try await SessionStoryTests.targets(on: "n1") == ["web"])
            #expect(!ran.output.contains(secret) && !ran.errors.contains(secret))
            #expect(!(try cluster.read("var/journal.jsonl")).contains(secret))
        }

        @Test("a portal that hangs, beside one that answers", arguments: ["cut", "refuse"])
        func oneOfTwo(_ fault: String) async throws {
            let dead = "10.78.0.2"
            let (cluster, well) = try await cluster(
                "portals", SessionStoryTests.san(portals: [Machines.portal, "\(dead):3260"], "presentation: placed\n"))
            try await Machines.lab("portal", fault, dead)
            let ran = try await cluster.havirt(expect: 1, "apply", "--yes")
            #expect(ran.output.contains("done, but through \(dead):3260: "), "\(ran)")
            #expect(try await SessionStoryTests.targets(on: "n1") == ["web"])
            try await expectHome(well, "n2")
            try await Machines.lab("portal", fault == "cut" ? "uncut" : "accept", dead)
            try await cluster.havirt(expect: 0, "apply", "--yes")
            try await Machines.waitForBeat("web")
            #expect(try await SessionStoryTests.targets(on: "n1") == ["web", "web"])
        }

        @Test("no iscsid")
        func noDaemon() async throws {
            let (cluster, well) = try await cluster("daemon", SessionStoryTests.san("web", "presentation: placed\n"))
            try await Machines.lab("fault", "iscsid-mask", "n1")
            try await expectRefusal(cluster, well, "iscsid does not run")
            try await Machines.lab("fault", "iscsid-unmask", "n1")
            try await cluster.havirt(expect: 0, "domain", "start", "web", "--yes")
            #expect(try await SessionStoryTests.targets(on: "n1") == ["web"])
        }
    }
}
