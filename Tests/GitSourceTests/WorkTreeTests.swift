import GitSource
import Glibc
import StateSpec
import Testing

@Suite struct WorkTreeTests {
    @Test func allFilesWithTheirKinds() async throws {
        let made = try await TestRepository()
        try made.folder.write("c/cluster.yaml", "name")
        try made.folder.write("c/nodes/n1.yaml~", "backup")
        try made.folder.write("c/nodes.yaml", "")
        try made.folder.write("c/.gitignore", "*~")
        try made.folder.write("c/nested/.git/HEAD", "")
        system("cd \(made.path)/c && ln -s /etc/passwd link && ln -s /etc folder && mkfifo pipe")
        let tree = try WorkTree.tree(root: made.path, path: "c", limits: SpecLimits())
        #expect(
            tree.paths == [
                ".gitignore", "cluster.yaml", "folder", "link", "nested", "nodes.yaml", "nodes/n1.yaml~", "pipe",
            ])
        #expect(tree["link"]?.kind == .symlink && tree["folder"]?.kind == .symlink)
        #expect(tree["nested"]?.kind == .submodule)
        guard case .unknownMode = tree["pipe"]?.kind else {
            Issue.record("\(String(describing: tree["pipe"]?.kind))")
            return
        }
        #expect(tree.files.allSatisfy { $0.blob == nil })
        #expect(try tree["cluster.yaml"]?.text() == "name")
        #expect(throws: GitError.self) { try tree["link"]?.read() }
        #expect(tree.findings.isEmpty)
    }

    @Test func theTopLeavesOutItsOwnGitFolder() async throws {
        let made = try await TestRepository()
        try made.folder.write("cluster.yaml", "name")
        #expect(try WorkTree.tree(root: made.path, path: ".", limits: SpecLimits()).paths == ["cluster.yaml"])
    }

    @Test func linksPutInLaterAreNotFollowed() async throws {
        let made = try await TestRepository()
        try made.folder.write("c/d/file", "mine")
        try made.folder.write("elsewhere/file", "theirs")
        let tree = try WorkTree.tree(root: made.path, path: "c", limits: SpecLimits())
        #expect(try tree["d/file"]?.text() == "mine")
        system("cd \(made.path)/c && rm -r d && ln -s ../elsewhere d")
        #expect(throws: GitError.self) { try tree["d/file"]?.read() }
        system("cd \(made.path)/c && rm d && mkdir d && ln -s ../../elsewhere/file d/file")
        #expect(throws: GitError.self) { try tree["d/file"]?.read() }
        let link = try #require(throws: GitError.self) {
            system("cd \(made.path) && ln -s c linked")
            _ = try WorkTree.tree(root: made.path, path: "linked", limits: SpecLimits())
        }
        #expect(link.isNotFound)
    }

    @Test func aFileThatGrowsIsNotReadWhole() async throws {
        let made = try await TestRepository()
        try made.folder.write("c/file", "small")
        let tree = try WorkTree.tree(root: made.path, path: "c", limits: SpecLimits())
        system("truncate -s 100M \(made.path)/c/file")
        #expect(throws: GitError.self) { try tree["file"]?.read() }
    }

    @Test func namesThatAreNotUTF8() async throws {
        let made = try await TestRepository()
        system("mkdir -p \(made.path)/c; touch \"$(printf '\(made.path)/c/a\\377')\"")
        let tree = try WorkTree.tree(root: made.path, path: "c", limits: SpecLimits())
        #expect(tree.codes == ["not-utf8"])
    }
}
