import GitSource
import StateSpec
import Testing

@Suite struct OriginTests {
    /// The line that begins with `apart`.
    private static func part(_ file: [UInt8]) -> [UInt8]? {
        String(decoding: file, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("apart") }.map {
            Array($0.utf8)
        }
    }

    private func origin(
        _ repository: GitRepository, _ commit: ObjectID, path: String = "c/d/x.yaml", commits: Int = 100
    ) throws -> ObjectID? {
        var budget = HistoryBudget(commits: commits)
        return try repository.origin(of: path, in: commit, budget: &budget, part: Self.part)
    }

    @Test func theCommitThatBroughtAPart() async throws {
        let made = try await TestRepository()
        _ = try await made.commit(["c/a": "1"])
        let none = try await made.commit(["c/d/x.yaml": "run: manual\n"])
        let first = try await made.commit(["c/d/x.yaml": "run: manual\napart: [a]\n"])
        let moved = try await made.commit(["c/d/x.yaml": "# why\nrun: keepalive\napart: [a]\n"])
        let other = try await made.commit(["c/d/y.yaml": "apart: [a]\n"])
        let changed = try await made.commit(["c/d/x.yaml": "run: keepalive\napart: [a, b]\n"])
        let back = try await made.commit(["c/d/x.yaml": "run: keepalive\napart: [a]\n"])
        let repository = try GitRepository(opening: made.path)
        #expect(try origin(repository, first) == first)
        #expect(try origin(repository, moved) == first)
        #expect(try origin(repository, other) == first)
        #expect(try origin(repository, changed) == changed)
        #expect(try origin(repository, back) == back, "it was gone in between")
        #expect(try origin(repository, none) == nil)
        #expect(try origin(repository, back, path: "c/d/z.yaml") == nil)
        #expect(try origin(repository, back, path: "e/x.yaml") == nil)
        let large = try await made.commit(["c/d/x.yaml": "apart: [a]\n" + String(repeating: "# \n", count: 30_000)])
        #expect(try origin(repository, large) == nil)
        let small = try await made.commit(["c/d/x.yaml": "apart: [a]\n"])
        #expect(try origin(repository, small) == small, "a version that is too large is not read")
        for path in ["", "../x", "/c/a", ".git/config"] {
            #expect(throws: GitError.self) { try origin(repository, back, path: path) }
        }
    }

    @Test func aMergeBringsNothingThatAParentHad() async throws {
        let made = try await TestRepository()
        let base = try await made.commit(["c/d/x.yaml": "run: manual\n"])
        try await made.git(["checkout", "--quiet", "-b", "side"])
        let side = try await made.commit(["c/d/x.yaml": "run: manual\napart: [a]\n"])
        try await made.git(["checkout", "--quiet", "main"])
        _ = try await made.commit(["c/a": "2"])
        try await made.git(["merge", "--quiet", "--no-commit", "side"])
        let merged = try await made.commitIndex()
        let repository = try GitRepository(opening: made.path)
        #expect(try origin(repository, merged) == side)
        #expect(try origin(repository, base) == nil)
    }

    @Test func whatLiesTooFarBackIsNotGuessed() async throws {
        let made = try await TestRepository()
        let first = try await made.commit(["c/d/x.yaml": "apart: [a]\n"])
        for count in 1...3 { _ = try await made.commit(["c/a": "\(count)"]) }
        let last = try await made.commit(["c/d/x.yaml": "run: manual\napart: [a]\n"])
        let repository = try GitRepository(opening: made.path)
        #expect(try origin(repository, last, commits: 4) == first)
        #expect(try origin(repository, last, commits: 3) == nil)
        let shallow = TemporaryFolder()
        try await made.git(["clone", "--quiet", "--depth=2", "file://" + made.path, shallow.path + "/clone"])
        #expect(try origin(try GitRepository(opening: shallow.path + "/clone"), last) == nil)
    }
}
