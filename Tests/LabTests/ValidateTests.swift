import EndToEnd
import Testing

extension OnTheLab {
    @Suite("cluster validate")
    struct ValidateTests {
        private let one = TestDomain("d1", "run: keepalive\nnodes: [alpha, beta]\n")
        private let two = TestDomain("d2", "run: manual\n")

        /// A line of `--format tsv`.
        private struct Finding {
            let code: String
            let severity: String
            let object: String
            let node: String
            let message: String
            let fix: String

            init(_ line: String) throws {
                let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                guard cells.count == 7 else { throw TestFailure("not seven columns: \(line)") }
                (code, severity, object, node, message) = (cells[0], cells[1], cells[2], cells[3], cells[4])
                fix = cells[6]
            }

            var place: String { "\(code) \(object) \(node)" }
        }

        /// What is a warning or worse, and what it exits with.
        private func findings(
            _ cluster: LabCluster, expect status: Int32, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws -> [Finding] {
            let ran = try await cluster.havirt(
                expect: status, ["cluster", "validate", "--format", "tsv"], sourceLocation: sourceLocation)
            return try ran.lines.dropFirst().map(Finding.init).filter { $0.severity != "notice" }
        }

        /// Runs a command as root on a node.
        private func on(_ node: String, _ script: String) async throws {
            try await Lab.lab("enter", node, "sh", "-c", script)
        }

        /// Gives every node its files and networks back, whatever a failed test left.
        private func restoring(_ body: () async throws -> Void) async throws {
            for node in Lab.nodes {
                try await on(node, "rm -rf /var/lib/ssh.kept && cp -a /root/.ssh /var/lib/ssh.kept")
            }
            var failure: (any Error)?
            do { try await body() } catch { failure = error }
            for node in Lab.nodes {
                try await on(
                    node,
                    """
                    cp -a /var/lib/ssh.kept/. /root/.ssh/ && rm -rf /var/lib/ssh.kept
                    virsh -q -c qemu:///system net-info lan >/dev/null 2>&1 ||
                        echo "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>" |
                        virsh -q -c qemu:///system net-define /dev/stdin
                    virsh -q -c qemu:///system net-start lan >/dev/null 2>&1
                    virsh -q -c qemu:///system net-autostart lan >/dev/null
                    """)
            }
            if let failure { throw failure }
        }

        @Test("a key, a line and a network that differ are named, and what is pasted ends them")
        func threeThings() async throws {
            let cluster = try await LabCluster("validated", [one, two])
            #expect(try await findings(cluster, expect: 2).map(\.place) == ["not-running d1 -"])
            try await cluster.converge()
            #expect(try await findings(cluster, expect: 0).map(\.place) == [])

            try await restoring {
                try await on("alpha", "sed -i '/root@beta/d' /root/.ssh/authorized_keys")
                try await on("beta", "printf '\\tProxyCommand nc -X CANARY %%h %%p\\n' >>/root/.ssh/config")
                try await on(
                    "gamma", "virsh -q -c qemu:///system net-destroy lan; virsh -q -c qemu:///system net-undefine lan")
                let found = try await findings(cluster, expect: 2)
                #expect(
                    found.map(\.place) == [
                        "key-missing authorized_keys alpha", "network-missing network lan gamma",
                        "ssh-config ssh config beta",
                    ])
                #expect(found[0].message.hasPrefix("lacks the key of beta (ssh-ed25519 …"), "\(found[0])")
                #expect(found[2].message.hasSuffix("it has 'proxycommand (not shown)'"), "\(found[2])")
                for finding in found {
                    let ran = try await cluster.inLab(["sh", "-c", finding.fix])
                    #expect(ran.status == 0, "\(finding.fix): \(ran)")
                }
                #expect(try await findings(cluster, expect: 0).map(\.place) == [])
            }
        }

        @Test("a node whose host key another does not know, a key without its public file, and one without any key")
        func keys() async throws {
            let cluster = try await LabCluster("validated-keys", [one])
            try await cluster.converge()
            try await restoring {
                try await on("alpha", "rm /root/.ssh/id_ed25519.pub && ssh-keygen -q -H -f /root/.ssh/known_hosts")
                #expect(try await findings(cluster, expect: 0).map(\.place) == [])
                try await on("beta", "ssh-keygen -q -R gamma >/dev/null 2>&1")
                try await on("gamma", "rm /root/.ssh/id_ed25519*")
                let found = try await findings(cluster, expect: 2)
                #expect(
                    found.map(\.place) == ["host-key-unknown known_hosts beta", "no-key ssh key gamma"])
                for finding in found {
                    let ran = try await cluster.inLab(["sh", "-c", finding.fix])
                    #expect(ran.status == 0, "\(finding.fix): \(ran)")
                }
                // The new key is not known to the others yet.
                let next = try await findings(cluster, expect: 2)
                #expect(next.map(\.place) == ["key-missing authorized_keys alpha", "key-missing authorized_keys beta"])
                for finding in next { #expect(try await cluster.inLab(["sh", "-c", finding.fix]).status == 0) }
                #expect(try await findings(cluster, expect: 0).map(\.place) == [])
            }
        }

        @Test("nothing that is private stands in what is shown or saved")
        func secrets() async throws {
            let cluster = try await LabCluster("validated-secrets", [two])
            try await restoring {
                try await on("beta", "printf '\\tSetEnv TOKEN=CANARY\\nCANARY\\n' >>/root/.ssh/config")
                try await on(
                    "beta",
                    "sed -i '/root@alpha/s/^/environment=\"T=CANARY\",from=\"CANARY\" /' /root/.ssh/authorized_keys")
                let scan = cluster.path("scan.json")
                var shown = try await cluster.havirt(expect: 0, "node", "scan", "--save", scan).description
                for format in ["table", "tsv", "json", "junit"] {
                    shown += try await cluster.havirt(expect: 2, "cluster", "validate", "--format", format).description
                    shown += try await cluster.havirt(
                        expect: 2, "cluster", "validate", "--format", format, "--observed", scan
                    ).description
                }
                shown += try TextFile.read(scan)
                #expect(shown.contains("key-restricted") && shown.contains("ssh-config"))
                #expect(!shown.contains("CANARY") && !shown.contains("PRIVATE KEY"))
                for node in Lab.nodes {
                    let key = try TextFile.read("\(Lab.state)/node/\(node)/root.ssh/id_ed25519")
                    for line in key.split(separator: "\n").dropFirst().dropLast() { #expect(!shown.contains(line)) }
                }
            }
        }

        @Test("drift of domains that people made")
        func domains() async throws {
            let cluster = try await LabCluster("validated-domains", [one, two])
            try await cluster.converge()
            try await Lab.create(two, on: "gamma", isPersistent: true)
            try await Lab.virsh("gamma", "autostart", two.uuid)
            try await Lab.virsh("gamma", "suspend", two.uuid)
            let home = try #require(try await Lab.homes(of: one).first)
            try await Lab.virsh(home, "destroy", one.uuid)
            let found = try await findings(cluster, expect: 2)
            #expect(found.map(\.place) == ["not-running d1 -", "autostart d2 gamma", "paused d2 gamma"])
        }
    }
}
