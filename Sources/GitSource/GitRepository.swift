internal import CLibgit2
internal import StateSpec
internal import Synchronization

/// A git repository on disk, read by libgit2 without a checkout. One thread at a time is inside; any may ask.
public final class GitRepository: Sendable {
    /// The two objects everything is asked of.
    struct Handles: ~Copyable {
        let repository: GitHandle<RepositoryKind>
        let objects: GitHandle<ObjectDatabaseKind>
    }

    let handles: Mutex<Handles>
    /// What the last tree left to the next.
    let known = Mutex(KnownFiles(bytesMax: 0))
    /// The `.git` folder, or the folder of a bare repository.
    public let gitDirectory: String
    /// The folder of the checked-out files; nil for a bare repository.
    public let workDirectory: String?

    /// Opens the repository that `path` is in: a work tree, a folder below one, or a bare repository.
    /// Never creates one.
    public init(opening path: String) throws(GitError) {
        GitLibrary.started
        let operation = "open \(Escaped(path))"
        if path.isEmpty || path.utf8.contains(0) { throw .invalid(operation, "that is no path") }
        let repository = try Self.open(path, operation)
        let objects = try GitHandle<ObjectDatabaseKind>(operation) { git_repository_odb($0, repository.pointer) }
        gitDirectory = git_repository_path(repository.pointer).map { String(cString: $0) } ?? path
        workDirectory = git_repository_workdir(repository.pointer).map { String(cString: $0) }
        handles = Mutex(Handles(repository: repository, objects: objects))
    }

    private static func open(_ path: String, _ operation: String) throws(GitError) -> GitHandle<RepositoryKind> {
        do throws(GitError) {
            return try GitHandle(operation) { git_repository_open_ext($0, path, 0, nil) }
        } catch {
            throw RepositoryOwner.explain(error, path: path)
        }
    }

    /// The branch that HEAD stands on, also when it has no commit yet; nil when HEAD is detached.
    public func headBranch() throws(GitError) -> String? {
        try handles.withLock { (handles) throws(GitError) in
            let head = try GitHandle<ReferenceKind>("read HEAD") {
                git_reference_lookup($0, handles.repository.pointer, "HEAD")
            }
            guard let target = git_reference_symbolic_target(head.pointer) else { return nil }
            return BranchNames.short(String(cString: target))
        }
    }

    /// The local branches, in byte order.
    public func branches() throws(GitError) -> [String] {
        try handles.withLock { (handles) throws(GitError) in try BranchNames.all(handles) }
    }
}

/// Names of branches.
enum BranchNames {
    private static let prefix = "refs/heads/"

    /// "main" for "refs/heads/main"; nil for any other reference.
    static func short(_ reference: String) -> String? {
        reference.hasPrefix(prefix) ? String(reference.dropFirst(prefix.count)) : nil
    }

    static func all(_ handles: borrowing GitRepository.Handles) throws(GitError) -> [String] {
        let repository = handles.repository.pointer
        let iterator = try GitHandle<BranchIteratorKind>("list the branches") {
            git_branch_iterator_new($0, repository, GIT_BRANCH_LOCAL)
        }
        var names: [String] = []
        while true {
            var kind = GIT_BRANCH_LOCAL
            var reference: OpaquePointer?
            let code = git_branch_next(&reference, &kind, iterator.pointer)
            if code == GIT_ITEROVER.rawValue { break }
            let branch = try GitHandle<ReferenceKind>("list the branches") {
                $0.pointee = reference
                return code
            }
            if let name = short(String(cString: git_reference_name(branch.pointer))) { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
