import StateSpec
import Testing

@Suite struct YAMLTests {
    @Test func marksAndStyles() throws {
        let root = try YAMLReader.parse(bytes("# c\na: no\nb:\n  - 'x'\n  - {k: \"\u{E9}\", l: 1}\n"))
        #expect(root["a"]?.content == .plain("no"))
        #expect(root["a"]?.mark == YAMLMark(line: 2, column: 4))
        guard case .sequence(let items) = root["b"]?.content else {
            Issue.record("b is a list")
            return
        }
        #expect(items[0].content == .quoted("x"))
        #expect(items[0].mark == YAMLMark(line: 4, column: 5))
        // Columns count characters, not bytes.
        #expect(items[1]["l"]?.mark == YAMLMark(line: 5, column: 17))
    }

    @Test(arguments: [
        ("a: !!str x", "tag", "1:4"), ("a: !x y", "tag", "1:4"), ("a: &b x", "anchor", "1:4"),
        ("a: x\nb: *a", "alias", "2:4"), ("a: &b x\nc: *b", "anchor", "1:4"), ("<<: {a: b}", "merge-key", "1:1"),
        ("a: x\n? [b]\n: c", "complex-key", "2:3"), ("%YAML 1.1\n---\na: b", "directive", "1:1"),
        ("a:\n\tb: c", "tab", "2:1"), ("a: \"x\\0y\"", "control-character", "1:4"),
        ("a: \u{1}", "control-character", "1:4"),
        ("", "empty-file", "1:1"), ("---\n", "empty-file", "1:1"), ("a: [", "yaml-syntax", "2:1"),
    ])
    func problem(text: String, code: String, place: String) {
        let document = YAMLReader.read(bytes(text))
        let first = document.problems.first
        #expect(first?.code == code, "\(document.problems)")
        if code != "yaml-syntax" { #expect(first.map { "\($0.mark.line):\($0.mark.column)" } == place) }
        #expect(throws: YAMLProblem.self) { try YAMLReader.parse(bytes(text)) }
    }

    @Test func allProblemsAndTheRest() {
        let document = YAMLReader.read(bytes("a: &x 1\nb: !t 2\na: 3\nc: *x\nd: 4\n"))
        #expect(document.problems.map(\.code) == ["anchor", "tag", "duplicate-key", "alias"])
        #expect(document.root?["a"]?.content == .plain("1"))
        #expect(document.root?["c"]?.content == .refused)
        #expect(document.root?["d"]?.content == .plain("4"))
    }

    @Test func limits() {
        let deep = String(repeating: "[", count: 17) + String(repeating: "]", count: 17)
        #expect(YAMLReader.read(bytes(deep)).problems.map(\.code) == ["too-deep"])
        let fine = String(repeating: "[", count: 16) + String(repeating: "]", count: 16)
        #expect(YAMLReader.read(bytes(fine)).problems == [])
        let many = "a: [" + String(repeating: "x,", count: 10_001) + "]"
        #expect(YAMLReader.read(bytes(many)).problems.map(\.code) == ["too-many-values"])
        let anchors = String(repeating: "- &a x\n", count: 500)
        #expect(YAMLReader.read(bytes(anchors)).problems.count == 100)
        // In records keys may be any text, and only equal bytes are equal keys.
        let twins = bytes("\u{E9}: 1\ne\u{301}: 2\n")
        #expect(YAMLReader.read(twins, limits: .records).problems == [])
    }

    @Test func lineEndsOfWindows() {
        let unix = YAMLReader.read(bytes("a: b\nc: d\n")).root
        #expect(YAMLReader.read(bytes("a: b\r\nc: d\r\n")).root == unix)
        #expect(YAMLReader.read([0xEF, 0xBB, 0xBF] + bytes("a: b\nc: d\n")).root == unix)
    }

    static let texts = [
        "", "yes", "No", "on", "OFF", "y", "~", "null", "true", "1", "-1", "010", "0x1F", "0o7", "1_000", "1.5", "1e3",
        ".inf", "-.INF", ".nan", "1:30", "2026-11-23", "2026-11-23T10:00:00Z", "<<", "=", "- a", "-", "?", ":", "a: b",
        "a:", "a #b", "#a", " a", "a ", "*a", "&a", "!a", "|", ">", "@a", "`a", "%a", "{a", "[a", "a, b", "'a'",
        "\"a\"",
        "a\nb", "a\n", "\ta", "a\tb", "a\r", "\u{7F}", "\u{0}", "\u{1B}[2J", "é", "日本", "😀", "\u{202E}x", "\u{FEFF}x",
        "\u{2028}", "\u{85}", "...", "---", "c0ffee00-0000-4000-8000-000000000001", "/dev/vda", "web1", "a\\b", "a/b",
        String(repeating: "long ", count: 100) + "end", "running", "12 GiB", "x::y",
    ]

    @Test(arguments: texts) func textsComeBack(text: String) throws {
        let value = YAMLValue.mapping([YAMLField(text, .sequence([.string(text)])), YAMLField("z", .string(text))])
        let written = try YAMLWriter.write(value)
        let root = try YAMLReader.parse(written, limits: .records)
        guard case .mapping(let entries) = root.content, case .sequence(let items) = entries.first?.value.content else {
            Issue.record("\(String(decoding: written, as: UTF8.self))")
            return
        }
        #expect(entries[0].key == text)
        #expect(items.map(\.text) == [text])
        #expect(entries[1].value.text == text)
        // What YAML 1.1 would resolve must be in quotes.
        let findings = FindingCollector(file: "x")
        let fields = try #require(FieldReader(root, keys: [text, "z"], findings: findings))
        if !text.isEmpty, !text.contains("\n"), !text.contains("\t"), !text.contains("\r"), !text.contains("\n") {
            #expect(fields.string("z") == text)
        }
    }

    @Test func readable() throws {
        let value = YAMLValue.mapping([
            YAMLField("taken", .string("2026-11-23T10:00:00Z")), YAMLField("count", .integer(-3)),
            YAMLField("load", .number(1.25)), YAMLField("none", .sequence([])), YAMLField("empty", .mapping([])),
            YAMLField(
                "nodes",
                .sequence([
                    .mapping([YAMLField("name", .string("n1")), YAMLField("up", .bool(true))]), .string("no"),
                ])),
        ])
        #expect(
            String(decoding: try YAMLWriter.write(value), as: UTF8.self) == """
                taken: "2026-11-23T10:00:00Z"
                count: -3
                load: 1.25
                none: []
                empty: {}
                nodes:
                - name: n1
                  up: true
                - "no"

                """)
        #expect(throws: YAMLWriter.Failure.self) { try YAMLWriter.write(.number(.nan)) }
    }
}
