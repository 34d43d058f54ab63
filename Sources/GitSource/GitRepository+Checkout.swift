internal import CLibgit2
internal import Glibc
public import StateSpec
internal import Synchronization

extension GitRepository {
    /// Commits changes on a local branch: the commit first, then the branch by compare-and-swap, then, where the branch is
    /// checked out, the files and the index.
    ///
    /// Refuses where uncommitted work would be touched or committed along; a branch that has moved from `parent`, or that
    /// is there although there is no parent, throws an error whose `isMoved` is true.
    public func commit(
        _ changes: [FileChange], on branch: BranchName, parent: ObjectID?, message: String,
        signing: CommitSigning = .asGitSays
    ) async throws(GitError) -> ObjectID {
        let paths = changes.map(\.path)
        let isCheckedOut = try demandRoom(for: paths, on: branch, isFirst: parent == nil)
        let commit = try await makeCommit(changes, on: parent, message: message, signing: signing)
        try move("refs/heads/\(branch)", from: parent, to: commit, reason: "havirt: \(message.prefix { $0 != "\n" })")
        if isCheckedOut { try checkOut(paths, of: commit, over: parent) }
        return commit
    }

    /// Whether the branch is checked out here. Refuses what a commit on it would run over.
    ///
    /// - Parameter isFirst: whether the branch has no commit yet.
    private func demandRoom(
        for paths: [String], on branch: BranchName, isFirst: Bool
    ) throws(GitError) -> Bool {
        let shown = try paths.first.map { path throws(GitError) in try RepositoryPath(path).shown } ?? "nothing"
        return try handles.withLock { (handles) throws(GitError) in
            let repository = handles.repository.pointer
            let operation = "commit \(shown)\(paths.count > 1 ? " and others" : "") on branch \(branch)"
            let head = try GitHandle<ReferenceKind>(operation) { git_reference_lookup($0, repository, "HEAD") }
            let isHere =
                git_reference_symbolic_target(head.pointer).map { String(cString: $0) } == "refs/heads/\(branch)"
            let isBare = git_repository_is_bare(repository) == 1
            if isFirst {
                if isBare || !isHere { return false }
            } else {
                let reference = try GitHandle<ReferenceKind>(operation) {
                    git_reference_lookup($0, repository, "refs/heads/\(branch)")
                }
                guard git_branch_is_checked_out(reference.pointer) == 1 else { return false }
            }
            guard !isBare, isHere else {
                throw .invalid(
                    operation, "it is checked out in another work tree of this repository",
                    hint: "name that one with --repo, or check out another branch there")
            }
            guard git_repository_state(repository) == GIT_REPOSITORY_STATE_NONE.rawValue else {
                throw .invalid(operation, "a merge or rebase is under way in the work tree", hint: "end it first")
            }
            try handles.demandEmptyIndex(operation)
            for path in paths { try handles.demandUntouched(path, operation) }
            return true
        }
    }

    private func checkOut(_ paths: [String], of commit: ObjectID, over parent: ObjectID?) throws(GitError) {
        do throws(GitError) {
            try handles.withLock { (handles) throws(GitError) in
                try handles.checkOut(paths, of: commit, over: parent)
            }
        } catch {
            let shown = paths.count == 1 ? Escaped(paths[0]).description : "."
            throw error.with(
                hint: "commit \(commit.short) is made, but the work tree does not show it: git restore --staged"
                    + " --worktree -- \(shown)")
        }
    }
}

extension GitRepository.Handles {
    /// What somebody has staged belongs to a commit of theirs.
    fileprivate borrowing func demandEmptyIndex(_ operation: String) throws(GitError) {
        var options = git_status_options()
        try git(operation) { git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION)) }
        options.show = GIT_STATUS_SHOW_INDEX_ONLY
        let repository = repository.pointer
        let list = try GitHandle<StatusListKind>(operation) { git_status_list_new($0, repository, &options) }
        guard git_status_list_entrycount(list.pointer) == 0 else {
            throw .invalid(
                operation, "something is staged in the work tree", hint: "commit it first, or unstage it: git reset")
        }
    }

    fileprivate borrowing func demandUntouched(_ path: String, _ operation: String) throws(GitError) {
        var flags: UInt32 = 0
        let code = git_status_file(&flags, repository.pointer, path)
        // In no commit, not staged and not on disk: nothing to run over.
        if code == GIT_ENOTFOUND.rawValue { return }
        try git(operation) { code }
        guard flags & (GIT_STATUS_WT_NEW.rawValue | GIT_STATUS_IGNORED.rawValue) == 0 else {
            throw .invalid(
                operation, "\(Escaped(path)) stands in the work tree, and git does not know it",
                hint: "commit it first, or move it away")
        }
        guard flags == GIT_STATUS_CURRENT.rawValue else {
            throw .invalid(
                operation, "the work tree has changes of this file that are not committed",
                hint: "commit them first, or take them back: git restore -- \(Escaped(path))")
        }
    }

    /// Brings files and their places in the index up to date, where they are still as the parent has them.
    fileprivate borrowing func checkOut(
        _ paths: [String], of commit: ObjectID, over parent: ObjectID?
    ) throws(GitError) {
        let repository = repository.pointer
        let operation = "check out \(Escaped(paths.first ?? "")) of commit \(commit.short)"
        var new = try tree(of: commit)
        var old = try treeOrEmpty(of: parent)
        let target = try GitHandle<ObjectKind>(operation) { git_tree_lookup($0, repository, &new) }
        let baseline = try GitHandle<ObjectKind>(operation) { git_tree_lookup($0, repository, &old) }
        var options = git_checkout_options()
        try git(operation) { git_checkout_options_init(&options, UInt32(GIT_CHECKOUT_OPTIONS_VERSION)) }
        options.checkout_strategy = GIT_CHECKOUT_SAFE.rawValue | GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH.rawValue
        options.baseline = baseline.pointer
        var texts = paths.map { strdup($0) }
        defer { for text in texts { free(text) } }
        try git(operation) {
            texts.withUnsafeMutableBufferPointer { texts in
                options.paths = git_strarray(strings: texts.baseAddress, count: texts.count)
                return git_checkout_tree(repository, target.pointer, &options)
            }
        }
    }
}
