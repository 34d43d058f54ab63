import GitSource
import StateSpec
import Testing

@Suite struct HistoryTests {
    @Test func descendants() async throws {
        let made = try await TestRepository()
        let first = try await made.commit(["a": "1"])
        let second = try await made.commit(["a": "2"])
        try await made.git(["checkout", "--quiet", "--orphan", "other"])
        let orphan = try await made.commit(["a": "3"])
        let repository = try GitRepository(opening: made.path)
        #expect(try repository.isDescendant(second, of: first))
        #expect(try repository.isDescendant(second, of: second))
        #expect(try !repository.isDescendant(first, of: second))
        #expect(try !repository.isDescendant(orphan, of: second))
        let unknown = try #require(ObjectID(String(repeating: "1", count: 40)))
        #expect(try !repository.isDescendant(second, of: unknown))
        #expect(throws: GitError.self) { try repository.isDescendant(unknown, of: second) }
        #expect(throws: GitError.self) { try repository.isDescendant(unknown, of: unknown) }
    }

    @Test func theNewestCommitThatHadAFile() async throws {
        let made = try await TestRepository()
        let none = try await made.commit(["c/a": "1"])
        let first = try await made.commit(["c/d/x.xml": "1"])
        let last = try await made.commit(["c/a": "2"])
        try await made.git(["rm", "--quiet", "c/d/x.xml"])
        let gone = try await made.commitIndex()
        let repository = try GitRepository(opening: made.path)
        #expect(try repository.newestCommit(with: "c/d/x.xml", before: gone) == last)
        #expect(try repository.newestCommit(with: "c/d/x.xml", before: last) == first)
        #expect(try repository.newestCommit(with: "c/d/x.xml", before: first) == nil)
        #expect(try repository.newestCommit(with: "c/d/y.xml", before: gone) == nil)
        #expect(try repository.newestCommit(with: "c/a", before: first) == none)
        for path in ["", "../x", "/c/a", ".git/config"] {
            #expect(throws: GitError.self) { try repository.newestCommit(with: path, before: gone) }
        }
        // On a side branch, which was merged, it lived on.
        try await made.git(["checkout", "--quiet", "-b", "side", last.text])
        let side = try await made.commit(["c/d/x.xml": "2"])
        try await made.git(["checkout", "--quiet", "main"])
        try await made.git(["merge", "--quiet", "--no-commit", "--strategy=ours", "side"])
        let merged = try await made.commitIndex()
        #expect(try repository.newestCommit(with: "c/d/x.xml", before: merged) == side)
        // A shallow clone ends before it.
        let shallow = TemporaryFolder()
        try await made.git(["clone", "--quiet", "--depth=1", "file://" + made.path, shallow.path + "/clone"])
        let clone = try GitRepository(opening: shallow.path + "/clone")
        #expect(try clone.newestCommit(with: "c/d/x.xml", before: merged) == nil)
    }

    @Test func aChangeTooDeepToBeReadIsSeen() async throws {
        let made = try await TestRepository()
        let old = try await made.commit(["c/1/2/3/4/5/6/x": "1", "c/1/2/3/4/5.y": "1"])
        let new = try await made.commit(["c/1/2/3/4/5/6/x": "2"])
        let repository = try GitRepository(opening: made.path)
        #expect(try repository.changedPaths(from: old, to: new, path: "c") == ["1/2/3/4/5/"])
        #expect(try repository.changedPaths(from: old, to: old, path: "c") == [])
    }

    @Test func changedPaths() async throws {
        let made = try await TestRepository()
        let none = try await made.commit(["README.md": "1"])
        let old = try await made.commit([
            "c/same": "1", "c/d/changed": "1", "c/gone": "1", "c/kind": "1", "outside": "1",
        ])
        try await made.git(["rm", "--quiet", "c/gone", "outside"])
        try await made.git(["update-index", "--chmod=+x", "c/kind"])
        try made.folder.write("c/d/changed", "2")
        try made.folder.write("c/new", "2")
        try await made.git(["add", "c/d/changed", "c/new"])
        let new = try await made.commitIndex()
        let repository = try GitRepository(opening: made.path)
        #expect(try repository.changedPaths(from: old, to: new, path: "c") == ["d/changed", "gone", "kind", "new"])
        #expect(try repository.changedPaths(from: new, to: new, path: "c") == [])
        #expect(try repository.changedPaths(from: old, to: new, path: "c/d") == ["changed"])
        #expect(try repository.changedPaths(from: none, to: old, path: "c") == ["d/changed", "gone", "kind", "same"])
        #expect(try repository.changedPaths(from: old, to: none, path: "c").count == 4)
    }
}
