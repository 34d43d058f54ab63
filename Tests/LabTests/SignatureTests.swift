import EndToEnd
import Testing

extension OnTheLab {
    @Suite("commits that have to be signed")
    struct SignatureTests {
        private let one = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")
        private let two = TestDomain("d2", "run: keepalive\nnodes: [beta]\n")

        @Test("from the first signature on, nothing is followed that nobody signed, and rounds go on")
        func story() async throws {
            let cluster = try await LabCluster("signed", [one, two])
            try await cluster.converge()
            try await enroll(cluster)

            // The first signed commit vouches for what was applied without one.
            try await cluster.repository.commit("signed from now on")
            let first = try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(first.output.contains("\nSigned by ann@example.org (ssh SHA256:"), "\(first)")
            #expect(first.errors.contains(" bears no signature; it says that it is by Ann"), "\(first)")

            // Who may push, and not sign, changes nothing, and stops nothing.
            try cluster.repository.write("cluster.d/domains/d1.yaml", "run: stopped\n")
            try await cluster.repository.git("-c", "commit.gpgsign=false", "commit", "-aqm", "d1: stopped")
            try await Lab.virsh("beta", "destroy", two.uuid)
            let refused = try await cluster.havirt("apply", "--yes")
            #expect(refused.errors.contains(": commit-unsigned: commit "), "\(refused)")
            #expect(refused.errors.contains("going on from commit "), "\(refused)")
            try await expectHome(one, "alpha")
            try await expectHome(two, "beta")
            let verb = try await cluster.havirt(expect: 1, "domain", "stop", "d1", "--yes")
            #expect(verb.errors.contains("cannot be used, and nothing is added to it"), "\(verb)")
            let validated = try await cluster.havirt(expect: 2, "cluster", "validate", "--fail-on", "error")
            #expect(validated.errors.contains(": commit-unsigned: commit "), "\(validated)")
            #expect(try await cluster.havirt(expect: 1, "lint").output.contains(": commit-unsigned: "))

            // A verb signs with the operator's key, or makes no commit.
            try await cluster.repository.git("reset", "--hard", "--quiet", "HEAD~1")
            let tip = try await cluster.repository.git("rev-parse", "HEAD")
            try await cluster.repository.git("config", "user.signingkey", cluster.path("stranger"))
            let stranger = try await cluster.havirt(expect: 1, "domain", "stop", "d1", "--yes")
            #expect(stranger.errors.contains("every havirt would refuse it: it is signed by ssh key "), "\(stranger)")
            #expect(try await cluster.repository.git("rev-parse", "HEAD") == tip)
            try await expectHome(one, "alpha")
            try await cluster.repository.git("config", "user.signingkey", cluster.path("ann"))
            try await cluster.havirt(expect: 0, "domain", "stop", "d1", "--yes")
            #expect(try await cluster.repository.git("cat-file", "commit", "HEAD").contains("\ngpgsig "))
            try await expectHome(one)
            let history = try await cluster.havirt(expect: 0, "history", "--format", "tsv")
            #expect(history.output.contains("\tann@example.org (ssh SHA256:"), "\(history)")
        }

        @Test("a key that is revoked stops what it signed; a list that is gone stops everything")
        func revoked() async throws {
            let cluster = try await LabCluster("revoked", [one])
            try await enroll(cluster)
            try await cluster.repository.commit("signed")
            try await cluster.converge()
            try cluster.write("revoked", try cluster.read("ann.pub"))
            try cluster.write(
                "havirt.conf", try cluster.read("havirt.conf") + "  revoked: \(cluster.path("revoked"))\n")
            try await Lab.virsh("alpha", "destroy", one.uuid)
            let ran = try await cluster.havirt(expect: 1, "apply", "--yes")
            #expect(ran.errors.contains(": commit-signer-revoked: "), "\(ran)")
            try await expectHome(one)
            _ = try await cluster.inLab(["rm", cluster.path("signers")])
            let gone = try await cluster.havirt(expect: 1, "apply", "--yes")
            #expect(gone.errors.contains("the signers cannot be read from "), "\(gone)")
            try await expectHome(one)
        }

        /// Ann may sign, and git signs what she commits.
        private func enroll(_ cluster: LabCluster) async throws {
            for name in ["ann", "stranger"] {
                let ran = try await cluster.inLab(
                    ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", cluster.path(name)])
                #expect(ran.status == 0, "\(ran)")
            }
            try cluster.write("signers", "ann@example.org \(try cluster.read("ann.pub"))")
            try cluster.write(
                "havirt.conf", try cluster.read("havirt.conf") + "signers:\n  ssh: \(cluster.path("signers"))\n")
            let settings = [
                "user.name": "Ann", "user.email": "ann@example.org", "gpg.format": "ssh",
                "user.signingkey": cluster.path("ann"), "commit.gpgsign": "true",
            ]
            for (name, value) in settings { try await cluster.repository.git("config", name, value) }
        }
    }
}
