import StateSpec
import Testing

/// One key changes; not a byte of the rest does.
@Suite struct YAMLEditorTests {
    private static let fenced = YAMLValue.mapping([
        YAMLField("bootId", .string("b-1")), YAMLField("reason", .string("power: cut")),
    ])
    private static let file = """
        # beta, rack 3
        ssh: root@beta   # the old alias
        labels: ['ssd', "fast"]
        fenced:
          # yesterday
          bootId: b-0
        retired: no      # not yet

        # the end

        """

    private func set(_ key: String, _ value: YAMLValue, _ text: String) throws -> String {
        String(decoding: try YAMLEditor.set(key, to: value, in: Array(text.utf8)), as: UTF8.self)
    }

    private func remove(_ key: String, _ text: String) throws -> String {
        String(decoding: try YAMLEditor.remove(key, from: Array(text.utf8)), as: UTF8.self)
    }

    @Test func aValueIsReplacedInItsPlace() throws {
        #expect(
            try set("retired", .bool(true), Self.file)
                == Self.file.replacing("retired: no  ", with: "retired: true  "))
        #expect(
            try set("fenced", Self.fenced, Self.file)
                == Self.file.replacing(
                    "fenced:\n  # yesterday\n  bootId: b-0\n",
                    with: "fenced: {bootId: b-1, reason: \"power: cut\"}\n"))
        #expect(
            try set("ssh", .string("root@x"), Self.file) == Self.file.replacing("root@beta", with: "root@x"))
    }

    @Test func aNewKeyGoesBehindTheLastOne() throws {
        #expect(
            try set("maintenance", .bool(true), Self.file)
                == Self.file.replacing("# not yet\n", with: "# not yet\nmaintenance: true\n"))
        #expect(try set("run", .string("manual"), "prefer: a") == "prefer: a\nrun: manual\n")
        #expect(try set("run", .string("manual"), "") == "run: manual\n")
        #expect(try set("run", .string("manual"), "# nothing yet") == "# nothing yet\nrun: manual\n")
        #expect(try set("run", .string("manual"), "{} # nothing yet\n") == "run: manual # nothing yet\n")
        #expect(try set("a", .bool(true), "  b: 1\n  c: 2\n") == "  b: 1\n  c: 2\n  a: true\n")
        #expect(try set("a", .bool(true), "b: 1\r\nc: 2\r\n") == "b: 1\r\nc: 2\r\na: true\r\n")
        #expect(try set("a", .bool(true), "b: |\n  x\n  y\n# end\n") == "b: |\n  x\n  y\na: true\n# end\n")
        #expect(try set("a", .bool(true), "\u{FEFF}b: é # ü\n...\n") == "\u{FEFF}b: é # ü\na: true\n...\n")
    }

    @Test func aKeyIsRemovedWithItsLines() throws {
        #expect(
            try remove("fenced", Self.file)
                == Self.file.replacing("fenced:\n  # yesterday\n  bootId: b-0\n", with: ""))
        #expect(
            try remove("retired", Self.file) == Self.file.replacing("retired: no      # not yet\n", with: ""))
        #expect(try remove("a", "# why\na: [1,\n  2]\n") == "# why\n{}\n")
        #expect(try remove("a", "b: 1\na:\n- 1\n- 2\nc: 3") == "b: 1\nc: 3")
        #expect(try remove("a", "b: 1\na:\n  c: 3") == "b: 1\n")
        #expect(try remove("a", "a: |\n  x\nb: 1\n") == "b: 1\n")
    }

    @Test(arguments: [
        ("{a: 1, b: 2}", "a"), ("? a\n: 1\nb: 2\n", "a"), ("a: 1\nb: |\n  x", "c"),
    ])
    func whatCannotBeChangedAloneIsRefused(text: String, key: String) {
        let refused = YAMLEditError.layout(key)
        #expect(throws: refused) { try YAMLEditor.set(key, to: .mapping([]), in: Array(text.utf8)) }
    }

    @Test func whatCannotBeReadIsRefused() {
        for text in ["a: [", "a: &x 1", "a: 1\na: 2", "- 1", "a", "a: 1\n---\nb: 2\n"] {
            #expect(throws: YAMLEditError.self) { try set("a", .bool(true), text) }
            #expect(throws: YAMLEditError.self) { try remove("a", text) }
        }
        #expect(throws: YAMLEditError.missing("b")) { try remove("b", "a: 1\n") }
        #expect(throws: YAMLEditError.missing("b")) { try remove("b", "") }
    }

    /// Whatever the text: refused, or exactly the wish and all other lines.
    @Test func onThousandsOfDamagedTexts() throws {
        var generator = SplitMix(state: 3)
        var edited = 0
        for round in 0..<4_000 {
            var bytes = Array(Self.file.utf8)
            for _ in 0..<(round % 4) {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes[index] = Array("\n :#-{}[]'\"|>?\r\t".utf8).randomElement(using: &generator) ?? 0
                case 1: bytes.insert(contentsOf: Array("\n  ".utf8), at: index)
                case 2: bytes.remove(at: index)
                default: bytes.insert(contentsOf: bytes[..<index].suffix(12), at: index)
                }
            }
            let keys = ["ssh", "labels", "fenced", "retired", "new"]
            guard let key = keys.randomElement(using: &generator) else { continue }
            let value = round % 2 == 0 ? Self.fenced : .string("it's: # odd")
            if let new = try? YAMLEditor.set(key, to: value, in: bytes) {
                edited += 1
                try expectOnly(key, changedFrom: bytes, to: new)
                let wish = try YAMLReader.parse(try YAMLWriter.write(.mapping([YAMLField(key, value)])))
                #expect(Self.content(try YAMLReader.parse(new)[key]) == Self.content(wish[key]))
            }
            if let new = try? YAMLEditor.remove(key, from: bytes) {
                try expectOnly(key, changedFrom: bytes, to: new)
                #expect(try YAMLReader.parse(new)[key] == nil)
            }
        }
        #expect(edited > 1_000, "most texts are still edited: \(edited)")
    }

    private func expectOnly(_ key: String, changedFrom old: [UInt8], to new: [UInt8]) throws {
        let before = YAMLReader.read(old).root.map(Self.keys) ?? []
        let after = Self.keys(try YAMLReader.parse(new))
        #expect(after.filter { $0.0 != key }.map(\.0) == before.filter { $0.0 != key }.map(\.0))
        #expect(after.filter { $0.0 != key }.map(\.1) == before.filter { $0.0 != key }.map(\.1))
        // No comment is lost but the one inside the value.
        let comments = { (text: [UInt8]) in
            text.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }.filter { $0.hasPrefix("#") }
        }
        let lost = Set(comments(old)).subtracting(comments(new))
        #expect(lost.subtracting(["# yesterday"]).isEmpty, "\(lost)")
    }

    private static func keys(_ root: YAMLNode) -> [(String, String)] {
        guard case .mapping(let entries) = root.content else { return [] }
        return entries.map { ($0.key, content($0.value)) }
    }

    private static func content(_ node: YAMLNode?) -> String {
        switch node?.content {
        case .plain(let text): "plain \(text)"
        case .quoted(let text): "quoted \(text)"
        case .sequence(let items): "[\(items.map(content).joined(separator: ", "))]"
        case .mapping(let entries): "{\(entries.map { "\($0.key): \(content($0.value))" }.joined(separator: ", "))}"
        case .refused, nil: "nothing"
        }
    }
}
