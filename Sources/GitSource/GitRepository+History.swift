internal import CLibgit2
public import StateSpec
internal import Synchronization

extension GitRepository {
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

    /// The paths below the folder `path` that differ between two commits in content or kind, in byte order. A commit
    /// without the folder counts as one in which it is empty; a folder too deep to be read is one path.
    public func changedPaths(from: ObjectID, to: ObjectID, path: String) throws(GitError) -> [String] {
        let folder = try RepositoryPath(path)
        return try handles.withLock { (handles) throws(GitError) in
            let old = try Self.contents(of: folder, at: from, handles)
            let new = try Self.contents(of: folder, at: to, handles)
            let changed = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
            return changed.map(\.path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }

    /// A path by its bytes: to Swift, two spellings of `é` are one string.
    private struct PathKey: Hashable {
        let path: String
        static func == (left: Self, right: Self) -> Bool { left.path.utf8.elementsEqual(right.path.utf8) }
        func hash(into hasher: inout Hasher) {
            for byte in path.utf8 { hasher.combine(byte) }
        }
    }

    private struct Content: Hashable {
        let id: ObjectID
        let mode: UInt32
    }

    private static func contents(
        of folder: RepositoryPath, at commit: ObjectID, _ handles: borrowing Handles
    ) throws(GitError) -> [PathKey: [Content]] {
        guard let root = try handles.folder(folder, of: commit) else { return [:] }
        var walk = TreeWalk(handles, limits: SpecLimits())
        try walk.walk(root)
        // What a limit cut off cannot be compared; saying "unchanged" of it would be a guess.
        if let cut = walk.findings.first(where: { $0.code == "too-many-files" }) {
            throw .invalid("compare the folder \(folder.shown) of commit \(commit.short)", cut.message)
        }
        return Dictionary(grouping: walk.entries) { PathKey(path: $0.path) }
            .mapValues { $0.map { Content(id: ObjectID($0.id), mode: $0.mode) } }
    }
}
