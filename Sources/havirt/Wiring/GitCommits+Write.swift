import GitSource
import Reconciler
import StateSpec

extension GitCommits {
    /// Whoever commits here: "Name <address>", raw.
    func author() throws(GitError) -> String { try open().author() }

    /// The bytes of a file of `cluster.d`; nil if the commit has none there.
    func contents(of file: String, at commit: ObjectID) throws(GitError) -> [UInt8]? {
        try open().contents(of: pathInRepository(file), at: commit)
    }

    /// Commits an edit of a file of `cluster.d` on the branch that rounds follow.
    ///
    /// - Parameter isOffline: whether a commit for a remote waits in the mirror, to be pushed by the next run.
    func commit(
        _ file: String, message: String, isOffline: Bool, edit: @escaping @Sendable ([UInt8]?) throws -> [UInt8]
    ) async throws -> BranchWriter.Made {
        try await commit(
            [FileEdit(path: pathInRepository(file), apply: edit)], message: message, isOffline: isOffline)
    }

    /// Finds out whether a commit could be signed, before something is done that it has to follow.
    func rehearse(
        _ file: String, message: String, edit: @escaping @Sendable ([UInt8]?) throws -> [UInt8]
    ) async throws {
        let edit = FileEdit(path: pathInRepository(file), apply: edit)
        try await writer(isOffline: true).rehearse([edit], message: message)
    }

    /// Makes one commit of edits of files of `cluster.d` on the branch that rounds follow; its first one, where it has none.
    ///
    /// - Parameter edits: with paths from the repository's top.
    func commit(_ edits: [FileEdit], message: String, isOffline: Bool) async throws -> BranchWriter.Made {
        let writer = try writer(isOffline: isOffline)
        do throws(CommitError) {
            return try await writer.commit(edits, message: message)
        } catch {
            guard case .remote = error, !isOffline else { throw error }
            throw Failure("\(error); if the repository cannot be reached: --offline commits here and pushes later")
        }
    }

    /// Commits edits of files of `cluster.d`, on top of the branch that rounds follow, as a new branch.
    func propose(_ edits: [FileEdit], message: String, as proposal: BranchName) async throws -> BranchWriter.Made {
        try await writer(isOffline: false).propose(edits, message: message, as: proposal)
    }

    private func writer(isOffline: Bool) throws -> BranchWriter {
        let branch = try branchToWrite()
        switch place {
        case .local: return BranchWriter(.local(try open()), branch: branch, signing: signing)
        case .mirror(let mirror, _):
            return BranchWriter(
                .mirror(mirror, deadline: fetchTimeout, isOffline: isOffline), branch: branch, signing: signing)
        }
    }

    /// The branch that rounds follow, also before its first commit.
    func branchToWrite() throws -> BranchName {
        switch place {
        case .mirror(_, let branch): return branch
        case .local(_, let branch):
            guard let name = try branch?.text ?? open().headBranch() else {
                throw Failure("no branch is checked out to commit on: name one with --branch")
            }
            return try BranchName(name)
        }
    }

    /// A path below `cluster.d`, from the repository's top.
    func pathInRepository(_ file: String) -> String {
        let folder = path.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }
        return (folder.map(String.init) + [file]).joined(separator: "/")
    }
}
