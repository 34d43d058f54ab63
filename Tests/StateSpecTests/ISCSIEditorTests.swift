import StateSpec
import Testing

/// Targets and pins come into a file as a person would write them; not a byte of the rest changes.
@Suite("files of iscsi/ are edited")
struct ISCSIEditorTests {
    private static let (one, two, three) = ("iqn.2024-01.lab:one", "iqn.2024-01.lab:two", "iqn.2024-01.lab:three")
    private static let wwid = "naa.60014050000000000000000000000001"

    private func target(_ name: String, _ luns: [Int] = []) throws -> ISCSITarget {
        ISCSITarget(
            try #require(ISCSITargetName(name)),
            luns: luns.map { ISCSILUN(lun: $0, wwid: "\(Self.wwid.dropLast())\($0)") })
    }

    private func edit(_ text: String, _ additions: ISCSITarget...) throws -> String {
        String(decoding: try ISCSIEditor.add(additions, to: Array(text.utf8)), as: UTF8.self)
    }

    /// Files with a new target, as they are and as they become; `+` begins what is added.
    static let targets = [
        ("portals: [a]\n", "portals: [a]\ntargets: ['\(three)']\n"),
        ("portals: [a]\ntargets: []\n", "portals: [a]\ntargets: [\"\(three)\"]\n"),
        (
            "portals: [a] # x\n# y\ntargets: # z\n  - \(one) # first\n  # between\n  - \(two) # last\n# end\n",
            "portals: [a] # x\n# y\ntargets: # z\n  - \(one) # first\n  # between\n  - \(two) # last\n  - \"\(three)\"\n# end\n"
        ),
        ("targets:\n- '\(one)'\nportals: a", "targets:\n- '\(one)'\n- \"\(three)\"\nportals: a"),
        ("portals: a\ntargets: ['\(one)'] # x\n", "portals: a\ntargets: ['\(one)', \"\(three)\"] # x\n"),
        ("portals: a\ntargets: '\(one)'\n", "portals: a\ntargets: ['\(one)', \"\(three)\"]\n"),
        (
            "portals: a\ntargets:\n  - iqn: \(one)\n    luns:\n      - 1 # system\n\n# end\n",
            "portals: a\ntargets:\n  - iqn: \(one)\n    luns:\n      - 1 # system\n  - \"\(three)\"\n\n# end\n"
        ),
        ("portals: a\r\ntargets:\r\n  - \(one)\r\n", "portals: a\r\ntargets:\r\n  - \(one)\r\n  - \"\(three)\"\r\n"),
    ]

    @Test(arguments: targets) func aNewTargetGoesBehindTheLast(before: String, after: String) throws {
        // Bare words are what the editor writes, and words in quotes where the writer of whole lists does.
        #expect(try edit(before, target(Self.three)) == after.replacing("\"", with: ""))
    }

    static let pin = "{lun: 1, wwid: \(wwid)}"

    static let pins = [
        ("targets: ['\(one)']\n", "targets: [{iqn: '\(one)', luns: [\(pin)]}]\n"),
        ("targets: '\(one)' # x\n", "targets: {iqn: '\(one)', luns: [\(pin)]} # x\n"),
        ("targets:\n  - '\(one)' # x\n", "targets:\n  - {iqn: '\(one)', luns: [\(pin)]} # x\n"),
        (
            "targets:\n  - iqn: \(one) # x\n  - \(two)\n",
            "targets:\n  - iqn: \(one) # x\n    luns: [\(pin)]\n  - \(two)\n"
        ),
        ("targets: [{iqn: '\(one)'}]\n", "targets: [{iqn: '\(one)', luns: [\(pin)]}]\n"),
        ("targets: [{iqn: '\(one)', luns: [ 1, 2 ]}]\n", "targets: [{iqn: '\(one)', luns: [ \(pin), 2 ]}]\n"),
        ("targets: [{iqn: '\(one)', luns: 1}]\n", "targets: [{iqn: '\(one)', luns: \(pin)}]\n"),
        ("targets: [{iqn: '\(one)', luns: 0}]\n", "targets: [{iqn: '\(one)', luns: [0, \(pin)]}]\n"),
        ("targets: [{iqn: '\(one)', luns: []}]\n", "targets: [{iqn: '\(one)', luns: [\(pin)]}]\n"),
        (
            "targets:\n  - luns:\n      - lun: 1 # system\n      - 0\n    iqn: \(one)\n",
            "targets:\n  - luns:\n      - lun: 1 # system\n        wwid: \(wwid)\n      - 0\n    iqn: \(one)\n"
        ),
        (
            "targets:\n  - iqn: \(one)\n    luns:\n      - 0 # data\n",
            "targets:\n  - iqn: \(one)\n    luns:\n      - 0 # data\n      - \(pin)\n"
        ),
        ("targets: [{iqn: '\(one)', luns: [{lun: 1}]}]\n", "targets: [{iqn: '\(one)', luns: [\(pin)]}]\n"),
    ]

    @Test(arguments: pins) func aLUNIsPinnedWhereItStands(before: String, after: String) throws {
        #expect(try edit("portals: a\n" + before, target(Self.one, [1])) == "portals: a\n" + after)
    }

    @Test func severalAtOnceKeepTheirOrder() throws {
        let before = "portals: a\ntargets: ['\(Self.one)', {iqn: '\(Self.two)', luns: [3]}]\n"
        let after = try edit(before, target(Self.three, [0]), target(Self.two, [3, 4]), target(Self.one, [1, 2]))
        var loader = SpecLoader()
        let file = SpecFile(path: "iscsi/san.yaml", bytes: Array(after.utf8))
        let load = loader.load(SpecTree(files: [file]), isComplete: false)
        let luns = load.state?.iscsi.first?.targets.map { ($0.name.text, $0.luns.map(\.lun)) } ?? []
        #expect(luns.map(\.0) == [Self.one, Self.two, Self.three])
        #expect(luns.map(\.1) == [[1, 2], [3, 4], [0]])
        #expect(try edit(after) == after)
    }

    @Test(
        arguments: [
            "", "[]\n", "portals: a\ntargets: [{iqn: x}]\n", "portals: a\ntargets: {a: b}\n", "portals: [a\n",
            "portals: a\ntargets: &t ['\(one)']\n", "portals: a\ntargets:\n\t- x\n", "\u{0}",
            "portals: a\ntargets: |\n  x\n",
        ])
    func whatCannotBeEditedIsRefused(text: String) {
        #expect(throws: YAMLEditError.self) { try edit(text, target(Self.three)) }
    }
}
