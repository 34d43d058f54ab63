internal import CLibgit2
public import StateSpec
internal import Synchronization

extension GitRepository {
    /// Whether the commit is in this repository.
    public func has(_ commit: ObjectID) throws(GitError) -> Bool {
        try handles.withLock { (handles) throws(GitError) in
            var id = commit.raw
            return git_odb_exists(handles.objects.pointer, &id) == 1
        }
    }

    /// Whether `older` is `newer` or one of its ancestors.
    ///
    /// False, too, when `older` is not in this repository: every descendant of a commit brings that commit along, so
    /// what is missing was rewound away (or the clone is shallow, and then nobody can say).
    public func isDescendant(_ newer: ObjectID, of older: ObjectID) throws(GitError) -> Bool {
        try handles.withLock { (handles) throws(GitError) in
            _ = try handles.tree(of: newer)
            if newer == older { return true }
            var ids = (newer: newer.raw, older: older.raw)
            guard git_odb_exists(handles.objects.pointer, &ids.older) == 1 else { return false }
            let repository = handles.repository.pointer
            return try git("compare commits \(newer.short) and \(older.short)") {
                git_graph_descendant_of(repository, &ids.newer, &ids.older)
            } == 1
        }
    }

    /// The newest ancestor of `commit` that has the path, `commit` itself left out; nil if there is none.
    ///
    /// In a shallow clone what lies beyond its end is not there, and neither is anything before it.
    public func newestCommit(with path: String, before commit: ObjectID) throws(GitError) -> ObjectID? {
        var parts = try RepositoryPath(path).parts
        guard let name = parts.popLast() else { throw .invalid("look for a commit", "the path is empty") }
        let folder = try RepositoryPath(parts.joined(separator: "/"))
        return try handles.withLock { (handles) throws(GitError) in
            let repository = handles.repository.pointer
            let operation = "walk the history of commit \(commit.short)"
            let walk = try GitHandle<RevisionWalkKind>(operation) { git_revwalk_new($0, repository) }
            // No parent before all of its children, whatever the dates in the commits say.
            try git(operation) { git_revwalk_sorting(walk.pointer, GIT_SORT_TOPOLOGICAL.rawValue) }
            var id = commit.raw
            try git(operation) { git_revwalk_push(walk.pointer, &id) }
            while true {
                let code = git_revwalk_next(&id, walk.pointer)
                if code == GIT_ITEROVER.rawValue || code == GIT_ENOTFOUND.rawValue { return nil }
                try git(operation) { code }
                let ancestor = ObjectID(id)
                if ancestor == commit { continue }
                if try handles.has(name, in: folder, of: ancestor) { return ancestor }
            }
        }
    }

    /// The paths below the folder `path` that differ between two commits in content or kind, in byte order. A commit
    /// without the folder counts as one in which it is empty; a folder too deep to be read is one path. Throws for a tree
    /// with too many files or out of order, in which a change could go unseen.
    public func changedPaths(from: ObjectID, to: ObjectID, path: String) throws(GitError) -> [String] {
        let folder = try RepositoryPath(path)
        return try handles.withLock { (handles) throws(GitError) in
            let roots = (try handles.folder(folder, of: from), try handles.folder(folder, of: to))
            let old = try Self.entries(of: roots.0, folder, at: from, handles)
            let new = try Self.entries(of: roots.1, folder, at: to, handles)
            return Self.difference(old[...], new[...])
        }
    }

    private static func entries(
        of root: git_oid?, _ folder: RepositoryPath, at commit: ObjectID, _ handles: borrowing Handles
    ) throws(GitError) -> [TreeWalk.Entry] {
        guard let root else { return [] }
        var walk = TreeWalk(handles, limits: SpecLimits())
        try walk.walk(root)
        // What a limit cut off cannot be compared, nor what is out of order; "unchanged" would be a guess.
        if let finding = walk.findings.first(where: { $0.code == "too-many-files" || $0.code == "unsorted-tree" }) {
            throw .invalid("compare the folder \(folder.shown) of commit \(commit.short)", finding.message)
        }
        return walk.entries
    }

    /// Merges two lists in byte order of their paths. Two entries of one path, a forgery, are compared one by one.
    private static func difference(
        _ old: ArraySlice<TreeWalk.Entry>, _ new: ArraySlice<TreeWalk.Entry>
    ) -> [String] {
        var (old, new) = (old, new)
        var changed: [String] = []
        while let left = old.first ?? new.first {
            let right = new.first ?? left
            if !new.isEmpty, !old.isEmpty, left.isSame(as: right) {
                old.removeFirst()
                new.removeFirst()
                continue
            }
            let takesOld = new.isEmpty || (!old.isEmpty && !right.path.utf8.lexicographicallyPrecedes(left.path.utf8))
            let takesNew = old.isEmpty || (!new.isEmpty && !left.path.utf8.lexicographicallyPrecedes(right.path.utf8))
            changed.append(takesOld ? left.path : right.path)
            if takesOld { old.removeFirst() }
            if takesNew { new.removeFirst() }
        }
        return changed
    }
}

extension TreeWalk.Entry {
    fileprivate func isSame(as other: TreeWalk.Entry) -> Bool {
        mode == other.mode && ObjectID(id) == ObjectID(other.id) && path.utf8.elementsEqual(other.path.utf8)
    }
}
