import StateSpec
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("n1", "n1"), ("root@n1", "root@n1"), ("root@n1:2222", "root@n1:2222"), ("ssh://root@n1:22", "root@n1:22"),
        ("10.0.0.1", "10.0.0.1"), ("[fd00::1]:22", "[fd00::1]:22"), ("a@[::1]", "a@[::1]"), ("my_alias", "my_alias"),
        ("a.b-c.example", "a.b-c.example"), ("_svc@h", "_svc@h"), ("[::ffff:10.0.0.1]", "[::ffff:10.0.0.1]"),
    ])
    func destinations(text: String, shown: String) {
        #expect(SSHDestination.parse(text)?.description == shown)
    }

    @Test(arguments: [
        "", "a@b@c", "root;id@h", "-oProxyCommand=id", "root@-h", "h:", "h:0", "h:65536", "h:022", "h:+22", "h 22",
        "h\n",
        "fd00::1", "[fd00::1", "fd00::1]", "[n1]", "[fe80::1%eth0]", "h/../x", "ssh://h/x", "$(id)", "`id`@h", "@h",
        "root@", "h|sh", "1.2.3", "1.2.3.256", "01.2.3.4", "123", "h..x", ".h", "é", "a@h:22:22", "[1::2::3]", "[:::]",
        "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[12345::]", "[:1]", "[1:]", "ext::sh -c id",
    ])
    func wrongDestinations(text: String) {
        #expect(SSHDestination.parse(text) == nil)
    }

    @Test(arguments: ["::", "::1", "1::", "fe80::1", "1:2:3:4:5:6:7:8", "::1.2.3.4", "64:ff9b::192.0.2.33", "FD00::A"])
    func addresses(text: String) {
        #expect(SSHDestination.parse("[\(text)]")?.host == text)
    }

    /// B199, B201: refused at their place in the file.
    @Test func isWrittenIntoNodes() throws {
        let hostile = Sample.findings(["nodes/n1.yaml": "name: n1\nssh: root;id\n"])
        #expect(hostile.map { "\($0.place): \($0.code)" } == ["nodes/n1.yaml:2:6: invalid-ssh"])
        let findings = Sample.findings(["nodes/n1.yaml": "ssh: a@b@c\n"])
        #expect(findings.map { "\($0.place): \($0.code)" } == ["nodes/n1.yaml:1:6: invalid-ssh"])
        var sample = Sample()
        sample.files["nodes/n1.yaml"] = "ssh: '[fd00::1]:22'\nmigrationHost: '[fd00::2]'\n"
        let node = try #require(sample.load().state?.nodes.first)
        #expect(node.ssh.host == "fd00::1")
        #expect(node.migrationHost == "fd00::2")
        #expect(Sample.findings(["nodes/n1.yaml": "migrationHost: n1:22\n"]).map(\.code) == ["invalid-host"])
    }

    /// Its lower case is an ASCII k, which no grammar of iSCSI has.
    @Test func theKelvinSignIsNoLetterOfATarget() {
        #expect(ISCSITargetName("iqn.2026-01.lab:k") != nil && ISCSITargetName("IQN.2026-01.lab:K") != nil)
        #expect(ISCSITargetName("iqn.2026-01.lab:\u{212A}") == nil)
    }
}
