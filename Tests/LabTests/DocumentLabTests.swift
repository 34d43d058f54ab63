import EndToEnd
import StateSpec
import Testing

extension OnTheLab {
    @Suite("domain documents on a real libvirt")
    struct DocumentLabTests {
        private static let folder = Program.root + "/Tests/StateSpecTests/Data/Documents"
        private static let isBlessing = Program.inherited("HAVIRT_BLESS") == "1"

        @Test("defined and dumped, every document is as it was, and so is what git would have of the dump")
        func define() async throws {
            let work = TemporaryFolder()
            let names = try TextFile.names(in: Self.folder + "/git")
            #expect(names.count >= 100)
            try await Self.define(Self.folder + "/git", into: work.path + "/dumped")
            for name in names {
                let git = try Self.document("\(Self.folder)/git/\(name)")
                let dumped = try Self.document("\(work.path)/dumped/\(name)")
                #expect(Self.words(git.differences(from: dumped, .persistent)) == [], "\(name)")
                let portable = dumped.portable
                #expect(portable.omitted == [], "\(name): virsh shows no secrets unless asked to")
                try work.write("portable/\(name)", String(decoding: portable.xml, as: UTF8.self))
            }
            try await Self.define(work.path + "/portable", into: work.path + "/again")
            for name in names {
                let portable = try Self.document("\(work.path)/portable/\(name)")
                let again = try Self.document("\(work.path)/again/\(name)")
                #expect(Self.words(portable.differences(from: again, .persistent)) == [], "\(name)")
                let text = String(decoding: again.portable.xml, as: UTF8.self)
                #expect(try text == work.read("portable/\(name)"), "\(name)")
            }
            try bless(names, from: work.path + "/dumped", to: "persistent")
        }

        @Test("started, every document is as it was")
        func start() async throws {
            let work = TemporaryFolder()
            let names = try TextFile.names(in: Self.folder + "/git-running")
            let script = """
                mkdir -p \(work.path)/live
                for file in \(Self.folder)/git-running/*.xml; do
                    name=$(basename $file .xml)
                    virsh -q -c qemu:///system create $file >/dev/null || exit 1
                    virsh -q -c qemu:///system dumpxml $name >\(work.path)/live/$name.xml || exit 1
                    virsh -q -c qemu:///system destroy $name >/dev/null || exit 1
                done
                """
            try await Lab.lab("enter", "alpha", "sh", "-c", script)
            for name in names {
                let git = try Self.document("\(Self.folder)/git-running/\(name)")
                let live = try Self.document("\(work.path)/live/\(name)")
                // The lab's guest has no driver for the balloon, and keeps all its memory.
                let expected = name == "live-memory-current.xml" ? ["currentMemory"] : []
                #expect(git.differences(from: live, .live).map(\.path) == expected, "\(name)")
                let portable = try DomainDocument(live.portable.xml)
                #expect(portable.differences(from: live, .live).map(\.path) == [], "\(name)")
            }
            try bless(names, from: work.path + "/live", to: "live")
        }

        @Test("what is typed at a node is told, and nothing else", arguments: Typed.all)
        func typed(_ typed: Typed) async throws {
            let work = TemporaryFolder()
            try work.write("git.xml", Typed.domain)
            try work.write("device.xml", typed.device)
            try work.write(
                "other.xml", "<network><name>other</name><forward mode='bridge'/><bridge name='br0'/></network>")
            let git = try Self.document(work.path + "/git.xml")
            let script = """
                cd \(work.path)
                virsh() { command virsh -q -c qemu:///system "$@" >/dev/null; }
                virsh create git.xml && \(typed.command)
                status=$?
                command virsh -q -c qemu:///system dumpxml typed >live.xml
                virsh destroy typed
                virsh net-destroy other 2>/dev/null
                exit $status
                """
            try await Lab.lab("enter", "alpha", "sh", "-c", script)
            let live = try Self.document(work.path + "/live.xml")
            #expect(Self.words(git.differences(from: live, .live)) == typed.told, "\(typed.command)")
        }

        private static func define(_ from: String, into: String) async throws {
            let script = """
                mkdir -p \(into)
                for file in \(from)/*.xml; do
                    name=$(basename $file .xml)
                    virsh -q -c qemu:///system define $file >/dev/null || exit 1
                    virsh -q -c qemu:///system dumpxml --inactive $name >\(into)/$name.xml || exit 1
                    virsh -q -c qemu:///system undefine --nvram $name >/dev/null || exit 1
                done
                """
            try await Lab.lab("enter", "alpha", "sh", "-c", script)
        }

        private static func document(_ path: String) throws -> DomainDocument {
            try DomainDocument(Array(try TextFile.read(path).utf8))
        }

        private static func words(_ differences: [DocumentDifference]) -> [String] {
            differences.map { "\($0.path) (\($0.driftClass.rawValue))" }
        }

        /// With HAVIRT_BLESS=1, what libvirt showed becomes what the tests without a lab compare with.
        private func bless(_ names: [String], from: String, to: String) throws {
            guard Self.isBlessing else { return }
            for name in names {
                try TextFile.write("\(Self.folder)/\(to)/\(name)", try TextFile.read("\(from)/\(name)"))
            }
            Issue.record("blessed \(to)/; read it, then run again without HAVIRT_BLESS")
        }
    }
}

/// Something typed at a node's shell, and how it is told.
struct Typed: Sendable, CustomTestStringConvertible {
    let command: String
    let told: [String]
    var device = ""

    var testDescription: String { command }

    static let domain = """
        <domain type='qemu'>
          <name>typed</name>
          <uuid>5eb1e0d0-0000-4000-8000-000000000001</uuid>
          <memory unit='MiB'>64</memory>
          <vcpu current='1'>2</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
          <features><acpi/></features>
          <devices>
            <disk type='network' device='disk'>
              <driver name='qemu' type='raw' cache='none'/>
              <source protocol='iscsi' name='iqn.2026-01.lab.havirt:d1/1'><host name='store' port='3260'/></source>
              <target dev='vda' bus='virtio'/>
            </disk>
            <disk type='file' device='cdrom'>
              <source file='/usr/share/seabios/bios-256k.bin'/>
              <target dev='hdc' bus='ide'/>
            </disk>
            <interface type='network'>
              <mac address='52:54:00:00:00:01'/><source network='lan'/><model type='virtio'/>
            </interface>
          </devices>
        </domain>

        """

    static let all = [
        Typed(command: "true", told: []),
        Typed(command: "virsh setvcpus typed 2 --live", told: ["vcpu/@current (live-applicable)"]),
        Typed(
            command: "virsh attach-device typed device.xml --live",
            told: ["devices/interface[52:54:00:00:00:02] (live-applicable)"],
            device: "<interface type='network'><mac address='52:54:00:00:00:02'/><source network='lan'/></interface>"),
        Typed(
            command: "virsh attach-device typed device.xml --live",
            told: ["devices/disk[vdb] (live-applicable)"],
            device: """
                <disk type='file' device='disk'><driver name='qemu' type='raw'/>
                <source file='/usr/share/seabios/vgabios.bin'/><target dev='vdb' bus='virtio'/><readonly/></disk>
                """),
        Typed(
            command: "virsh attach-device typed device.xml --live", told: ["devices/rng (live-applicable)"],
            device: "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"),
        Typed(
            command: "virsh change-media typed hdc --eject --force --live",
            told: ["devices/disk[hdc]/source/@file (live-applicable)"]),
        Typed(
            command: "virsh change-media typed hdc /usr/share/seabios/vgabios.bin --update --force --live",
            told: ["devices/disk[hdc]/source/@file (live-applicable)"]),
        Typed(
            command: "virsh domif-setlink typed 52:54:00:00:00:01 down",
            // virsh 9.0 gives libvirt what the network came to, and libvirt forgets the network.
            told: [
                "devices/interface[52:54:00:00:00:01]/@type (live-applicable)",
                "devices/interface[52:54:00:00:00:01]/source/@network (live-applicable)",
                "devices/interface[52:54:00:00:00:01]/link (live-applicable)",
            ]),
        Typed(
            command: "virsh net-create other.xml && virsh update-device typed device.xml --live",
            told: ["devices/interface[52:54:00:00:00:01]/source/@network (live-applicable)"],
            device: "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='other'/>"
                + "<model type='virtio'/></interface>"),
        Typed(command: "virsh desc typed --live --title 'by hand'", told: ["title (live-applicable)"]),
        Typed(
            command: "virsh blkdeviotune typed vda --total-iops-sec 1000 --live",
            told: ["devices/disk[vda]/iotune (live-applicable)"]),
        Typed(
            command: "virsh set-lifecycle-action typed poweroff restart --live",
            told: ["on_poweroff (live-applicable)"]),
    ]
}
