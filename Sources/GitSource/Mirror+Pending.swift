internal import CLibgit2
public import StateSpec
internal import Synchronization

/// What became of commits that were made while the remote could not be reached.
public enum PendingCommits: Equatable, Sendable {
    /// There are none.
    case none
    /// The remote has them now: this is its tip.
    case pushed(ObjectID)
    /// The remote moved on, and what it changed does not go with them; the paths that clash.
    case clash(pending: ObjectID, paths: [String])
    /// They could not be pushed this time.
    case failed(pending: ObjectID, MirrorError)
}

extension Mirror {
    /// Where commits wait: apart from the branch, which a fetch overwrites with the remote's.
    static func pendingReference(_ branch: BranchName) -> String { "refs/havirt/pending/\(branch)" }

    /// The newest commit that waits to be pushed; nil if none does, or the mirror was never fetched.
    public func pending(of branch: BranchName) throws(GitError) -> ObjectID? {
        guard let repository = try opened() else { return nil }
        return try repository.target(of: Self.pendingReference(branch))
    }

    /// Pushes what waits, after a fetch. Where the remote has moved on it is merged, not rebased: nodes may remember the
    /// waiting commits as applied, and follow only what descends from them (rule S8).
    public func settlePending(
        of branch: BranchName, deadline: Duration, signing: CommitSigning = .asGitSays
    ) async throws(GitError) -> PendingCommits {
        guard let repository = try opened(), let pending = try repository.target(of: Self.pendingReference(branch)),
            let tip = try repository.target(of: "refs/heads/\(branch)")
        else { return .none }
        if try repository.isDescendant(tip, of: pending) {
            try repository.remove(Self.pendingReference(branch), at: pending)
            return .pushed(tip)
        }
        var offered = pending
        if try !repository.isDescendant(pending, of: tip) {
            switch try repository.merge(pending, into: tip) {
            case .merged(let draft):
                do throws(GitError) {
                    offered = try await repository.write(draft, signing)
                } catch {
                    // They wait on, and are followed here: another run, or a person, may be able to sign.
                    return .failed(pending: pending, .notSigned(message: error.description))
                }
            case .clash(let paths): return .clash(pending: pending, paths: paths)
            }
        }
        do throws(MirrorError) {
            try await push(offered, to: branch, deadline: deadline)
        } catch {
            return .failed(pending: pending, error)
        }
        try repository.move("refs/heads/\(branch)", from: tip, to: offered, reason: "havirt: pushed")
        try repository.remove(Self.pendingReference(branch), at: pending)
        return .pushed(offered)
    }

    /// Nil before the first fetch.
    func opened() throws(GitError) -> GitRepository? {
        do throws(GitError) {
            return try GitRepository(opening: directory)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }
}

extension GitRepository {
    enum Merge {
        case merged(Draft)
        case clash([String])
    }

    /// What a merge as git does it would be, without a checkout; no branch moves.
    func merge(_ theirs: ObjectID, into ours: ObjectID) throws(GitError) -> Merge {
        try handles.withLock { (handles) throws(GitError) in
            let repository = handles.repository.pointer
            let operation = "merge commit \(theirs.short) into \(ours.short)"
            var ids = (ours: ours.raw, theirs: theirs.raw)
            let one = try GitHandle<ObjectKind>(operation) { git_commit_lookup($0, repository, &ids.ours) }
            let two = try GitHandle<ObjectKind>(operation) { git_commit_lookup($0, repository, &ids.theirs) }
            let index = try GitHandle<IndexKind>(operation) {
                git_merge_commits($0, repository, one.pointer, two.pointer, nil)
            }
            if git_index_has_conflicts(index.pointer) == 1 { return .clash(Self.conflicts(index)) }
            var tree = git_oid()
            try git(operation) { git_index_write_tree_to(&tree, index.pointer, repository) }
            let message = "merge what was committed while the repository was out of reach"
            return .merged(Draft(tree: ObjectID(tree), parents: [ours, theirs], message: message))
        }
    }

    private static func conflicts(_ index: borrowing GitHandle<IndexKind>) -> [String] {
        var paths: Set<String> = []
        for number in 0..<git_index_entrycount(index.pointer) {
            guard let entry = git_index_get_byindex(index.pointer, number), git_index_entry_is_conflict(entry) == 1,
                let path = entry.pointee.path
            else { continue }
            paths.insert(String(cString: path))
        }
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
