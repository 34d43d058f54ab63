internal import CLibgit2
public import StateSpec
internal import Synchronization

extension GitRepository {
    /// Every path below the folder `path` of a commit, in byte order, each with its kind. No file is read yet: `read`
    /// fetches one blob under the repository's lock, from any thread, whenever it is called.
    public func tree(at commit: ObjectID, path: String, limits: SpecLimits) throws(GitError) -> SpecTree {
        let folder = try RepositoryPath(path)
        return try handles.withLock { (handles) throws(GitError) in
            guard let root = try handles.folder(folder, of: commit) else {
                let known = try handles.foldersOfClusters(at: commit)
                throw .notFound(
                    "read the folder \(folder.shown) of commit \(commit.short)", "the commit has no such folder",
                    hint: FolderHint.text(folders: known))
            }
            let old = known.withLock { $0 }
            var walk = TreeWalk(handles, limits: limits, known: old.bytesMax == limits.fileBytesMax ? old : nil)
            try walk.walk(root)
            var files: [SpecFile] = []
            files.reserveCapacity(walk.entries.count)
            for index in walk.entries.indices where walk.entries[index].mode != TreeWalk.folderMode {
                let file = try file(walk.entries[index], handles, limits)
                files.append(file)
                if file.kind == .file { walk.entries[index].blob = file.blob }
            }
            // Of a tree with findings nothing is kept, so that they are found again.
            if walk.findings.isEmpty {
                let new = KnownFiles(bytesMax: limits.fileBytesMax, walk.entries)
                known.withLock { $0 = new }
            }
            return SpecTree(files: files, findings: walk.findings)
        }
    }

    /// Whether a commit has such a folder.
    public func hasFolder(_ path: String, at commit: ObjectID) throws(GitError) -> Bool {
        let folder = try RepositoryPath(path)
        return try handles.withLock { (handles) throws(GitError) in try handles.folder(folder, of: commit) != nil }
    }

    private func file(
        _ entry: TreeWalk.Entry, _ handles: borrowing Handles, _ limits: SpecLimits
    ) throws(GitError) -> SpecFile {
        let id = entry.blob ?? ObjectID(entry.id)
        let kind: SpecEntryKind
        switch entry.mode {
        case _ where entry.blob != nil: kind = .file
        case 0o100644, 0o100755:
            let bytes = try handles.size(of: entry.id, entry.path)
            kind = bytes > limits.fileBytesMax ? .oversized(bytes) : .file
        case 0o120000: kind = .symlink
        case 0o160000: kind = .submodule
        default: kind = .unknownMode(entry.mode)
        }
        let path = entry.path
        let bytesMax = limits.fileBytesMax
        guard kind == .file else {
            return SpecFile(path: path, blob: id, kind: kind) {
                throw GitError.invalid("read \(Escaped(path))", "it is not a plain file within the size limit")
            }
        }
        let rawID = entry.id
        return SpecFile(path: path, blob: id, kind: kind) { [self] in
            try self.handles.withLock { (handles) throws(GitError) in
                try handles.blob(rawID, path, bytesMax: bytesMax)
            }
        }
    }
}

extension GitRepository.Handles {
    /// The tree object at `folder`; nil if the commit has no such folder.
    borrowing func folder(_ folder: RepositoryPath, of commit: ObjectID) throws(GitError) -> git_oid? {
        var id = try tree(of: commit)
        for part in folder.parts {
            let repository = repository.pointer
            let tree = try GitHandle<ObjectKind>("read commit \(commit.short)") {
                git_tree_lookup($0, repository, &id)
            }
            guard let entry = git_tree_entry_byname(tree.pointer, part), let found = git_tree_entry_id(entry),
                git_tree_entry_filemode_raw(entry).rawValue == TreeWalk.folderMode
            else { return nil }
            id = found.pointee
        }
        return id
    }

    /// Whether a folder of a commit has an entry of that name.
    borrowing func has(_ name: String, in folder: RepositoryPath, of commit: ObjectID) throws(GitError) -> Bool {
        guard var id = try self.folder(folder, of: commit) else { return false }
        let repository = repository.pointer
        let tree = try GitHandle<ObjectKind>("read commit \(commit.short)") {
            git_tree_lookup($0, repository, &id)
        }
        return git_tree_entry_byname(tree.pointer, name) != nil
    }

    borrowing func tree(of commit: ObjectID) throws(GitError) -> git_oid {
        var id = commit.raw
        let repository = repository.pointer
        let object = try GitHandle<ObjectKind>("read commit \(commit.short)") {
            git_object_lookup($0, repository, &id, GIT_OBJECT_COMMIT)
        }
        guard let tree = git_commit_tree_id(object.pointer) else { preconditionFailure("a commit has a tree") }
        return tree.pointee
    }

    /// The folders, down to the third level, in which a `cluster.yaml` stands.
    fileprivate borrowing func foldersOfClusters(at commit: ObjectID) throws(GitError) -> [String] {
        var limits = SpecLimits()
        limits.depthMax = FolderHint.depthMax
        limits.filesMax = 10_000
        var walk = TreeWalk(self, limits: limits)
        try walk.walk(try tree(of: commit))
        let suffix = "cluster.yaml"
        return walk.entries.compactMap { entry in
            if entry.path == suffix { return "." }
            return entry.path.hasSuffix("/" + suffix) ? String(entry.path.dropLast(suffix.count + 1)) : nil
        }
    }

    /// The size that a blob's header tells; the content is not inflated.
    borrowing func size(of id: git_oid, _ path: String) throws(GitError) -> Int {
        var id = id
        var size = 0
        var type = GIT_OBJECT_ANY
        let objects = objects.pointer
        try git("read the header of \(Escaped(path))") { git_odb_read_header(&size, &type, objects, &id) }
        return size
    }

    /// A blob's bytes.
    borrowing func blob(_ id: git_oid, _ path: String, bytesMax: Int) throws(GitError) -> [UInt8] {
        var id = id
        let objects = objects.pointer
        let object = try GitHandle<RawObjectKind>("read \(Escaped(path))") { git_odb_read($0, objects, &id) }
        let count = git_odb_object_size(object.pointer)
        guard git_odb_object_type(object.pointer) == GIT_OBJECT_BLOB, count <= bytesMax else {
            throw .invalid("read \(Escaped(path))", "it is not a file within the size limit")
        }
        return Array(UnsafeRawBufferPointer(start: git_odb_object_data(object.pointer), count: count))
    }
}
