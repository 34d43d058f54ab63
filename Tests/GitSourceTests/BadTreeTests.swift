import GitSource
import StateSpec
import Testing

/// Trees that git can hold and havirt does not take: read from real repositories, judged by the real loader.
@Suite struct BadTreeTests {
    /// What stands in `cluster.d/domains` beside a sound cluster, and the finding that it brings.
    struct Row: Sendable, CustomTestStringConvertible {
        let id: String
        let entries: [(mode: String, name: [UInt8])]
        let finding: String

        init(_ id: String, _ entries: [(String, String)], _ finding: String) {
            self.id = id
            self.entries = entries.map { ($0.0, Array($0.1.utf8)) }
            self.finding = finding
        }

        var testDescription: String { id }
    }

    static let rows = [
        Row("B119", [("120000", "a.xml")], "domains/a.xml: symlink"),
        Row("B121", [("160000", "a.xml")], "domains/a.xml: submodule"),
        Row("B123", [("100644", ".git")], "domains/.git: bad-entry-name"),
        Row("B125", [("100644", "a.xml"), ("100644", "a.xml")], "domains/a.xml: duplicate-entry"),
        Row("B127", [("100644", "e\u{301}.xml"), ("100644", "\u{E9}.xml")], "domains/\u{E9}.xml: twin-names"),
        Row("B129", [("100666", "a.xml")], "domains/a.xml: unknown-mode"),
        Row("B129", [("100644", "b.xml"), ("100644", "a.xml")], "domains/a.xml: unsorted-tree"),
    ]

    private static let wish = "run: manual\n"
    private static let xml = """
        <domain type='kvm'><name>web1</name><uuid>c0ffee00-0000-4000-8000-000000000001</uuid>
        <memory>1024</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>
        """

    /// A cluster of one node and one domain, with `domains` as the tree of that folder where one is given.
    private func load(
        _ made: TestRepository, domains: String? = nil, with files: [String: String] = [:]
    ) async throws -> SpecLoad {
        var tree: [(mode: String, name: [UInt8], id: String)] = []
        let node = try await made.blob("name: n1\n")
        let nodes = try await made.rawTree([("100644", Array("n1.yaml".utf8), node)])
        let web = try await made.blob(files["web1.xml"] ?? Self.xml)
        let plain = try await made.rawTree([("100644", Array("web1.xml".utf8), web)])
        let cluster = try await made.blob("name: lab\n")
        tree.append(("100644", Array("cluster.yaml".utf8), cluster))
        tree.append(("40000", Array("domains".utf8), domains ?? plain))
        tree.append(("40000", Array("nodes".utf8), nodes))
        let inner = try await made.rawTree(tree)
        let commit = try await made.commit(tree: try await made.rawTree([("40000", Array("cluster.d".utf8), inner)]))
        return try load(made, commit)
    }

    private func load(_ made: TestRepository, _ commit: ObjectID) throws -> SpecLoad {
        let tree = try GitRepository(opening: made.path).tree(at: commit, path: "cluster.d", limits: SpecLimits())
        var loader = SpecLoader()
        return loader.load(tree)
    }

    @Test func withoutThemTheClusterIsSound() async throws {
        #expect(try await load(try await TestRepository()).state?.domains.count == 1)
    }

    @Test(arguments: rows) func isRefused(row: Row) async throws {
        let made = try await TestRepository()
        let blob = try await made.blob(Self.wish)
        let web = try await made.blob(Self.xml)
        let commit = String(repeating: "1", count: 40)
        let entries = row.entries.map { (mode: $0.mode, name: $0.name, id: $0.mode == "160000" ? commit : blob) }
        let sound = [(mode: "100644", name: Array("web1.xml".utf8), id: web)]
        // After it, or before it, where byte order wants it.
        let comesFirst = entries[0].name.lexicographicallyPrecedes(sound[0].name)
        let load = try await load(made, domains: try await made.rawTree(comesFirst ? entries + sound : sound + entries))
        #expect(load.state == nil)
        let found = load.findings.map { "\($0.place.file): \($0.code)" }
        #expect(found.contains { $0.utf8.elementsEqual(row.finding.utf8) }, "\(found)")
    }

    /// B131: by its header alone; a blob of 256 MiB is in TreeTests.
    @Test func aLargeBlobIsAFinding() async throws {
        let large = try await load(
            try await TestRepository(), with: ["web1.xml": String(repeating: "a", count: 2 << 20)])
        #expect(large.state == nil)
        #expect(large.findings.contains { $0.code == "oversized" && $0.place.file == "domains/web1.xml" })
    }

    /// B133: git LFS was not told to fetch it.
    @Test func aPointerOfLFSIsAFinding() async throws {
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
        let load = try await load(try await TestRepository(), with: ["web1.xml": pointer])
        #expect(load.findings.contains { $0.code == "lfs-pointer" && $0.place.file == "domains/web1.xml" })
    }

    /// B135, B137: nothing is no wish.
    @Test func nothingIsNoWish() async throws {
        let made = try await TestRepository()
        let nothing = try await load(made, domains: try await made.rawTree([]))
        #expect(nothing.state == nil)
        #expect(nothing.findings.map(\.code) == ["no-domains"])
        let renamed = try await made.commit(["clusters.d/cluster.yaml": "name: lab\n"])
        #expect(throws: GitError.self) { try load(made, renamed) }
        let empty = try await TestRepository()
        #expect(throws: GitError.self) { try GitRepository(opening: empty.path).resolve("main") }
    }
}
