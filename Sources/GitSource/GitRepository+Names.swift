internal import CLibgit2
public import StateSpec
internal import Synchronization

extension GitRepository {
    /// The names in a folder of a commit, in git's order; none where the commit has no such folder. Reads no file.
    ///
    /// - Parameter namesMax: no more than these are given back.
    public func names(in folder: String, at commit: ObjectID, namesMax: Int) throws(GitError) -> [String] {
        let folder = try RepositoryPath(folder)
        return try handles.withLock { (handles) throws(GitError) in
            guard var id = try handles.folder(folder, of: commit) else { return [] }
            let repository = handles.repository.pointer
            let tree = try GitHandle<ObjectKind>("read the folder \(folder.shown) of commit \(commit.short)") {
                git_tree_lookup($0, repository, &id)
            }
            return (0..<min(namesMax, git_tree_entrycount(tree.pointer))).compactMap { index in
                git_tree_entry_byindex(tree.pointer, index).flatMap(git_tree_entry_name).map { String(cString: $0) }
            }
        }
    }
}
