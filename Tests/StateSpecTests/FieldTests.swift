import StateSpec
import Testing

/// Values that look right and are not, and the other way round.
@Suite struct FieldTests {
    private func read<T>(_ text: String, _ get: (FieldReader) -> T?) throws -> (value: T?, hint: String?, code: String?)
    {
        let findings = FindingCollector(file: "x.yaml")
        let root = try YAMLReader.parse(bytes("k: \(text)\n"))
        let fields = try #require(FieldReader(root, keys: ["k"], findings: findings))
        let value = get(fields)
        #expect((value == nil) == (findings.findings.count == 1), "\(text): \(findings.findings)")
        return (value, findings.findings.first?.hint, findings.findings.first?.code)
    }

    @Test(arguments: [("0", 0), ("7", 7), ("-7", -7), ("100", 100)])
    func integers(text: String, value: Int) throws {
        #expect(try read(text) { $0.integer("k", in: -100...100) }.value == value)
    }

    @Test(arguments: [
        "0x10", "010", "1_0", "+1", "1.0", "1e1", "\"7\"", "101", "-101", "", "~", "seven", "[1]", "{a: 1}", "1:30",
        "99999999999999999999", "'-'", "--1", "00", "-0x1",
    ])
    func wrongIntegers(text: String) throws {
        #expect(try read(text) { $0.integer("k", in: -100...100) }.value == nil)
    }

    @Test(arguments: [("4", 4.0), ("1.5", 1.5), ("0.25", 0.25)])
    func numbers(text: String, value: Double) throws {
        #expect(try read(text) { $0.number("k", in: 0...100) }.value == value)
    }

    @Test(arguments: [
        ".nan", ".inf", "-.inf", "nan", "inf", "1e3", "1.", ".5", "0x1p3", "1,5", "\"2\"", "1.5.0", "101",
    ])
    func wrongNumbers(text: String) throws {
        #expect(try read(text) { $0.number("k", in: 0...100) }.value == nil)
    }

    @Test(arguments: ["yes", "on", "True", "TRUE", "\"true\"", "y"])
    func booleansOfYAML11(text: String) throws {
        #expect(try read(text) { $0.bool("k") }.hint == "write true without quotes")
    }

    @Test func booleans() throws {
        #expect(try read("true") { $0.bool("k") }.value == true)
        #expect(try read("false") { $0.bool("k") }.value == false)
        #expect(try read("no") { $0.bool("k") }.hint == "write false without quotes")
        #expect(try read("1") { $0.bool("k") }.hint == nil)
    }

    @Test(arguments: [("16 GiB", 16 << 20), ("512MiB", 512 << 10), ("4 KiB", 4), ("1 TiB", 1 << 30), ("0 KiB", 0)])
    func memory(text: String, kibibytes: Int) throws {
        #expect(try read(text) { $0.memory("k") }.value == MemorySize(kibibytes: UInt64(kibibytes)))
    }

    @Test(arguments: [
        "16", "16 GB", "16 gib", "1:30", "1.5 GiB", "-1 GiB", "GiB", "016 GiB", "99999999999999999999 KiB", "2000 TiB",
        "18446744073709551615 TiB", "16  GiBs", "~",
    ])
    func wrongMemory(text: String) throws {
        #expect(try read(text) { $0.memory("k") }.value == nil)
    }

    @Test func memoryHints() throws {
        #expect(try read("16") { $0.memory("k") }.hint == "give a unit: 16 MiB or 16 GiB")
        #expect(try read("16 GB") { $0.memory("k") }.hint == "write GiB")
    }

    @Test(arguments: [
        ("30s", 30), ("2m", 120), ("1h", 3600), ("1h30m", 5400), ("1h 30m", 5400), ("3d", 259_200), ("0s", 0),
        ("1d2h3m4s", 93_784),
    ])
    func durations(text: String, seconds: Int) throws {
        #expect(try read(text) { $0.duration("k") }.value == Seconds(Int64(seconds)))
    }

    @Test(arguments: [
        "30", "1:30", "m", "30m1h", "1h1h", "1.5h", "-2m", "2 m", "'2m '", "9999999999999999999d", "1w", "\"\"",
        "4000d",
    ])
    func wrongDurations(text: String) throws {
        #expect(try read(text) { $0.duration("k") }.value == nil)
    }

    @Test func names() throws {
        #expect(try read("no") { $0.name("k", as: NodeKind.self) }.value?.text == "no")
        #expect(try read("1") { $0.name("k", as: NodeKind.self) }.value?.text == "1")
        #expect(try read("null") { $0.name("k", as: NodeKind.self) }.code == "null-value")
        #expect(try read("\"null\"") { $0.name("k", as: NodeKind.self) }.value?.text == "null")
        #expect(try read("a/b") { $0.name("k", as: NodeKind.self) }.code == "invalid-name")
    }

    @Test func lists() throws {
        #expect(try read("[a, no]") { $0.strings("k") }.value == ["a", "no"])
        #expect(try read("a") { $0.strings("k") }.value == ["a"])
        #expect(try read("/var/lib/havirt") { $0.absolutePath("k") }.value == "/var/lib/havirt")
        #expect(try read("/var//lib/") { $0.absolutePath("k") }.hint == "write /var/lib")
    }

    @Test func times() throws {
        #expect(try read("2026-11-23") { $0.timestamp("k") }.value == Timestamp("2026-11-23"))
        #expect(try read("2026-11-23T18:40:00Z") { $0.timestamp("k") }.value == Timestamp("2026-11-23T18:40:00Z"))
        #expect(try read("2026-02-30") { $0.timestamp("k") }.value == nil)
        #expect(try read("2026-11-23 18:40:00") { $0.timestamp("k") }.value == nil)
    }

    @Test func unknownKeys() throws {
        let findings = FindingCollector(file: "x.yaml")
        let root = try YAMLReader.parse(bytes("nmae: a\nzzz: 1\nname: b\n"))
        let fields = try #require(FieldReader(root, keys: ["name", "nodes"], findings: findings))
        #expect(fields.string("name") == "b")
        #expect(findings.findings.map(\.hint) == ["did you mean 'name'?", "one of: name, nodes"])
        #expect(FieldReader(try YAMLReader.parse(bytes("[a]")), keys: [], findings: findings) == nil)
    }
}
