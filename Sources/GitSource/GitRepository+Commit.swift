internal import CLibgit2
internal import Glibc
public import StateSpec
internal import Synchronization

extension GitRepository {
    /// How large a file may be that is edited.
    private static let fileBytesMax = 1 << 20

    /// "Name <address>" of whoever commits here, from git's configuration. Raw: escape it before it is shown.
    public func author() throws(GitError) -> String {
        let (name, address) = try handles.withLock { (handles) throws(GitError) in try handles.identity() }
        return "\(name) <\(address)>"
    }

    /// The bytes of a plain file; nil if the commit has none at this path.
    public func contents(of path: String, at commit: ObjectID) throws(GitError) -> [UInt8]? {
        let path = try RepositoryPath(path)
        return try handles.withLock { (handles) throws(GitError) in
            guard let entry = try handles.file(path, of: commit) else { return nil }
            return try handles.blob(entry.id, path.shown, bytesMax: Self.fileBytesMax)
        }
    }

    /// Writes a commit that changes files of its parent, each once; without a parent, one that holds them alone. No
    /// branch moves, and nothing is checked out.
    public func makeCommit(
        _ changes: [FileChange], on parent: ObjectID?, message: String, signing: CommitSigning = .asGitSays
    ) async throws(GitError) -> ObjectID {
        var files: [(path: RepositoryPath, bytes: [UInt8])] = []
        for change in changes { files.append((try RepositoryPath(change.path), change.bytes)) }
        let tree = try handles.withLock { [files] (handles) throws(GitError) in
            ObjectID(try handles.tree(of: parent, with: files))
        }
        return try await write(
            Draft(tree: tree, parents: [parent].compactMap { $0 }, message: message), signing)
    }

    /// The newest commit of a branch; nil where the repository waits for the branch's first one.
    ///
    /// A branch that is missing beside others is an error that names them: whoever misspells one must not begin another.
    public func tip(of branch: BranchName) throws(GitError) -> ObjectID? {
        if let tip = try target(of: "refs/heads/\(branch)") { return tip }
        if try headBranch() == branch.text { return nil }
        if try branches().isEmpty { return nil }
        return try resolve("refs/heads/\(branch)").id
    }

    /// Points a reference to another commit, if it still points to `old`; with nil, if it is not there yet.
    public func move(
        _ reference: String, from old: ObjectID?, to new: ObjectID, reason: String
    ) throws(GitError) {
        try handles.withLock { (handles) throws(GitError) in
            try handles.move(reference, from: old, to: new, reason: reason)
        }
    }

    /// The commit that a reference points to; nil if there is none of this name.
    public func target(of reference: String) throws(GitError) -> ObjectID? {
        try handles.withLock { (handles) throws(GitError) in
            var id = git_oid()
            let code = git_reference_name_to_id(&id, handles.repository.pointer, reference)
            if code == GIT_ENOTFOUND.rawValue { return nil }
            try git("read \(Escaped(reference))") { code }
            return ObjectID(id)
        }
    }

    /// Removes a reference, if it still points to `old`.
    public func remove(_ reference: String, at old: ObjectID) throws(GitError) {
        try handles.withLock { (handles) throws(GitError) in
            let repository = handles.repository.pointer
            let found = try GitHandle<ReferenceKind>("read \(Escaped(reference))") {
                git_reference_lookup($0, repository, reference)
            }
            guard let id = git_reference_target(found.pointer), ObjectID(id.pointee) == old else {
                throw GitError(
                    operation: "remove \(Escaped(reference))", code: GIT_EMODIFIED.rawValue, message: "it was moved")
            }
            // libgit2 compares it once more with what is stored.
            try git("remove \(Escaped(reference))") { git_reference_delete(found.pointer) }
        }
    }
}

extension GitRepository.Handles {
    /// The caller frees it.
    borrowing func signature() throws(GitError) -> UnsafeMutablePointer<git_signature> {
        var signature: UnsafeMutablePointer<git_signature>?
        let repository = repository.pointer
        do throws(GitError) {
            try git("commit") { git_signature_default(&signature, repository) }
        } catch {
            guard error.isNotFound else { throw error }
            throw GitError(
                operation: error.operation, code: error.code, message: "git does not know who you are",
                hint: "git config --global user.name 'Your Name' and git config --global user.email you@example.org")
        }
        guard let signature else { preconditionFailure("libgit2 gave no signature and no error") }
        return signature
    }

    /// A plain file of a commit.
    borrowing func file(
        _ path: RepositoryPath, of commit: ObjectID
    ) throws(GitError) -> (id: git_oid, mode: UInt32)? {
        let (folder, name) = try path.file()
        guard var id = try self.folder(folder, of: commit) else { return nil }
        let repository = repository.pointer
        let tree = try GitHandle<ObjectKind>("read commit \(commit.short)") { git_tree_lookup($0, repository, &id) }
        guard let entry = git_tree_entry_byname(tree.pointer, name), let found = git_tree_entry_id(entry) else {
            return nil
        }
        let mode = git_tree_entry_filemode_raw(entry).rawValue
        guard mode == 0o100644 || mode == 0o100755 else {
            throw .invalid("read \(path.shown) of commit \(commit.short)", "it is not a plain file")
        }
        return (found.pointee, mode)
    }

    /// The tree of a commit, or an empty one, with files changed, or added.
    fileprivate borrowing func tree(
        of commit: ObjectID?, with files: [(path: RepositoryPath, bytes: [UInt8])]
    ) throws(GitError) -> git_oid {
        let repository = repository.pointer
        var updates: [git_tree_update] = []
        var paths: [UnsafeMutablePointer<CChar>?] = []
        defer { for path in paths { free(path) } }
        for (path, bytes) in files {
            var update = git_tree_update()
            update.action = GIT_TREE_UPDATE_UPSERT
            update.filemode = GIT_FILEMODE_BLOB
            if let commit, let known = try file(path, of: commit) { update.filemode = git_filemode_t(known.mode) }
            try git("write \(path.shown)") {
                git_blob_create_from_buffer(&update.id, repository, bytes, bytes.count)
            }
            // libgit2 only borrows the text; it is freed when the tree is written.
            paths.append(strdup(path.parts.joined(separator: "/")))
            update.path = paths.last.flatMap { $0 }.map { UnsafePointer($0) }
            updates.append(update)
        }
        var baseID = try treeOrEmpty(of: commit)
        let base = try GitHandle<ObjectKind>("read commit \(commit?.short ?? "of nothing")") {
            git_tree_lookup($0, repository, &baseID)
        }
        var tree = git_oid()
        let shown = files.first.map { "the folders of \($0.path.shown)" } ?? "the tree"
        try git("write \(shown)") {
            git_tree_create_updated(&tree, repository, base.pointer, updates.count, &updates)
        }
        return tree
    }

    /// The tree of a commit; without one, the tree without any entry, from which the first commit of a branch sets out:
    /// git and libgit2 know it, whether a repository has it or not.
    borrowing func treeOrEmpty(of commit: ObjectID?) throws(GitError) -> git_oid {
        if let commit { return try tree(of: commit) }
        var id = git_oid()
        try git("name an empty tree") { git_oid_fromstr(&id, "4b825dc642cb6eb9a060e54bf8d69288fbee4904") }
        return id
    }

    /// Writes a commit object.
    borrowing func commit(
        _ tree: git_oid, parents: [ObjectID], message: String
    ) throws(GitError) -> ObjectID {
        let signature = try signature()
        defer { git_signature_free(signature) }
        let repository = repository.pointer
        var treeID = tree
        let tree = try GitHandle<ObjectKind>("commit") { git_tree_lookup($0, repository, &treeID) }
        var pointers: [OpaquePointer?] = []
        defer { for pointer in pointers { git_commit_free(pointer) } }
        for parent in parents {
            var (id, pointer) = (parent.raw, OpaquePointer?.none)
            try git("read commit \(parent.short)") { git_commit_lookup(&pointer, repository, &id) }
            pointers.append(pointer)
        }
        var commit = git_oid()
        try git("commit") {
            git_commit_create(
                &commit, repository, nil, signature, signature, nil, message, tree.pointer, pointers.count, &pointers)
        }
        return ObjectID(commit)
    }

    borrowing func move(
        _ reference: String, from old: ObjectID?, to new: ObjectID, reason: String
    ) throws(GitError) {
        let repository = repository.pointer
        var (target, known) = (new.raw, old?.raw ?? git_oid())
        _ = try GitHandle<ReferenceKind>("move \(Escaped(reference)) to commit \(new.short)") { pointer in
            withUnsafePointer(to: &known) { known in
                git_reference_create_matching(
                    pointer, repository, reference, &target, old == nil ? 0 : 1, old == nil ? nil : known, reason)
            }
        }
    }
}
