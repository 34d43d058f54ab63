internal import CLibgit2
internal import Glibc
internal import StateSpec

/// Tells "there is no repository" from "it is another user's", which libgit2 1.5 does not do reliably: a foreign
/// repository is -36 or, when no `safe.directory` is configured at all, the -3 of a missing one.
enum RepositoryOwner {
    static func explain(_ error: GitError, path: String) -> GitError {
        guard error.code == GIT_ENOTFOUND.rawValue || error.code == GIT_EOWNER.rawValue else { return error }
        guard let found = search(upwardFrom: path) else {
            return error.with(hint: "name a folder inside a git work tree, or a bare repository")
        }
        guard found.owner != geteuid() else { return error }
        return GitError(
            operation: error.operation, code: GIT_EOWNER.rawValue,
            message: "\(found.directory) belongs to user \(found.owner), and havirt runs as user \(geteuid())",
            hint: "if it can be trusted: git config --system --add safe.directory \(shellQuoted(found.directory))")
    }

    /// The first repository on the way up, and who owns it.
    private static func search(upwardFrom path: String) -> (directory: String, owner: uid_t)? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        var directory = String(cString: resolved)
        while true {
            if exists(directory + "/.git") || (exists(directory + "/HEAD") && exists(directory + "/objects")) {
                var status = stat()
                return lstat(directory, &status) == 0 ? (directory, status.st_uid) : nil
            }
            guard let slash = directory.lastIndex(of: "/"), directory != "/" else { return nil }
            directory = slash == directory.startIndex ? "/" : String(directory[..<slash])
        }
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Fit to be pasted into a shell. A name with control characters is not shown as something to paste.
    private static func shellQuoted(_ path: String) -> String {
        let plain = Escaped(path, charactersMax: 4_096).bare
        return plain == path
            ? "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
            : plain
    }
}
