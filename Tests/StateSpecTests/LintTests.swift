import StateSpec
import Testing

/// One mistake never hides another, and each is found where it stands.
@Suite struct LintTests {
    @Test func tenMistakesAtTheirLines() {
        let findings = Sample.findings([
            "cluster.yaml": """
            name: lab
            schema: 1
            cpuOvercomit: 4
            budgets:
              stops: 10%
              moves: many
            sharedPaths:
              - /srv/images
              - ../etc

            """,
            "nodes/n1.yaml": """
            ssh: root@n1;reboot
            maintenance: yes
            memoryReserve: 16
            fenced:
              bootId: \(Sample.uuid(5))

            """,
            "domains/web1.yaml": """
            run: keepalve
            nodes: [n1, n9]
            shutdown: {timeout: 120, then: wait}
            priority: 010

            """,
        ])
        let shown = findings.map { "\($0.place): \($0.code)" }
        #expect(
            shown == [
                "cluster.yaml:3:1: unknown-key",
                "cluster.yaml:6:10: wrong-type",
                "cluster.yaml:9:5: wrong-type",
                "domains/web1.yaml:1:6: unknown-value",
                "domains/web1.yaml:2:13: unknown-node",
                "domains/web1.yaml:3:21: wrong-type",
                "domains/web1.yaml:4:11: wrong-type",
                "nodes/n1.yaml:1:6: invalid-ssh",
                "nodes/n1.yaml:2:14: wrong-type",
                "nodes/n1.yaml:3:16: wrong-type",
                "nodes/n1.yaml:5:3: missing-key",
            ])
        #expect(
            findings.first?.description
                == "cluster.yaml:3:1: unknown-key: the key 'cpuOvercomit' is unknown (did you mean 'cpuOvercommit'?)")
        #expect(findings.contains { $0.hint == "did you mean 'keepalive'?" })
        #expect(findings.contains { $0.hint == "write true without quotes" })
        #expect(findings.contains { $0.hint == "give a unit: 16 MiB or 16 GiB" })
    }

    @Test func linesOfXML() {
        let findings = Sample.findings([
            "domains/web1.xml": """
            <?xml version='1.0'?>
            <domain type='xen'>
              <name>web1</name>
              <memory unit='furlong'>2</memory>
              <vcpu>none</vcpu>
              <devices>
                <emulator>/tmp/evil</emulator>
                <disk type='file'><source file='img/a'/><target dev='vda'/></disk>
                <graphics type='vnc' passwd='hunter2'/>
              </devices>
              <seclabel type='none'/>
            </domain>

            """
        ])
        let shown = findings.map { "\($0.place.line):\($0.place.column) \($0.code)" }
        #expect(
            shown == [
                "2:1 domain-type", "2:1 no-memory", "2:1 no-uuid", "4:3 invalid-memory", "5:3 invalid-vcpu",
                "7:5 emulator-path", "8:23 disk-path", "9:5 secret-in-git", "11:3 seclabel-none",
            ])
        #expect(!findings.map(\.description).joined().contains("hunter2"))
    }

    @Test func secretsAreNotShown() {
        let findings = Sample.findings([
            "iscsi/san.yaml": "portals: 10.0.0.1\npassword: hunter2\nchap:\n  user: u\n  secret: hunter2\n"
        ])
        #expect(
            findings.map { "\($0.place.line) \($0.code)" } == ["2 secret-in-git", "4 missing-key", "5 secret-in-git"])
        #expect(!findings.map(\.description).joined().contains("hunter2"))
    }

    @Test func newerSchemaIsTheOnlyFinding() {
        #expect(Sample.findings(["cluster.yaml": "schema: 2\nwarp: 9\n"]).map(\.code) == ["schema-too-new"])
    }

    @Test func severitiesMayBeReplacedButNotOfErrors() {
        let text = "name: lab\nfindings: {local-disk: ignore, unknown-label: error, unknown-key: ignore}\n"
        let changes = [
            "cluster.yaml": text, "domains/web1.yaml": "requires: [gpu]\nrum: x\n",
            "domains/web1.xml": Sample.xml("web1", 1, devices: Sample.disk("/var/lib/libvirt/images/a")),
        ]
        let findings = Sample.findings(changes)
        #expect(
            findings.map { "\($0.severity) \($0.code)" } == [
                "warning fixed-severity", "error unknown-label", "error unknown-key",
            ])
    }

    @Test func expiry() {
        let changes = [
            "nodes/n1.yaml": "maintenance: {until: 2026-01-01, by: ann}\n",
            "domains/web1.yaml": "hold:\n  until: 2026-11-23T10:00:00Z\n",
        ]
        #expect(Sample.findings(changes) == [])
        let now = Timestamp("2026-11-23T10:00:01Z")
        #expect(Sample.findings(changes, now: now).map(\.code) == ["hold-expired", "maintenance-expired"])
        #expect(Sample.findings(changes, now: now).allSatisfy { $0.severity == .warning })
        #expect(Sample.findings(changes, now: Timestamp("2025-11-23")) == [])
    }

    /// Named with its line, never shown.
    @Test(arguments: [
        (
            "<disk type='network'><source protocol='http' name='x'><cookies><cookie name='a'>CANARY</cookie></cookies>"
                + "</source><target dev='vdb'/></disk>", "domain/devices/disk/source/cookies/cookie"
        ),
        (
            "<disk type='file'><source file='/srv/images/a'><encryption format='luks'><secret type='passphrase'>CANARY"
                + "</secret></encryption></source><target dev='vda'/></disk>",
            "domain/devices/disk/source/encryption/secret"
        ),
    ])
    func secretsInXML(devices: String, path: String) throws {
        let findings = Sample.findings(["domains/web1.xml": Sample.xml("web1", 1, devices: devices)])
        let secrets = findings.filter { $0.code == "secret-in-git" }
        let secret = try #require(secrets.first)
        #expect(secrets.count == 1 && "\(secret.place)" == "domains/web1.xml:9:1" && secret.severity == .error)
        #expect(secret.message.hasSuffix("at \(path)"), "\(secrets)")
        #expect(!findings.map(\.description).joined().contains("CANARY"))
    }

    /// A `<secret>` that names one of libvirt's is none.
    @Test func namesOfSecretsAreNone() {
        let devices =
            "<disk type='network'><source protocol='rbd' name='p/i'><auth username='a'><secret type='ceph' "
            + "uuid='c0ffee00-0000-4000-8000-00000000000c'/></auth></source><target dev='vda'/></disk>"
        let findings = Sample.findings(["domains/web1.xml": Sample.xml("web1", 1, devices: devices)])
        #expect(!findings.contains { $0.code == "secret-in-git" })
    }
}
