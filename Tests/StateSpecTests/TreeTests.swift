import StateSpec
import Testing

/// What git's trees may hold beside plain files.
@Suite struct TreeTests {
    private struct Unreadable: Error {}

    private func codes(adding files: [SpecFile]) -> [String] {
        var loader = SpecLoader()
        let load = loader.load(SpecTree(files: Sample().tree.files + files))
        #expect(load.state == nil)
        return load.findings.map(\.code)
    }

    private func entry(_ path: String, _ kind: SpecEntryKind) -> SpecFile {
        SpecFile(path: path, blob: nil, kind: kind) { throw Unreadable() }
    }

    @Test(arguments: [
        (SpecEntryKind.symlink, "symlink"), (.submodule, "submodule"), (.oversized(1 << 30), "oversized"),
        (.unknownMode(0o100666), "unknown-mode"), (.file, "unreadable"),
    ])
    func kind(_ kind: SpecEntryKind, _ code: String) {
        #expect(codes(adding: [entry("domains/web2.xml", kind)]) == [code])
        // Its partner is not reported as well.
        let partner = SpecFile(path: "domains/web2.yaml", bytes: bytes("run: manual\n"))
        #expect(codes(adding: [entry("domains/web2.xml", kind), partner]) == [code])
    }

    @Test(arguments: [
        (".git", "git-entry"), ("nodes/.GIT", "git-entry"), ("nodes/n3.yml", "unknown-file"),
        ("domain/web9.xml", "unknown-folder"), ("nodes/x/n3.yaml", "unknown-folder"), ("notes.txt", "unknown-file"),
        ("nodes/n 3.yaml", "invalid-name"), ("domains/12.xml", "invalid-name"), ("domains/../x.xml", "unknown-folder"),
    ])
    func path(_ path: String, _ code: String) {
        #expect(codes(adding: [SpecFile(path: path, bytes: [0x61])]) == [code])
    }

    @Test func suggestsTheFolder() {
        let findings = Sample.findings(["domain/web9.xml": "x"])
        #expect(findings.first?.hint == "did you mean 'domains'?")
    }

    @Test func duplicateAndTwinPaths() {
        let twice = SpecFile(path: "domains/web1.xml", bytes: bytes(Sample.xml("web1", 1)))
        #expect(codes(adding: [twice]) == ["duplicate-path"])
        let composed = SpecFile(path: "domains/\u{E9}.xml", bytes: [])
        let decomposed = SpecFile(path: "domains/e\u{301}.xml", bytes: [])
        #expect(codes(adding: [composed, decomposed]).sorted() == ["invalid-name", "invalid-name", "twin-names"])
    }

    @Test func pointerOfLFS() {
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
        #expect(codes(adding: [SpecFile(path: "domains/w.xml", bytes: bytes(pointer))]) == ["lfs-pointer"])
        #expect(codes(adding: [SpecFile(path: "nodes/w.yaml", bytes: bytes(pointer))]) == ["lfs-pointer"])
    }

    @Test func emptyWishIsRefused() {
        var loader = SpecLoader()
        #expect(loader.load(SpecTree(files: [])).errors.map(\.code) == ["no-cluster.d"])
        let renamed = SpecTree(files: [SpecFile(path: "cluster.yaml", bytes: bytes("name: a\n"))])
        #expect(loader.load(renamed).errors.map(\.code) == ["no-domains", "no-nodes"])
        let bare = SpecTree(files: Sample().tree.files.filter { $0.path != "cluster.yaml" })
        #expect(loader.load(bare).errors.map(\.code) == ["no-cluster"])
    }

    @Test func limits() {
        var limits = SpecLimits()
        limits.fileBytesMax = 20
        var loader = SpecLoader()
        #expect(loader.load(Sample().tree, limits: limits).errors.allSatisfy { $0.code == "oversized" })
        limits.filesMax = 2
        #expect(loader.load(Sample().tree, limits: limits).errors.map(\.code) == ["too-many-files"])
    }

    @Test func filesForPeopleAreLeftAlone() {
        #expect(Sample.findings(["README.md": "# hi", "nodes/.gitkeep": "x", "domains/README": "y"]) == [])
    }

    /// A fuzz target found it: the file's name came back in the hint as it was.
    @Test func namesAreEscapedInHints() {
        let findings = Sample.findings(["domains/web\u{1B}[31m\u{202E}": "x"])
        let shown = findings.map(\.description).joined()
        #expect(findings.contains { $0.code == "unknown-file" && $0.hint?.contains("\\u{1b}") == true })
        #expect(!shown.contains("\u{1B}") && !shown.contains("\u{202E}"))
    }
}
