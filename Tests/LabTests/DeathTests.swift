import EndToEnd
import Testing

extension OnTheLab {
    @Suite("dead and departed nodes")
    struct DeathTests {
        private let stays = TestDomain("d1", "run: keepalive\nprefer: beta\n")
        private let new = TestDomain("d2", "run: keepalive\nnodes: [alpha]\n")

        private func cluster(_ name: String) async throws -> LabCluster {
            let cluster = try await LabCluster(name, [stays])
            // A node that is off costs every look that long.
            let settings = try cluster.read("havirt.conf").replacing("Timeout: 3s", with: "Timeout: 2s")
            try cluster.write("havirt.conf", settings)
            try await cluster.repository.git("config", "user.name", "Olga Operator")
            try await cluster.repository.git("config", "user.email", "olga@example.org")
            try await cluster.converge()
            try await expectHome(stays, "beta")
            return cluster
        }

        @Test("a dead node's domains start elsewhere on an operator's word, which is void when the node is heard again")
        func fenced() async throws {
            let cluster = try await cluster("death")
            let word = ["havirt", "node", "fenced", "beta", "--reason", "PSU dead", "--yes"]
            let alive = try await cluster.inLab(word)
            #expect(alive.status == 1 && alive.errors.contains("beta answers, in boot "), "\(alive)")
            // Sick is not dead, either.
            try await Lab.during(.noLibvirt, on: "beta") {
                let sick = try await cluster.inLab(word)
                #expect(sick.errors.contains("beta shows a sign of life, libvirt does not answer"), "\(sick)")
            }

            try await Lab.lab("off", "beta")
            let given = try await cluster.inLab(word)
            #expect(given.status == 0 && given.output.contains("  1 + d1  start on "), "\(given)")
            try await cluster.havirt(expect: 0, "apply", "--yes")
            let home = try #require(try await Lab.homes(of: stays).first)
            #expect(home != "beta")

            try await Lab.lab("on", "beta")
            let back = try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(back.output.contains("  error    beta is declared fenced but has answered since; "), "\(back)")
            try await expectHome(stays, home)
            // Silent once more: the word counts no longer, not even for a controller without records.
            try cluster.write(new)
            try await cluster.repository.commit("d2")
            try await Lab.during(.noSSH, on: "beta") {
                let fresh = try await cluster.havirt(expect: 1, "apply", "--yes", "--var", cluster.path("var2"))
                #expect(fresh.output.contains("d2  may be running on a silent node: beta ("), "\(fresh)")
                #expect(fresh.output.contains("[fencing-void]"), "\(fresh)")
                try await expectHome(new)
            }
            try await cluster.havirt(expect: 0, "node", "fenced", "beta", "--lift", "--yes")
            try await cluster.converge()
            try await expectHome(new, "alpha")
            try await expectHome(stays, home)
        }

        @Test("a retired node is emptied, and then neither waited for nor missed")
        func retired() async throws {
            let cluster = try await cluster("departed")
            let ran = try await cluster.havirt(expect: 0, "node", "retire", "beta", "--reason", "sold", "--yes")
            #expect(ran.output.contains("  1 ~ d1  migrate from beta to "), "\(ran)")
            try await cluster.converge()
            let home = try #require(try await Lab.homes(of: stays).first)
            #expect(home != "beta")
            try await Lab.lab("off", "beta")
            try cluster.write(new)
            try cluster.repository.remove("cluster.d/nodes/beta.yaml")
            try await cluster.wish(stays, "run: keepalive\n")
            let after = try await cluster.havirt("apply", "--yes")
            try await Lab.lab("on", "beta")
            #expect(after.status == 0 && after.output.contains("d2: ok"), "\(after)")
            try await expectHome(new, "alpha")
            try await expectHome(stays, home)
        }
    }
}
