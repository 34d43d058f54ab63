import Testing

@testable import StateSpec

/// A commit under a policy.
@Suite struct PolicyObedienceTests {
    private func load(_ policy: XMLPolicy?, _ changes: [String: String] = [:]) -> SpecLoad {
        var sample = Sample()
        for (path, text) in changes { sample.files[path] = text }
        var loader = SpecLoader(xmlPolicy: policy)
        _ = loader.load(sample.tree)
        return loader.load(sample.tree)
    }

    private func xml(_ devices: String) -> [String: String] {
        ["domains/web1.xml": Sample.xml("web1", 1, devices: devices)]
    }

    @Test func whatIsForbiddenIsAnErrorWithItsPlace() throws {
        let files = xml(Sample.disk("/srv/images/web.img"))
        #expect(load(nil, files).state != nil)
        let load = load(XMLPolicy(), files)
        #expect(load.state == nil && load.stateBesidesPolicy?.domains.count == 1)
        #expect(load.outlawed.map(\.text) == ["web1"])
        #expect(
            load.errors.map(\.description) == [
                "domains/web1.xml:9:37: policy-disk: the file '/srv/images/web.img' is not allowed, at"
                    + " /domain/devices/disk/source/@file (`xmlPolicy: {disks: {roots: [/srv/images]}}` in havirt.conf would allow it)"
            ])
    }

    /// Who can push must not be able to switch it off.
    @Test func gitCannotDemoteIt() {
        var files = xml(Sample.disk("/srv/images/web.img"))
        files["cluster.yaml"] = "name: lab\nfindings: {policy-disk: ignore}\n"
        let load = load(XMLPolicy(), files)
        #expect(load.state == nil && load.errors.map(\.code).contains("policy-disk"))
    }

    /// Then it is not the only thing that is wrong, and nothing is left to go on from.
    @Test func anotherErrorIsNotBesidesThePolicy() {
        var files = xml(Sample.disk("/srv/images/web.img"))
        files["domains/web1.yaml"] = "runn: keepalive\n"
        #expect(load(XMLPolicy(), files).stateBesidesPolicy == nil)
    }

    @Test func targetsThatGitNames() {
        let lun =
            "<disk type='block'><source dev='/dev/disk/by-path/ip-10.0.0.1:3260-iscsi-iqn.2026-01.lan:web-lun-1'/><target dev='vda'/></disk>"
        let wwid =
            "<disk type='block'><source dev='/dev/disk/by-id/wwn-0x60014050000000000000000000000001'/><target dev='vdb'/></disk>"
        let host = { (name: String) in
            "<disk type='network'><source protocol='iscsi' name='iqn.2026-01.lan:web/2'><host name='\(name)'/></source><target dev='vdc'/></disk>"
        }
        let git = [
            "iscsi/san.yaml":
                "portals: [10.0.0.1]\ntargets: [{iqn: 'iqn.2026-01.lan:web', luns: [{lun: 1, wwid: naa.60014050000000000000000000000001}]}]\n"
        ]
        func codes(_ disk: String, _ policy: XMLPolicy, _ files: [String: String] = [:]) -> [String] {
            load(policy, xml(disk).merging(files) { $1 }).errors.map(\.code)
        }
        var byName = XMLPolicy()
        byName.disks.targets = ["iqn.2026-01.lan:web"]
        var byGit = XMLPolicy()
        byGit.disks.hasTargetsOfGit = true
        for disk in [lun, wwid, host("10.0.0.1")] {
            #expect(codes(disk, XMLPolicy(), git) == ["policy-disk"])
            #expect(codes(disk, byGit, git) == [])
            #expect(codes(disk, byGit) == ["policy-disk"], "git names no target")
            #expect(codes(disk, byName, git) == [])
        }
        let other = ["iscsi/other.yaml": "portals: [10.0.0.2]\ntargets: [{iqn: 'iqn.2026-01.lan:db'}]\n"]
        #expect(codes(wwid, byName, git.merging(other) { $1 }) == ["policy-disk"], "the LUN may be of the other target")
        #expect(codes(wwid, byGit, git.merging(other) { $1 }) == [])
        #expect(codes(lun, byName, git.merging(other) { $1 }) == [])
        #expect(codes(lun, byName) == [] && codes(wwid, byName) == ["policy-disk"], "no pin says whose it is")
        #expect(codes(host("10.9.9.9"), byGit, git) == ["policy-disk"], "another storage under the target's name")
    }

    /// Without a name libvirt takes the binary of the architecture.
    @Test func anEmulatorThatIsNotNamed() {
        func codes(_ arch: String, _ emulators: Set<String>, _ emulator: String = "") -> [String] {
            var policy = XMLPolicy()
            policy.emulators = emulators
            let xml = """
                <domain type='kvm'><name>a</name><uuid>00000000-0000-4000-8000-000000000001</uuid>
                <os><type arch='\(arch)'>hvm</type></os><devices>\(emulator)</devices></domain>
                """
            return policy.breaches(of: Array(xml.utf8)).map(\.code.rawValue)
        }
        #expect(codes("x86_64", ["/usr/bin/qemu-system-x86_64"]) == [])
        #expect(codes("x86_64", ["/usr/bin/kvm"]) == [])
        #expect(codes("i686", ["/usr/bin/qemu-system-i386"]) == [])
        #expect(codes("aarch64", ["/usr/bin/qemu-system-*"]) == [])
        #expect(codes("aarch64", ["/usr/bin/qemu-system-x86_64"]) == ["policy-emulator"])
        #expect(codes("aarch64", ["/usr/bin/kvm"]) == ["policy-emulator"])
        #expect(codes("../../x", ["/usr/bin/kvm"]) == ["policy-emulator"])
        let named = "<emulator>/usr/bin/kvm</emulator>"
        #expect(codes("aarch64", ["/usr/bin/kvm"], named) == [])
    }

    /// What the policy allows by name, the older refusals allow, too.
    @Test func anExceptionIsTheLastWord() {
        let files = xml("").mapValues { $0.replacing("<devices>", with: "<seclabel type='none'/><devices>") }
        #expect(load(nil, files).errors.map(\.code) == ["seclabel-none"])
        var policy = XMLPolicy()
        policy.allow = [.seclabel]
        #expect(load(policy, files).errors.map(\.description) == [])
    }

    @Test(arguments: [
        ("/a", "/a", true), ("/a/b", "/a", true), ("/ab", "/a", false), ("/a/../b", "/a", false),
        ("/a//b", "/a", false),
        ("/a/", "/a", false), ("a", "/", false), ("/a/./b", "/a", false), ("", "/a", false), ("/a\n", "/a", false),
    ])
    func folders(path: String, root: String, isInside: Bool) {
        #expect(PolicyPaths.contain(path, [root]) == isInside)
    }

    @Test(arguments: [
        ("/usr/bin/qemu-system-x86_64", true), ("/usr/bin/qemu-system-", true), ("/usr/bin/qemu-system-x/../sh", false),
        ("/usr/bin/qemu-system-x/sh", false), ("/usr/bin/sh", false), ("/usr/bin/kvm", true), (" /usr/bin/kvm", false),
    ])
    func emulators(path: String, isAllowed: Bool) {
        #expect(PolicyPaths.match(path, XMLPolicy().emulators) == isAllowed)
    }
}
