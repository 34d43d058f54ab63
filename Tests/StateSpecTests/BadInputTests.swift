import FoundationEssentials
import StateSpec
import Testing

/// Every recorded bad input is refused with a finding that names file and line.
@Suite struct BadInputTests {
    struct Row: Codable, Sendable {
        let id: String
        let kind: String
        let what: String
        let input: String
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let path: String
        let bytes: [UInt8]
        let code: String?

        init(_ id: String, _ path: String, _ text: String, _ code: String?) {
            self.init(id, path, bytes: Array(text.utf8), code)
        }

        init(_ id: String, _ path: String, bytes: [UInt8], _ code: String?) {
            (self.id, self.path, self.bytes, self.code) = (id, path, bytes, code)
        }

        var testDescription: String { id }
    }

    static let rows: [Row] = {
        guard let data = try? Sample.data("bad-inputs.json"),
            let rows = try? JSONDecoder().decode([Row].self, from: data)
        else { return [] }
        return rows
    }()

    /// The other kinds are tried where they are read: docs/scenarios.md says where, and a test keeps it to that.
    @Test func everyRowOfAFileIsTried() {
        let kinds = ["name": Self.rows.filter { $0.kind == "name" }.map(\.id), "yaml": Self.yaml.map(\.id)]
            .merging(["xml": Self.xml.map(\.id)]) { first, _ in first }
        #expect(Self.rows.count == 104)
        for (kind, tried) in kinds { #expect(Self.rows.filter { $0.kind == kind }.map(\.id) == tried) }
    }

    @Test(arguments: rows.filter { $0.kind == "name" && $0.id != "B047" })
    func badName(row: Row) {
        #expect(throws: NameError.self) { try DomainName(row.input) }
        var escaped = ""
        for scalar in row.input.unicodeScalars {
            let isPlain = scalar.isASCII && scalar.value >= 0x20 && scalar != "\"" && scalar != "\\"
            let hex = String(scalar.value, radix: 16)
            let zeros = String(repeating: "0", count: 8 - hex.count)
            escaped += isPlain ? String(Character(scalar)) : "\\U\(zeros)\(hex)"
        }
        let inYAML = Sample.findings(["domains/web1.yaml": "run: manual\nname: \"\(escaped)\"\n"])
        #expect(inYAML.contains { $0.severity == .error && $0.place.line == 2 }, "\(inYAML)")
        let xml = row.input.replacing("\0", with: "").replacing("\u{1B}", with: "").replacing("\r", with: "&#13;")
            .replacing(">", with: "&gt;")
        let inXML = Sample.findings(["domains/web1.xml": Sample.xml(xml, 1)])
        #expect(inXML.contains { $0.severity == .error && $0.place.line == 2 }, "\(inXML)")
    }

    static let wish = "domains/web1.yaml"

    static let yaml: [Case] = [
        Case("B049", wish, "name: web1\nname: b", "duplicate-key"),
        Case("B051", wish, "name: no", "name-differs"),
        Case("B053", "nodes/n1.yaml", "memoryReserve: 1:30", "wrong-type"),
        Case("B055", wish, "name: ~", "null-value"),
        Case("B057", wish, aliasBomb, "anchor"),
        Case("B059", wish, "a: &x 1", "anchor"),
        Case("B061", wish, "name: web1\n---\nname: b", "several-documents"),
        Case("B063", wish, "# nothing", "empty-file"),
        Case("B065", wish, "run: " + String(repeating: "[", count: 10_000), "too-deep"),
        Case("B067", wish, "\u{FEFF}name: web1\nrun: manual\n", nil),
        Case("B069", wish, bytes: bytes("name: ") + [0xE9], "invalid-utf-8"),
        Case("B071", wish, "\u{E9}: 1\ne\u{301}: 2", "non-ascii-key"),
        Case("B073", wish, "priority: 99999999999999999999", "wrong-type"),
        Case("B075", "cluster.yaml", "cpuOvercommit: .nan", "wrong-type"),
        Case("B077", wish, "name: web1\r\nrun: manual\r\n", nil),
        Case("B079", wish, "run: keepalive\nname: web1\n", nil),
    ]

    static let aliasBomb = (1...7).reduce("a0: &a0 [x,x,x,x,x,x,x,x,x]\n") { text, level in
        let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
        return text + "a\(level): &a\(level) [\(aliases)]\n"
    }

    static func xml(replacing old: String, _ new: String) -> String {
        Sample.xml("web1", 1).replacing(old, with: new)
    }

    static let xmlPath = "domains/web1.xml"

    static let xml: [Case] = [
        Case(
            "B081", xmlPath, "<!DOCTYPE d [<!ENTITY x SYSTEM 'http://10.0.0.1/'>]>\n" + Sample.xml("a&x;", 1), "doctype"
        ),
        Case("B083", xmlPath, "<!DOCTYPE d [<!ENTITY x 'inner'>]>" + Sample.xml("a&x;b", 1), "doctype"),
        Case(
            "B085", xmlPath,
            "<!DOCTYPE d [<!ENTITY x '\(String(repeating: "x", count: 100_000))'>]>"
                + Sample.xml(String(repeating: "&x;", count: 1000), 1), "doctype"),
        Case("B087", xmlPath, xml(replacing: ">web1<", "><![CDATA[web]]>1<"), "identity-text"),
        Case("B089", xmlPath, xml(replacing: ">web1<", ">web&#10;1<"), "identity-text"),
        Case("B091", xmlPath, xml(replacing: ">web1<", ">vm2<"), "name-differs"),
        Case("B093", xmlPath, xml(replacing: Sample.uuid(1), "C0FFEE00000040008000000000000001"), "uuid-spelling"),
        Case("B095", "domains/web2.xml", Sample.xml("web2", 1), "duplicate-uuid"),
        // An element that libvirt does not know is for libvirt's own schema to refuse, at the node.
        Case("B097", xmlPath, xml(replacing: "<vcpu>2</vcpu>", "<vcpux>2</vcpux>"), nil),
        Case("B099", xmlPath, xml(replacing: "'kvm'", "'lxc'"), "domain-type"),
        Case(
            "B101", xmlPath,
            xml(
                replacing: "</domain>",
                "<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'/></domain>"), "qemu-passthrough"),
        Case("B103", xmlPath, Sample.xml("web1", 1, devices: Sample.disk("/etc/shadow")), "disk-path"),
        Case(
            "B105", xmlPath, Sample.xml("web1", 1, devices: "<hostdev mode='subsystem' type='pci'/>"), "host-device"),
        Case("B107", xmlPath, Sample.xml("web1", 1, extra: "<seclabel type='none'/>"), "seclabel-none"),
        Case(
            "B109", xmlPath,
            Sample.xml(
                "web1", 1,
                devices: "<disk type='network'><source protocol='iscsi' name='iqn.2024-01.com.example:a/0'>"
                    + "<auth username='u'><secret type='iscsi' uuid='\(Sample.uuid(9))'/></auth></source>"
                    + "<target dev='vda'/></disk>"), nil),
        Case("B111", xmlPath, Sample.xml("web1", 1, devices: Sample.disk("../x")), "disk-path"),
        Case("B113", xmlPath, "<domain><name>vm1</name>", "xml-syntax"),
        Case("B115", xmlPath, bytes: [], "empty-file"),
        Case("B117", xmlPath, bytes: bytes("<domain><name>a") + [0] + bytes("b</name></domain>"), "nul-byte"),
    ]

    @Test(arguments: yaml + xml) func badFile(row: Case) {
        var files = Sample().files
        files[row.path] = nil
        let tree = SpecTree(
            files: files.map { SpecFile(path: $0.key, bytes: Array($0.value.utf8)) }
                + [SpecFile(path: row.path, bytes: row.bytes)])
        var loader = SpecLoader()
        let load = loader.load(tree)
        guard let code = row.code else {
            #expect(load.errors == [])
            return
        }
        #expect(load.state == nil)
        #expect(
            load.findings.contains { $0.code == code && ($0.place.file == row.path || code == "host-device") },
            "\(load.findings)")
    }

    /// B067, B077, B079: other bytes, the same wish.
    @Test(arguments: [
        "name: web1\nrun: stopped\nprefer: n1\n", "\u{FEFF}name: web1\nrun: stopped\nprefer: n1\n",
        "name: web1\r\nrun: stopped\r\nprefer: n1\r\n", "prefer: n1\nrun: stopped\nname: web1\n",
    ])
    func otherBytesWishTheSame(text: String) throws {
        var sample = Sample()
        sample.files[Self.wish] = text
        var expected = DomainWish()
        expected.run = .stopped
        expected.prefer = try NodeName("n1")
        #expect(sample.load().state?.domains.first?.wish == expected)
    }

    /// B057: refused before anything is expanded.
    @Test func anAliasBombCostsNothing() {
        let clock = ContinuousClock()
        let took = clock.measure { _ = Sample.findings([Self.wish: Self.aliasBomb]) }
        #expect(took < .seconds(1))
    }

    @Test func caseTwin() {
        let findings = Sample.findings(["domains/WEB1.xml": Sample.xml("WEB1", 2)])
        #expect(findings.contains { $0.code == "twin-names" })
    }
}
