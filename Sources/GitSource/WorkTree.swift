internal import Glibc
public import StateSpec

/// Uncommitted files on disk, for `lint --worktree` and `plan --worktree`; nothing is ever applied from them.
public enum WorkTree {
    /// Every path below `root`/`path`, in byte order, with the same kinds, limits and findings as a commit's tree.
    ///
    /// No symbolic link is followed below `root`, neither now nor when a file is read. Files that git ignores are there,
    /// too. A folder with a `.git` in it is a submodule, as git would record it; the top's own `.git` is left out.
    public static func tree(root: String, path: String, limits: SpecLimits) throws(GitError) -> SpecTree {
        let folder = try RepositoryPath(path)
        let operation = "read the folder \(folder.shown) of the work tree \(Escaped(root))"
        if root.isEmpty || root.utf8.contains(0) { throw .invalid(operation, "that is no work tree") }
        let opened: DiskFile
        do throws(DiskError) {
            opened = try DiskFile.open(root: root, parts: folder.parts, O_RDONLY | O_DIRECTORY)
        } catch {
            let hint = FolderHint.text(folders: foldersOfClusters(root))
            throw .notFound(operation, error.description, hint: hint)
        }
        var walk = DiskWalk(root: root, limits: limits)
        do throws(DiskError) {
            try walk.walk(opened, base: folder.parts)
        } catch {
            throw .invalid(operation, error.description)
        }
        return SpecTree(files: walk.files, findings: walk.findings)
    }

    private static func foldersOfClusters(_ root: String) -> [String] {
        var limits = SpecLimits()
        limits.depthMax = FolderHint.depthMax
        limits.filesMax = 10_000
        var walk = DiskWalk(root: root, limits: limits)
        do throws(DiskError) {
            try walk.walk(try DiskFile.open(root: root, parts: [], O_RDONLY | O_DIRECTORY), base: [])
        } catch {
            // The search only serves a hint; what was found before the error is still worth naming.
        }
        let suffix = "cluster.yaml"
        return walk.files.map(\.path).compactMap { path in
            if path == suffix { return "." }
            return path.hasSuffix("/" + suffix) ? String(path.dropLast(suffix.count + 1)) : nil
        }
    }
}

/// A file of the work tree that could not be read.
struct DiskError: Error, CustomStringConvertible {
    let path: String
    let number: Int32

    static func last(_ path: String) -> DiskError { DiskError(path: path, number: errno) }

    var description: String { "\(Escaped(path)): \(String(cString: strerror(number)))" }
}
