import StateSpec
import Testing

@Suite struct DomainXMLTests {
    private func definition(devices: String = "", extra: String = "") throws -> DomainDefinition {
        try DomainXMLParser.parse(bytes(Sample.xml("web1", 1, devices: devices, extra: extra))).definition
    }

    @Test(arguments: [
        ("2 KiB", 2), ("2 k", 2), ("1025 b", 2), ("1024 bytes", 1), ("1 KB", 1), ("2 KB", 2), ("1 M", 1024),
        ("1 MiB", 1024), ("1 MB", 977), ("1 G", 1 << 20), ("1 GB", 976_563), ("1 T", 1 << 30), ("1 TB", 976_562_500),
        ("1 mib", 1024),
    ])
    func memoryUnits(text: String, kibibytes: Int) throws {
        let parts = text.split(separator: " ")
        let xml = Sample.xml("web1", 1).replacing("unit='GiB'>2<", with: "unit='\(parts[1])'> \(parts[0])\n<")
        #expect(try DomainXMLParser.parse(bytes(xml)).definition.memory == MemorySize(kibibytes: UInt64(kibibytes)))
    }

    @Test(arguments: ["18446744073709551615", "99999999999999999999", "-1", "1.5", "0x10", ""])
    func wrongMemory(text: String) {
        let xml = Sample.xml("web1", 1).replacing(">2</memory>", with: ">\(text)</memory>")
        #expect(Sample.findings(["domains/web1.xml": xml]).contains { $0.code == "invalid-memory" })
    }

    @Test func withoutUnitItIsKiB() throws {
        let xml = Sample.xml("web1", 1).replacing("<memory unit='GiB'>2<", with: "<memory>4096<")
        #expect(try DomainXMLParser.parse(bytes(xml)).definition.memory == MemorySize(kibibytes: 4096))
    }

    @Test func devices() throws {
        let definition = try definition(
            devices: """
                <disk type='block' device='lun'><driver name='qemu'/><source dev='/dev/mapper/a'/><target dev='sda'/>
                  <shareable/></disk>
                <disk type='file' device='cdrom'><target dev='sdb'/></disk>
                <disk type='network'><source protocol='iscsi' name='iqn.2024-01.com.example:a/1'>
                  <host name='fd00::1' port='3260'/></source><target dev='vdb'/></disk>
                <disk type='volume'><source pool='p' volume='v'/><target dev='vdc'/></disk>
                <disk type='nvme'><source/><target dev='vdd'/></disk>
                <disk type='file'><source file='/a/top'/><target dev='vde'/><backingStore type='file'>
                  <source file='/a/mid'/><backingStore type='block'><source dev='/dev/base'/><backingStore/>
                  </backingStore></backingStore></disk>
                <interface type='network'><source network='default'/></interface>
                <interface type='bridge'><source bridge='br0'/></interface>
                <interface type='hostdev'/>
                <graphics type='vnc' port='5901' autoport='yes'/>
                <graphics type='spice' port='-1'/>
                <hostdev mode='subsystem' type='usb'/>
                <controller type='usb'><model>not this</model></controller>
                """, extra: "<cpu mode='custom'><model>EPYC</model></cpu>")
        #expect(definition.type == "kvm")
        #expect(definition.vcpus == 2)
        #expect(definition.machine == "pc-q35-7.2")
        #expect(definition.cpu == DomainCPU(mode: "custom", model: "EPYC"))
        #expect(
            definition.disks.map(\.source) == [
                .block(path: "/dev/mapper/a"), .empty,
                .network(protocol: "iscsi", name: "iqn.2024-01.com.example:a/1", hosts: ["[fd00::1]:3260"]),
                .volume(pool: "p", volume: "v"), .other(type: "nvme"), .file(path: "/a/top"),
            ])
        #expect(definition.disks.map(\.target) == ["sda", "sdb", "vdb", "vdc", "vdd", "vde"])
        #expect(definition.disks[0].isShareable)
        #expect(definition.disks[1].isReadOnly)
        #expect(definition.disks[5].backing == [.file(path: "/a/mid"), .block(path: "/dev/base")])
        #expect(definition.interfaces == [.network("default"), .bridge("br0"), .other(type: "hostdev")])
        #expect(definition.graphics.map(\.port) == [5901, nil])
        #expect(definition.hostDevices == 2)
    }

    @Test func cpuThatARunningDomainWasGiven() throws {
        let cpu = """
            <cpu mode='custom' match='exact' check='full'>
              <model fallback='forbid'>Skylake-Server</model>
              <vendor>Intel</vendor>
              <feature policy='require' name='ss'/>
              <feature policy='disable' name='mpx'/>
              <feature policy='optional' name='vmx'/>
              <feature name='avx512vnni'/>
              <feature policy='require'/>
            </cpu>
            <features><acpi/><feature policy='require' name='not-this'/></features>
            """
        let read = try definition(extra: cpu).cpu
        #expect(read?.mode == "custom" && read?.model == "Skylake-Server" && read?.vendor == "Intel")
        #expect(read?.required == ["avx512vnni", "ss"])
        #expect(try definition(extra: "<cpu mode='host-model'/>").cpu == DomainCPU(mode: "host-model"))
    }

    @Test func portsThatLibvirtChoosesAreNoneInGit() throws {
        let xml = bytes(Sample.xml("web1", 1, devices: "<graphics type='vnc' port='5901' autoport='yes'/>"))
        #expect(try DomainXMLParser.parse(xml, origin: .git).definition.graphics.first?.port == nil)
    }

    @Test(arguments: [" padded ", "a\tb", "x   running", "--all", "$(touch x)", "日本", "😀", "\u{202E}evil", "a%sb"])
    func namesOnNodesAreTakenAsTheyAre(name: String) throws {
        let xml = try DomainXMLParser.parse(bytes(Sample.xml(name, 1)))
        #expect(xml.name == name)
        #expect(xml.remarks == [])
        #expect(Sample.findings(["domains/web1.xml": Sample.xml(name, 1)]).contains { $0.severity == .error })
    }

    @Test(arguments: [
        ("<name>web1</name>", "<name>web<!-- x -->1</name>", "identity-text"),
        ("<name>web1</name>", "<name>web<?x?>1</name>", "identity-text"),
        ("<name>web1</name>", "<name>web1<b/></name>", "identity-text"),
        ("<name>web1</name>", "<name>\n web1</name>", "identity-text"),
        ("<name>web1</name>", "<name/>", "identity-text"),
        ("<name>web1</name>", "<name>web1</name><name>web2</name>", "duplicate-element"),
        ("<name>web1</name>", "", "no-name"),
        ("<name>web1</name>", "<name>web1</name><x:name xmlns:x='y'>a</x:name>", "foreign-namespace"),
        ("<name>web1</name>", "<name>&x;</name>", "xml-syntax"),
        ("<uuid>\(Sample.uuid(1))</uuid>", "", "no-uuid"),
        ("<uuid>\(Sample.uuid(1))</uuid>", "<uuid>x</uuid>", "invalid-uuid"),
        ("<uuid>\(Sample.uuid(1))</uuid>", "<uuid>C0FFEE00-0000-4000-8000-000000000001</uuid>", "uuid-spelling"),
        ("<uuid>\(Sample.uuid(1))</uuid>", "<uuid>c0ffee000000-4000-8000-0000-00000001</uuid>", "uuid-spelling"),
        ("<domain type='kvm'>", "<?xml version='1.0' encoding='ISO-8859-1'?><domain type='kvm'>", "encoding"),
        ("<vcpu>2</vcpu>", "<vcpu>\u{0}</vcpu>", "nul-byte"),
    ])
    func refused(old: String, new: String, code: String) {
        let findings = Sample.findings(["domains/web1.xml": Sample.xml("web1", 1).replacing(old, with: new)])
        #expect(findings.contains { $0.code == code && $0.severity == .error }, "\(findings)")
    }

    @Test func notWellFormedIsFoundAtItsLine() {
        let xml = Sample.xml("web1", 1).replacing("</vcpu>", with: "</vcpux>")
        #expect(Sample.findings(["domains/web1.xml": xml]).map { "\($0.place.line) \($0.code)" } == ["5 xml-syntax"])
        let latin = bytes("<domain type='kvm'>\n<name>") + [0xE9] + bytes("</name></domain>")
        #expect(throws: XMLProblem.self) { try DomainXMLParser.parse(latin) }
    }

    @Test func depth() throws {
        func nested(_ count: Int) -> [UInt8] {
            let inner = String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count)
            return bytes(Sample.xml("web1", 1, extra: inner))
        }
        _ = try DomainXMLParser.parse(nested(63))
        let error = #expect(throws: XMLProblem.self) { try DomainXMLParser.parse(nested(64)) }
        #expect(error?.code == "too-deep")
        #expect(throws: XMLProblem.self) { try DomainXMLParser.parse(nested(100_000)) }
    }

    @Test func aParserLivesThroughBadDocuments() throws {
        let parser = DomainXMLParser()
        let good = bytes(Sample.xml("web1", 1, devices: Sample.disk("/a/b")))
        let expected = try parser.parse(good)
        for number in 0..<3_000 {
            // New names each time, until the dictionary has to be thrown away.
            let names = (0..<20).map { "<e\(number)x\($0)name/>" }.joined()
            _ = try? parser.parse(bytes("<domain><name>\(names)"))
            if number % 100 == 0 { #expect(try parser.parse(good) == expected) }
        }
        #expect(try parser.parse(good) == expected)
    }
}

@Suite struct RenderTests {
    private func mark() throws -> DomainMark {
        DomainMark(
            commit: try #require(ObjectID(String(repeating: "a", count: 40))),
            xml: try #require(ObjectID(String(repeating: "b", count: 40))))
    }

    static let old = "<h:domain xmlns:h='https://havirt.dev/xmlns/domain/1' commit='x' xml='y'></h:domain>"
    static let other = "<o:os xmlns:o='http://example.com/o'><o:domain/></o:os>"

    @Test(arguments: [
        "", "<metadata/>", "<metadata />", "<metadata></metadata>", "<metadata>\n    \(other)\n  </metadata>",
        "<metadata>\(old)</metadata>", "<metadata>\(other)\(old)\(old)</metadata>",
        "<!-- <metadata> --><metadata>\(old)</metadata>", "<description>a &gt; b <![CDATA[<metadata>]]></description>",
        "<title x='<metadata>' y=\"/>\"/>".replacing("<m", with: "&lt;m"),
    ])
    func onlyTheMarkIsNew(extra: String) throws {
        let text = Sample.xml("web1", 1, devices: Sample.disk("/srv/a&amp;b"), extra: extra)
        let mark = try mark()
        let rendered = String(decoding: try DomainXMLParser.render(bytes(text), mark: mark), as: UTF8.self)
        let element =
            "<havirt:domain xmlns:havirt=\"https://havirt.dev/xmlns/domain/1\" "
            + "commit=\"\(mark.commit)\" xml=\"\(mark.xml)\"/>"
        #expect(rendered.split(separator: element, omittingEmptySubsequences: false).count == 2)
        let without = rendered.replacing(element, with: "").replacing("<metadata></metadata>", with: "")
        let plain = text.replacing(Self.old, with: "").replacing("<metadata></metadata>", with: "")
            .replacing("<metadata/>", with: "").replacing("<metadata />", with: "")
        #expect(without == plain)
        #expect(rendered.split(separator: "\n").count == text.split(separator: "\n").count)
        // Rendering again replaces the mark.
        #expect(String(decoding: try DomainXMLParser.render(bytes(rendered), mark: mark), as: UTF8.self) == rendered)
    }

    @Test func aBrokenTextIsNotRendered() throws {
        let mark = try mark()
        #expect(throws: XMLProblem.self) { try DomainXMLParser.render(bytes("<domain>"), mark: mark) }
        #expect(throws: XMLProblem.self) { try DomainXMLParser.render(bytes("<domain/>"), mark: mark) }
    }
}
