import GitSource
import Glibc
import StateSpec
import Testing

@Suite struct TreeTests {
    @Test(arguments: [false, true]) func filesOfACommit(packed: Bool) async throws {
        let made = try await TestRepository()
        let files = [
            "cluster.d/cluster.yaml": "name: a\n", "cluster.d/nodes/n1.yaml": "x", "cluster.d/nodes.yaml": "y",
            "cluster.d/domains/w.xml": "<domain/>", "cluster.d/.gitkeep": "", "README.md": "no",
        ]
        let commit = try await made.commit(files)
        if packed { try await made.git(["gc", "--quiet"]) }
        try made.folder.write("cluster.d/uncommitted.yaml", "z")
        for source in [made, try await made.bareClone()] {
            let repository = try GitRepository(opening: source.path)
            let tree = try repository.tree(at: commit, path: "cluster.d", limits: SpecLimits())
            #expect(tree.paths == [".gitkeep", "cluster.yaml", "domains/w.xml", "nodes.yaml", "nodes/n1.yaml"])
            #expect(tree.findings.isEmpty)
            #expect(tree.files.allSatisfy { $0.kind == .file })
            #expect(try tree["domains/w.xml"]?.text() == "<domain/>")
            #expect(try tree[".gitkeep"]?.text() == "")
            #expect(tree["nodes.yaml"]?.blob == (try await made.id("HEAD:cluster.d/nodes.yaml")))
        }
    }

    @Test func nestedFoldersAndTheTop() async throws {
        let made = try await TestRepository()
        let commit = try await made.commit(["examples/office/cluster.d/cluster.yaml": "a", "x": "b"])
        let repository = try GitRepository(opening: made.path)
        for path in ["examples/office/cluster.d", "examples/office/cluster.d/", "./examples/office/cluster.d"] {
            #expect(try repository.tree(at: commit, path: path, limits: SpecLimits()).paths == ["cluster.yaml"])
        }
        for path in ["", "."] {
            let tree = try repository.tree(at: commit, path: path, limits: SpecLimits())
            #expect(tree.paths == ["examples/office/cluster.d/cluster.yaml", "x"])
        }
    }

    @Test(arguments: ["/cluster.d", "../x", "a/../b", "a//b", "a/./b", ".git", "a/.GIT/b", "a\u{1B}b", "a\0b", "a\nb"])
    func pathsThatLeadElsewhere(path: String) async throws {
        let made = try await TestRepository()
        let commit = try await made.commit(["a/b": "1"])
        let repository = try GitRepository(opening: made.path)
        let error = try #require(throws: GitError.self) {
            try repository.tree(at: commit, path: path, limits: SpecLimits())
        }
        #expect(!error.isNotFound)
        #expect(throws: GitError.self) { try WorkTree.tree(root: made.path, path: path, limits: SpecLimits()) }
    }

    @Test func aMissingFolderNamesTheOthers() async throws {
        let made = try await TestRepository()
        let files = [
            "cluster.d/cluster.yaml": "", "examples/a/cluster.d/cluster.yaml": "", "1/2/3/4/cluster.yaml": "",
            "file": "",
        ]
        let commit = try await made.commit(files)
        let repository = try GitRepository(opening: made.path)
        for path in ["clusters.d", "file", "cluster.d/cluster.yaml", "cluster.d/x"] {
            let error = try #require(throws: GitError.self) {
                try repository.tree(at: commit, path: path, limits: SpecLimits())
            }
            #expect(error.isNotFound)
            #expect(error.hint == "a cluster.yaml stands in cluster.d, examples/a/cluster.d")
            let disk = try #require(throws: GitError.self) {
                try WorkTree.tree(root: made.path, path: path, limits: SpecLimits())
            }
            #expect(disk.isNotFound && disk.hint == error.hint, "\(disk)")
        }
        let unknown = try #require(ObjectID(String(repeating: "1", count: 40)))
        #expect(throws: GitError.self) { try repository.tree(at: unknown, path: "cluster.d", limits: SpecLimits()) }
    }

    @Test func oddKinds() async throws {
        let made = try await TestRepository()
        let blob = try await made.blob("text")
        let commit = try await made.commit(clusterEntries: [
            "120000 blob \(blob)\tlink", "160000 commit \(String(repeating: "1", count: 40))\tmodule",
            "100755 blob \(blob)\trun.yaml", "100644 blob \(blob)\tplain.yaml",
        ])
        let repository = try GitRepository(opening: made.path)
        let tree = try repository.tree(at: commit, path: "cluster.d", limits: SpecLimits())
        #expect(tree["link"]?.kind == .symlink)
        #expect(tree["module"]?.kind == .submodule)
        #expect(tree["run.yaml"]?.kind == .file)
        #expect(throws: GitError.self) { try tree["link"]?.read() }
        #expect(throws: GitError.self) { try tree["module"]?.read() }
        #expect(try tree["plain.yaml"]?.text() == "text")
        #expect(tree.findings.isEmpty)
    }

    @Test func forgedTrees() async throws {
        let made = try await TestRepository()
        let blob = try await made.blob("text")
        let inner = try await made.rawTree([("100644", Array("x".utf8), blob)])
        func codes(_ entries: [(mode: String, name: [UInt8], id: String)]) async throws -> SpecTree {
            let forged = try await made.rawTree(entries)
            let commit = try await made.commit(tree: try await made.rawTree([("40000", Array("c".utf8), forged)]))
            return try GitRepository(opening: made.path).tree(at: commit, path: "c", limits: SpecLimits())
        }
        func file(_ name: String, mode: String = "100644") -> (mode: String, name: [UInt8], id: String) {
            (mode, Array(name.utf8), blob)
        }
        let odd = try await codes([file("a", mode: "100666"), file("b", mode: "100664"), file("c", mode: "140000")])
        #expect(odd.files.map(\.kind) == [.unknownMode(0o100666), .unknownMode(0o100664), .unknownMode(0o140000)])
        #expect(throws: GitError.self) { try odd.files[0].read() }
        #expect(try await codes([file("a"), file("a")]).codes == ["duplicate-entry"])
        #expect(
            try await codes([file("a"), file("a.b"), ("40000", Array("a".utf8), inner)]).codes == ["duplicate-entry"])
        #expect(try await codes([file("b"), file("a")]).codes == ["unsorted-tree"])
        #expect(try await codes([("40000", Array("a".utf8), inner), file("a.b")]).codes == ["unsorted-tree"])
        #expect(try await codes([file("..")]).codes == ["bad-entry-name"])
        #expect(try await codes([("40000", Array("..".utf8), inner)]).paths == ["../x"])
        #expect(try await codes([file(".")]).codes == ["bad-entry-name"])
        #expect(try await codes([file("../../etc/passwd")]).codes == ["bad-entry-name"])
        #expect(try await codes([("40000", Array(".git".utf8), inner)]).codes == ["bad-entry-name"])
        #expect(try await codes([file(".GiT")]).codes == ["bad-entry-name"])
        #expect(try await codes([("100644", [0x61, 0xFF], blob)]).codes == ["not-utf8"])
        #expect(try await codes([file("line\nbreak"), file("tab\t"), file("ü")]).codes == [])
    }

    @Test func unicodeTwinsStayApart() async throws {
        let made = try await TestRepository()
        let blobs = [try await made.blob("nfd"), try await made.blob("nfc")]
        let commit = try await made.commit(
            tree: try await made.rawTree([
                ("100644", Array("e\u{301}.yaml".utf8), blobs[0]), ("100644", Array("\u{E9}.yaml".utf8), blobs[1]),
            ]))
        let repository = try GitRepository(opening: made.path)
        let tree = try repository.tree(at: commit, path: ".", limits: SpecLimits())
        #expect(tree.findings.isEmpty)
        #expect(try tree["e\u{301}.yaml"]?.text() == "nfd")
        #expect(try tree["\u{E9}.yaml"]?.text() == "nfc")
        let empty = try await made.commit(tree: try await made.rawTree([]))
        #expect(try repository.changedPaths(from: empty, to: commit, path: ".").count == 2)
    }

    @Test func aHugeBlobIsNeverRead() async throws {
        let made = try await TestRepository()
        try made.folder.write("cluster.d/at-limit.yaml", String(repeating: "a", count: 1 << 20))
        system("truncate -s 256M '\(made.path)/cluster.d/huge.xml'")
        let commit = try await made.commit([:])
        let repository = try GitRepository(opening: made.path)
        let before = peakMemory()
        let tree = try repository.tree(at: commit, path: "cluster.d", limits: SpecLimits())
        #expect(tree["huge.xml"]?.kind == .oversized(256 << 20))
        #expect(throws: GitError.self) { try tree["huge.xml"]?.read() }
        #expect(peakMemory() - before < 100 << 10)
        #expect(tree["at-limit.yaml"]?.kind == .file)
        #expect(try tree["at-limit.yaml"]?.read().count == 1 << 20)
        let disk = try WorkTree.tree(root: made.path, path: "cluster.d", limits: SpecLimits())
        #expect(disk["huge.xml"]?.kind == .oversized(256 << 20))
    }

    @Test func limitsOnCountAndDepth() async throws {
        let made = try await TestRepository()
        let commit = try await made.commit(["c/a": "", "c/b": "", "c/d1/x": "", "c/d1/d2/y": "", "c/e": ""])
        let repository = try GitRepository(opening: made.path)
        var few = SpecLimits()
        few.filesMax = 4
        var flat = SpecLimits()
        flat.depthMax = 1
        for read in [
            { try repository.tree(at: commit, path: "c", limits: $0) },
            { try WorkTree.tree(root: made.path, path: "c", limits: $0) },
        ] as [(SpecLimits) throws -> SpecTree] {
            #expect(try read(few).codes == ["too-many-files"])
            let shallow = try read(flat)
            #expect(shallow.codes == ["too-deep"])
            #expect(shallow.findings.first?.place.file == "d1/d2")
            #expect(shallow.paths == ["a", "b", "d1/x", "e"])
        }
    }

    @Test func aTreeBombIsCutShort() async throws {
        let made = try await TestRepository()
        var tree = try await made.tree(["100644 blob \(try await made.blob("bang"))\tx"])
        for _ in 0..<8 { tree = try await made.tree((0..<200).map { "040000 tree \(tree)\t\($0)" }) }
        let commit = try await made.commit(tree: tree)
        let repository = try GitRepository(opening: made.path)
        var limits = SpecLimits()
        limits.depthMax = 100
        #expect(try repository.tree(at: commit, path: ".", limits: limits).codes == ["too-many-files"])
        #expect(!(try repository.tree(at: commit, path: ".", limits: SpecLimits()).findings.isEmpty))
        #expect(throws: GitError.self) { try repository.changedPaths(from: commit, to: commit, path: ".") }
    }

    @Test func eightTasksReadAtOnce() async throws {
        let made = try await TestRepository()
        var files: [String: String] = [:]
        for index in 0..<300 { files["cluster.d/domains/d\(index).yaml"] = "text \(index)" }
        let commit = try await made.commit(files)
        let repository = try GitRepository(opening: made.path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { [files] in
                    let tree = try repository.tree(at: commit, path: "cluster.d", limits: SpecLimits())
                    for file in tree.files { #expect(try file.text() == files["cluster.d/" + file.path]) }
                    #expect(tree.files.count == 300)
                    #expect(try repository.resolve("main").id == commit)
                }
            }
            try await group.waitForAll()
        }
    }

    /// In KiB.
    private func peakMemory() -> Int {
        var usage = rusage()
        getrusage(0, &usage)
        return Int(usage.ru_maxrss)
    }
}
