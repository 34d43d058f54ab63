internal import CLibgit2
public import StateSpec
internal import Synchronization

/// How much of a history is looked at.
public struct HistoryBudget: Sendable {
    /// Commits that may still be read.
    public private(set) var commits: Int

    /// A budget.
    public init(commits: Int) { self.commits = commits }

    /// Takes one; false if none is left.
    mutating func take() -> Bool {
        guard commits > 0 else { return false }
        commits -= 1
        return true
    }
}

extension GitRepository {
    /// The commit that brought a part of a file as it stands in `commit`: on the way back, the first of which no parent
    /// has the part alike. Nil if the file or the part is not there or too large, or the budget ends first.
    ///
    /// - Parameter part: cuts the part out of the file's bytes; nil where it has none.
    public func origin(
        of path: String, in commit: ObjectID, budget: inout HistoryBudget, part: ([UInt8]) -> [UInt8]?
    ) throws(GitError) -> ObjectID? {
        var parts = try RepositoryPath(path).parts
        guard let name = parts.popLast() else { throw .invalid("look for a commit", "the path is empty") }
        let folder = try RepositoryPath(parts.joined(separator: "/"))
        return try handles.withLock { (handles) throws(GitError) in
            var current = try Version(name, in: folder, at: commit, handles)
            guard let blob = current.blob, let wanted = try handles.bytes(of: blob, path).flatMap(part) else {
                return nil
            }
            search: while true {
                for parent in try handles.parents(of: current.commit) {
                    guard budget.take() else { return nil }
                    // What lies beyond the end of a shallow clone is not there.
                    guard try handles.isThere(parent) else { return nil }
                    let older = try Version(name, in: folder, at: parent, handles, child: current)
                    guard let blob = older.blob else { continue }
                    let isAlike =
                        if blob == current.blob { true } else {
                            try handles.bytes(of: blob, path).flatMap(part) == wanted
                        }
                    if isAlike {
                        current = older
                        continue search
                    }
                }
                return current.commit
            }
        }
    }

    /// A file in one commit.
    private struct Version {
        let commit: ObjectID
        /// The folder's tree; nil if there is no such folder.
        let tree: ObjectID?
        /// Nil if there is no such file.
        let blob: ObjectID?

        /// - Parameter child: a commit whose folder may be the same, and then is not read again.
        init(
            _ name: String, in folder: RepositoryPath, at commit: ObjectID, _ handles: borrowing Handles,
            child: Version? = nil
        ) throws(GitError) {
            self.commit = commit
            tree = try handles.folder(folder, of: commit).map { ObjectID($0) }
            guard let tree else {
                blob = nil
                return
            }
            blob = try tree == child?.tree ? child?.blob : handles.file(name, in: tree)
        }
    }
}

extension GitRepository.Handles {
    /// What people write by hand is smaller by far, and a history of larger ones would take minutes to read.
    private static let partBytesMax = 64 << 10

    /// A file's bytes; nil for one that is too large to look for a part in.
    fileprivate borrowing func bytes(of blob: ObjectID, _ path: String) throws(GitError) -> [UInt8]? {
        guard try size(of: blob.raw, path) <= Self.partBytesMax else { return nil }
        return try self.blob(blob.raw, path, bytesMax: Self.partBytesMax)
    }

    fileprivate borrowing func isThere(_ commit: ObjectID) throws(GitError) -> Bool {
        var id = commit.raw
        return git_odb_exists(objects.pointer, &id) == 1
    }

    fileprivate borrowing func parents(of commit: ObjectID) throws(GitError) -> [ObjectID] {
        var id = commit.raw
        let repository = repository.pointer
        let object = try GitHandle<ObjectKind>("read commit \(commit.short)") {
            git_object_lookup($0, repository, &id, GIT_OBJECT_COMMIT)
        }
        return (0..<git_commit_parentcount(object.pointer)).compactMap { index in
            git_commit_parent_id(object.pointer, index).map { ObjectID($0.pointee) }
        }
    }

    /// The blob of a plain file; nil if the tree has none of that name.
    fileprivate borrowing func file(_ name: String, in tree: ObjectID) throws(GitError) -> ObjectID? {
        var id = tree.raw
        let repository = repository.pointer
        let object = try GitHandle<ObjectKind>("read tree \(tree.short)") { git_tree_lookup($0, repository, &id) }
        guard let entry = git_tree_entry_byname(object.pointer, name), let found = git_tree_entry_id(entry),
            [0o100644, 0o100755].contains(git_tree_entry_filemode_raw(entry).rawValue)
        else { return nil }
        return ObjectID(found.pointee)
    }
}
