import StateSpec
import Testing

/// Cut and damaged texts: never a crash, always a value or a finding.
@Suite struct FuzzTests {
    static let yaml = """
        # a comment
        name: "web1"
        run: keepalive
        nodes: [n1, n2]
        apart:
          - db
          - {group: web, soft: true}
        shutdown: {timeout: 2m, then: wait}
        hold:
          until: 2026-11-23
          reason: 'it''s é'

        """

    static let xml = Sample.xml(
        "web1", 1,
        devices: "<!-- ü --><disk type='file'><source file='/srv/images/a&amp;b'/><target dev='vda'/></disk>"
            + "<graphics type='vnc' port='-1'/><![CDATA[x]]>")

    private func load(_ path: String, _ bytes: [UInt8]) {
        var files = Sample().tree.files.filter { $0.path != path }
        files.append(SpecFile(path: path, bytes: bytes))
        var loader = SpecLoader()
        let load = loader.load(SpecTree(files: files))
        #expect((load.state == nil) == !load.errors.isEmpty)
    }

    @Test func cutYAML() {
        for length in 0...Self.yaml.utf8.count { load("domains/web1.yaml", Array(Self.yaml.utf8.prefix(length))) }
    }

    @Test func cutXML() {
        let whole = Array(Self.xml.utf8)
        for length in 0...whole.count { load("domains/web1.xml", Array(whole.prefix(length))) }
        for length in 0..<(whole.count - 1) {
            #expect(throws: XMLProblem.self) { try DomainXMLParser.parse(Array(whole.prefix(length))) }
        }
    }

    @Test(arguments: [("domains/web1.yaml", yaml), ("domains/web1.xml", xml)])
    func damaged(path: String, text: String) {
        var generator = SplitMix(state: 42)
        for _ in 0..<1_500 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                case 2: bytes.remove(at: index)
                default: bytes.insert(contentsOf: bytes[..<index].suffix(20), at: index)
                }
            }
            load(path, bytes)
        }
    }

    @Test func damagedRendering() throws {
        let id = try #require(ObjectID(String(repeating: "a", count: 40)))
        let mark = DomainMark(commit: id, xml: id)
        var generator = SplitMix(state: 43)
        for _ in 0..<1_000 {
            var bytes = Array(Self.xml.utf8)
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0x20...0x7E, using: &generator)
            guard let rendered = try? DomainXMLParser.render(bytes, mark: mark) else { continue }
            #expect(try DomainXMLParser.parse(rendered).definition.mark == mark)
        }
    }
}
