import EndToEnd
import Testing

@Suite("simulate")
struct SimulateTests {
    @Test("the same input tells the same story, in both formats")
    func sameBytes() async throws {
        let playground = try await Playground()
        for format in ["text", "json"] {
            let command = [
                "havirt", "simulate", "--repo", "office", "--observed", "observed.json", "--event", "oak reboots",
                "--event", "wait 1m", "--event", "libvirtd of pine freezes for 2m", "--format", format,
            ]
            let first = try await playground.program.run(command)
            let second = try await playground.program.run(command)
            #expect(first.status == 0 && first.output.contains("should run do"), "\(first)")
            #expect(first.output == second.output)
        }
        #expect(!playground.folder.has("var"), "a simulation of a saved scan leaves no records")
    }

    /// What a saved scan may say of numbers, and of a domain that no XML can say.
    private static let edits = [
        ("\"hostDevices\": 0", "\"hostDevices\": 4611686018427387904"),
        ("\"uptime\": 864000", "\"uptime\": 9223372036854775807"),
        ("\"cpus\": 16", "\"cpus\": -1"), ("\"memory\": 8388608", "\"memory\": 9223372036854775807"),
        ("\"name\": \"files\"", "\"name\": \"\\u0001\""),
    ]

    @Test("a scan that no machine can have shown is refused", arguments: edits)
    func impossible(edit: (old: String, new: String)) async throws {
        let playground = try await Playground()
        let whole = try playground.folder.read("observed.json")
        let edited = whole.replacing(edit.old, with: edit.new)
        #expect(edited != whole, "\(edit.old) is not in the scan")
        try playground.folder.write("edited.json", edited)
        let ran = try await playground.program.havirt("simulate", "--repo", "office", "--observed", "edited.json")
        #expect(ran.status == 1 && ran.output.isEmpty, "\(ran)")
        #expect(ran.errors.contains("cannot be simulated"), "\(ran)")
    }

    @Test("without a saved scan it looks, touches nothing, and takes silence for silence")
    func silence() async throws {
        let playground = try await Playground()
        let office = try await TestRepository(at: playground.folder.path + "/office")
        try office.write("cluster.d/nodes/oak.yaml", "ssh: root@127.0.0.1:1\n")
        try office.write("cluster.d/nodes/pine.yaml", "ssh: root@127.0.0.1:2\n")
        try await office.commit("nodes")
        let ran = try await playground.program.havirt("simulate", "--repo", "office", "--event", "oak dies")
        #expect(ran.status == 1, "\(ran)")
        let wiki = ran.lines.first { $0.hasPrefix("  wiki ") }?.split(separator: " ") ?? []
        #expect(wiki.prefix(3) == ["wiki", "unknown", "unknown"], "\(ran)")
        let reboots = try await playground.program.havirt("simulate", "--repo", "office", "--event", "oak reboots")
        #expect(reboots.status == 64 && reboots.errors.contains("oak was silent when it was observed"), "\(reboots)")
    }

    @Test("words of an event are never commands or escapes", arguments: HostileTests.words)
    func hostileEvents(word: String) async throws {
        let playground = try await Playground()
        for event in [word, "\(word) dies", "commit \(word) is applied", "wait \(word)", "oak \(word)"] {
            let ran = try await playground.program.run([
                "havirt", "simulate", "--repo", "office", "--observed", "observed.json", "--event=\(event)",
            ])
            let isMain = event == "commit refs/heads/main is applied"
            #expect(isMain ? ran.status == 0 : [1, 64].contains(ran.status), "\(event.prefix(40)): \(ran.status)")
            #expect(ran.errors.utf8.count < 3_000)
            let isClean = (ran.output + ran.errors).unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" }
            #expect(isClean && !ran.errors.contains("\u{202E}"), "\(event.prefix(40)) prints control characters")
            #expect(!playground.folder.has("x"), "\(event.prefix(40)) ran a command")
        }
    }
}
